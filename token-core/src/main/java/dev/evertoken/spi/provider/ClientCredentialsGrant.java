package dev.evertoken.spi.provider;

/**
 * Gets tokens of the application itself, without a person (RFC 6749 section 4.4).
 *
 * <p>Called with no lock held, by one thread at a time for each registration; one call, no retry. What it throws
 * counts as {@code INTERNAL}. Implementations are thread-safe.
 */
@FunctionalInterface
public interface ClientCredentialsGrant {

    /** Asks for a token. */
    ExchangeOutcome token(ClientCredentialsRequest request);
}
