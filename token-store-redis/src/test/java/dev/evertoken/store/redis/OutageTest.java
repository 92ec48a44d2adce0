package dev.evertoken.store.redis;

import dev.evertoken.model.RefreshModel;
import dev.evertoken.providers.OAuth2Provider;
import dev.evertoken.spi.Provider;
import dev.evertoken.spi.TokenStore;
import dev.evertoken.testing.OutageContract;
import java.net.URI;

class OutageTest extends OutageContract {

    private final String namespace = Site.newNamespace();

    @Override
    protected TokenStore open() {
        return OneServer.site().open(namespace);
    }

    @Override
    protected Provider acme(URI tokenEndpoint) {
        return OAuth2Provider.builder("acme")
                .tokenEndpoint(tokenEndpoint)
                .refreshModel(RefreshModel.ROTATING)
                .build();
    }
}
