package dev.evertoken.store.jdbc;

import dev.evertoken.Tokens;
import dev.evertoken.TokensBuilder;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.providers.OAuth2Provider;
import dev.evertoken.testing.StoreFixture;
import java.net.URI;
import javax.sql.DataSource;

/** Opens tokens over a connection pool for one schema; the pool ends with the process. Thread-safe. */
public final class PostgresStoreFixture implements StoreFixture {

    static String location(int port, String schema) {
        return port + "/" + schema;
    }

    @Override
    public TokensBuilder tokens(String location, String namespace, URI tokenEndpoint) {
        String[] parts = location.split("/", 2);
        DataSource pool = Postgres.pool(Postgres.source(Integer.parseInt(parts[0]), parts[1]), 8);
        return Tokens.builder()
                .store(JdbcTokenStore.open(pool, namespace))
                .provider(OAuth2Provider.builder("acme")
                        .tokenEndpoint(tokenEndpoint)
                        .refreshModel(RefreshModel.ROTATING)
                        .build());
    }
}
