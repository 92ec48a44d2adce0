package dev.evertoken.testing;

import dev.evertoken.TokensBuilder;
import java.net.URI;

/**
 * How each process of a {@link ManyProcessesContract} opens the store. Implementations have a constructor without
 * arguments, because another process makes its own. Implementations are thread-safe.
 */
@FunctionalInterface
public interface StoreFixture {

    /**
     * Returns a builder that has the store, and a provider {@code acme} that rotates its refresh tokens; the rest is
     * set by the contract.
     *
     * @param location what {@link ManyProcessesContract#location} said
     * @param namespace for a store that is not opened by the builder
     * @param tokenEndpoint where the provider answers
     */
    TokensBuilder tokens(String location, String namespace, URI tokenEndpoint);
}
