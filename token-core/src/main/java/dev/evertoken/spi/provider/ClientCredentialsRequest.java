package dev.evertoken.spi.provider;

import dev.evertoken.spi.Timekeeper;
import java.time.Duration;

/**
 * What it takes to ask for a token of the application itself. Immutable.
 *
 * @param client as whom; its scopes are asked for
 * @param callDeadline the call ends within this time, connecting included
 * @param time the clock to take {@code issuedAt} from
 */
public record ClientCredentialsRequest(Client client, Duration callDeadline, Timekeeper time) {}
