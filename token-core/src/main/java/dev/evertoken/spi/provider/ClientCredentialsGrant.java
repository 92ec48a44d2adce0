package dev.evertoken.spi.provider;

/**
 * Requests tokens of the application itself, without a user (RFC 6749 section 4.4).
 *
 * <p>Called with no lock held, by one thread at a time for each registration; one call, no retry. An exception counts
 * as {@code INTERNAL}. Implementations are thread-safe.
 */
@FunctionalInterface
public interface ClientCredentialsGrant {

    /** Requests a token. */
    TokenOutcome token(ClientCredentialsRequest request);
}
