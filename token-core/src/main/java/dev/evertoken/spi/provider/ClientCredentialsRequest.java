package dev.evertoken.spi.provider;

import dev.evertoken.spi.Timekeeper;
import java.time.Duration;

/**
 * The input of a {@link ClientCredentialsGrant}. Immutable.
 *
 * @param client the client; its scopes are requested
 * @param callDeadline the maximum duration of the call, including connecting
 * @param time the clock for {@code issuedAt}
 */
public record ClientCredentialsRequest(Client client, Duration callDeadline, Timekeeper time) {}
