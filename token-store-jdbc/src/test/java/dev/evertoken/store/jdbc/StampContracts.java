package dev.evertoken.store.jdbc;

import com.zaxxer.hikari.HikariDataSource;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.testing.ChangeStampContract;
import org.junit.jupiter.api.AfterEach;

/** The contract of the change stamp over a connection pool. */
abstract class StampContracts extends ChangeStampContract {

    private final HikariDataSource pool = emptyDatabase();

    abstract HikariDataSource emptyDatabase();

    @AfterEach
    void closeThePool() {
        pool.close();
    }

    @Override
    protected TokenStore newStore() {
        return another();
    }

    @Override
    protected TokenStore another() {
        return JdbcTokenStore.open(pool, "contract", JdbcOptions.defaults().createTableIfMissing());
    }
}
