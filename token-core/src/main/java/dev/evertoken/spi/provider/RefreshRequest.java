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
 * @param tokens the generation that is used up or exchanged; without an access token on the first refresh of an account
 *     that was imported with a refresh token alone
 * @param context the context for the dialect
 * @param callDeadline the maximum duration of the call, including connecting
 * @param permit to be checked right before the first byte is sent
 * @param time the clock for {@code issuedAt}
 * @param readLimit how long after the start of the call a response may still be read, see {@link TokenOutcome.Overdue};
 *     the call deadline if a later response is of no use
 * @param resendHarmless whether the request may be sent again, and so over a connection that was kept open from an
 *     earlier one: the provider's data says so, and the refresh token of the account was never replaced
 */
public record RefreshRequest(
        TokenKey key,
        Client client,
        TokenSet tokens,
        DialectContext context,
        Duration callDeadline,
        SendPermit permit,
        Timekeeper time,
        Duration readLimit,
        boolean resendHarmless) {

    public RefreshRequest {
        if (readLimit.compareTo(callDeadline) < 0) {
            throw new IllegalArgumentException(
                    "read limit " + readLimit + " is shorter than call deadline " + callDeadline);
        }
    }

    /** Creates a request that must be sent once. */
    public RefreshRequest(
            TokenKey key,
            Client client,
            TokenSet tokens,
            DialectContext context,
            Duration callDeadline,
            SendPermit permit,
            Timekeeper time,
            Duration readLimit) {
        this(key, client, tokens, context, callDeadline, permit, time, readLimit, false);
    }

    /** Creates a request that must be sent once, and whose response is of no use after the call deadline. */
    public RefreshRequest(
            TokenKey key,
            Client client,
            TokenSet tokens,
            DialectContext context,
            Duration callDeadline,
            SendPermit permit,
            Timekeeper time) {
        this(key, client, tokens, context, callDeadline, permit, time, callDeadline);
    }

    /** Returns this request with another permit, for a refresher that wraps another one. */
    public RefreshRequest withPermit(SendPermit other) {
        return new RefreshRequest(key, client, tokens, context, callDeadline, other, time, readLimit, resendHarmless);
    }

    /** Returns this request for a client with other data. */
    public RefreshRequest with(Client other) {
        return new RefreshRequest(key, other, tokens, context, callDeadline, permit, time, readLimit, resendHarmless);
    }

    /** Decides whether the request may still be sent: a claim that is about to end must not be used. */
    @FunctionalInterface
    public interface SendPermit {
        /** Returns whether the request may be sent; if false, it is too late and nothing may be sent. */
        boolean maySend();
    }
}
