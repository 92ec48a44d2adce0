package dev.evertoken.store.jdbc;

import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.testing.SharedTokenStoreContract;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;

/** The shared store contract over a connection pool. */
abstract class JdbcContracts extends SharedTokenStoreContract {

    private DataSource pool;

    abstract DataSource emptyDatabase();

    @AfterEach
    void closeThePool() throws Exception {
        if (pool instanceof AutoCloseable closeable) {
            closeable.close();
        }
    }

    @Override
    protected TokenStore newStore() {
        pool = emptyDatabase();
        return another();
    }

    @Override
    protected TokenStore another() {
        return JdbcTokenStore.open(pool, "contract", JdbcOptions.defaults().createTableIfMissing());
    }

    @Override
    protected void damage(TokenKey key) throws SQLException {
        try (Connection connection = pool.getConnection();
                PreparedStatement statement =
                        connection.prepareStatement("UPDATE evertoken_tokens SET record = ? WHERE account = ?")) {
            statement.setBytes(1, new byte[] {'{', 0, 1});
            statement.setString(2, key.account());
            statement.executeUpdate();
        }
    }
}
