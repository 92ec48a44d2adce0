package dev.evertoken.spi.provider;

import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.spi.Timekeeper;
import java.time.Duration;

/**
 * Tokens that a provider is asked about, or is to revoke. Immutable.
 *
 * @param key whose
 * @param client as whom
 * @param tokens the newest there are
 * @param callDeadline the call ends within this time, connecting included
 * @param time the clock of the call
 */
public record HeldTokens(TokenKey key, Client client, TokenSet tokens, Duration callDeadline, Timekeeper time) {}
