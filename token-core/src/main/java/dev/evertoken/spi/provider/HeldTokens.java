package dev.evertoken.spi.provider;

import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.spi.Timekeeper;
import java.time.Duration;

/**
 * Tokens that a provider is to validate, revoke or use for a lookup. Immutable.
 *
 * @param key the account
 * @param client the client
 * @param tokens the newest tokens of the account
 * @param callDeadline the maximum duration of the call, including connecting
 * @param time the clock of the call
 */
public record HeldTokens(TokenKey key, Client client, TokenSet tokens, Duration callDeadline, Timekeeper time) {

    /** Returns the same tokens for a call of the client with other credentials. */
    public HeldTokens with(Client other) {
        return new HeldTokens(key, other, tokens, callDeadline, time);
    }
}
