package dev.evertoken.spi.provider;

import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.spi.Timekeeper;
import java.time.Duration;

/**
 * The input for one refresh call. Immutable.
 *
 * @param key the account
 * @param client the client
 * @param tokens the generation that is used up or exchanged
 * @param context the context for the dialect
 * @param callDeadline the maximum duration of the call, including connecting
 * @param permit to be checked right before the first byte is sent
 * @param time the clock for {@code issuedAt}
 */
public record RefreshRequest(
        TokenKey key,
        Client client,
        TokenSet tokens,
        DialectContext context,
        Duration callDeadline,
        SendPermit permit,
        Timekeeper time) {

    /** Returns this request with another permit, for a refresher that wraps another one. */
    public RefreshRequest withPermit(SendPermit other) {
        return new RefreshRequest(key, client, tokens, context, callDeadline, other, time);
    }

    /** Decides whether the request may still be sent: a claim that is about to end must not be used. */
    @FunctionalInterface
    public interface SendPermit {
        /** Returns whether the request may be sent; if false, it is too late and nothing may be sent. */
        boolean maySend();
    }
}
