package dev.evertoken.spi.provider;

import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.Timekeeper;
import java.net.URI;
import java.time.Duration;

/**
 * The input for requesting {@link TemporaryCredentials}. Immutable.
 *
 * @param key the account whose consent will be requested
 * @param client the client
 * @param redirectUri the redirect URI as registered at the provider
 * @param callDeadline the maximum duration of the call, including connecting
 * @param time the clock of the call
 */
public record TemporaryCredentialsRequest(
        TokenKey key, Client client, URI redirectUri, Duration callDeadline, Timekeeper time) {}
