package dev.evertoken.testing;

import dev.evertoken.TokensBuilder;
import java.net.URI;

/**
 * Opens the store in each process of a {@link ManyProcessesContract}. Implementations need a constructor without
 * arguments, because every process creates its own instance. Implementations are thread-safe.
 */
@FunctionalInterface
public interface StoreFixture {

    /**
     * Returns a builder with the store and with a provider {@code acme} that rotates its refresh tokens. The contract
     * sets the rest.
     *
     * @param location the result of {@link ManyProcessesContract#location}
     * @param namespace for a store that is not opened by the builder
     * @param tokenEndpoint the token endpoint of the provider
     */
    TokensBuilder tokens(String location, String namespace, URI tokenEndpoint);
}
