package dev.evertoken.store.jdbc;

import com.zaxxer.hikari.HikariDataSource;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.testing.DueIndexContract;
import org.junit.jupiter.api.AfterEach;

class H2DueIndexTest extends DueIndexContract {

    private final HikariDataSource pool = Postgres.pool(H2.empty(), 8);

    @Override
    protected TokenStore newStore() {
        return JdbcTokenStore.open(pool, "contract", JdbcOptions.defaults().createTableIfMissing());
    }

    @AfterEach
    void closeThePool() {
        pool.close();
    }
}
