package dev.evertoken.store.jdbc;

import dev.evertoken.model.RefreshModel;
import dev.evertoken.providers.OAuth2Provider;
import dev.evertoken.spi.provider.Provider;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.store.tiered.TieredTokenStore;
import dev.evertoken.testing.OutageContract;
import java.net.URI;
import java.util.Map;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;

/** The outage contract over real databases. */
class OutageTest {

    abstract static class OverDatabase extends OutageContract {
        private final DataSource pool = emptyDatabase();

        abstract DataSource emptyDatabase();

        DataSource pool() {
            return pool;
        }

        @AfterEach
        void closeThePool() throws Exception {
            if (pool instanceof AutoCloseable closeable) {
                closeable.close();
            }
        }

        @Override
        protected TokenStore open() {
            return JdbcTokenStore.open(pool, "outage", JdbcOptions.defaults().createTableIfMissing());
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

    @Nested
    class OverPostgres extends OverDatabase {
        @Override
        DataSource emptyDatabase() {
            return Postgres.pool(Postgres.emptySchema(), 8);
        }
    }

    @Nested
    class OverH2 extends OverDatabase {
        @Override
        DataSource emptyDatabase() {
            return Postgres.pool(H2.empty(), 8);
        }
    }

    /** With the tokens in a table of the application. */
    @Nested
    class OverColumns extends OverDatabase {
        @Override
        DataSource emptyDatabase() {
            DataSource pool = Postgres.pool(Postgres.emptySchema(), 8);
            Postgres.execute(
                    pool,
                    "CREATE TABLE acme_tokens (account varchar(512) PRIMARY KEY, access_token text, refresh_token"
                            + " text)");
            return pool;
        }

        @Override
        protected TokenStore open() {
            TokenColumns columns = TokenColumns.of("acme_tokens", "account")
                    .accessToken("access_token")
                    .refreshToken("refresh_token")
                    .ownRows();
            return ColumnTokenStore.open(
                    pool(),
                    "outage",
                    "default",
                    ColumnTokenStore.options().createTableIfMissing(),
                    Map.of("acme", columns));
        }
    }
}
