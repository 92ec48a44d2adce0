package dev.evertoken.spi.provider;

import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.Timekeeper;
import java.net.URI;
import java.time.Duration;

/**
 * What a flow needs to ask for {@link TemporaryCredentials}. Immutable.
 *
 * @param key whose consent is going to be asked for
 * @param client as whom
 * @param redirectUri where the person's browser comes back to, as it is registered at the provider
 * @param callDeadline the call ends within this time, connecting included
 * @param time the clock of the call
 */
public record TemporaryCredentialsRequest(
        TokenKey key, Client client, URI redirectUri, Duration callDeadline, Timekeeper time) {}
