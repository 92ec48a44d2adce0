package dev.evertoken.spi.provider;

import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.spi.Timekeeper;
import java.time.Duration;

/**
 * What a refresher needs for one call. Immutable.
 *
 * @param key whose tokens
 * @param client as whom
 * @param tokens the generation that is spent or traded
 * @param context what the dialect is told
 * @param callDeadline the call ends within this time, connecting included
 * @param permit to be asked right before the first byte
 * @param time the clock to take {@code issuedAt} from
 */
public record RefreshRequest(
        TokenKey key,
        Client client,
        TokenSet tokens,
        DialectContext context,
        Duration callDeadline,
        SendPermit permit,
        Timekeeper time) {

    /** Returns this request with another permit, for a refresher around another one. */
    public RefreshRequest withPermit(SendPermit other) {
        return new RefreshRequest(key, client, tokens, context, callDeadline, other, time);
    }

    /** Says whether the request may still be sent: a claim that is about to lapse must not be used. */
    @FunctionalInterface
    public interface SendPermit {
        /** Returns false if it is too late; then nothing may be sent. */
        boolean maySend();
    }
}
