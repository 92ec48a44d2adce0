package dev.evertoken.store.redis;

import dev.evertoken.Tokens;
import dev.evertoken.TokensBuilder;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.providers.OAuth2Provider;
import dev.evertoken.testing.StoreFixture;
import java.net.URI;

/** Opens tokens in Redis for a test process. */
public final class RedisStoreFixture implements StoreFixture {

    @Override
    public TokensBuilder tokens(String location, String namespace, URI tokenEndpoint) {
        return Tokens.builder()
                .store(location)
                .provider(OAuth2Provider.builder("acme")
                        .tokenEndpoint(tokenEndpoint)
                        .refreshModel(RefreshModel.ROTATING)
                        .build());
    }
}
