package dev.evertoken.store.gcp;

import dev.evertoken.spi.store.StoreContext;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.spi.store.TokenStoreFactory;

/**
 * Opens {@code gcp-secrets://project} with the application default credentials and the default options; see {@link
 * GcpSecretStore#open(String, String, GcpSecretOptions)}. Thread-safe.
 */
public final class GcpSecretStoreFactory implements TokenStoreFactory {

    /** For the service loader. */
    public GcpSecretStoreFactory() {}

    @Override
    public String scheme() {
        return GcpLocation.SCHEME;
    }

    @Override
    public TokenStore open(String location, StoreContext context) {
        return GcpSecretStore.open(location, context.namespace());
    }
}
