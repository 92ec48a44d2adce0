package dev.evertoken.store.redis;

import dev.evertoken.model.RefreshModel;
import dev.evertoken.providers.OAuth2Provider;
import dev.evertoken.spi.provider.Provider;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.store.tiered.TieredTokenStore;
import dev.evertoken.testing.OutageContract;
import java.net.URI;

class OutageTest extends OutageContract {

    private final String namespace = RedisInstance.newNamespace();

    @Override
    protected TokenStore open() {
        return SharedServer.redis().open(namespace);
    }

    @Override
    protected Provider acme(URI tokenEndpoint) {
        return OAuth2Provider.builder("acme")
                .tokenEndpoint(tokenEndpoint)
                .refreshModel(RefreshModel.ROTATING)
                .build();
    }

    @Override
    protected TokenStore chain(TokenStore authority, TokenStore copy) {
        return TieredTokenStore.of("store", authority)
                .fallback("copy", copy)
                .withoutInitialReconcile()
                .open();
    }
}
