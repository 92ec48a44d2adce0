package dev.evertoken.examples.setup;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.evertoken.model.Secret;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/** Opens the connection pool of an application to its PostgreSQL database. Stateless. */
public final class Database {

    private static final int CONNECTIONS = 8;
    private static final int PATIENCE_SECONDS = 5;

    private Database() {}

    /**
     * Opens a pool. The caller closes it.
     *
     * @param variable the name of the variable with the address, for the message
     * @throws IllegalStateException if the database does not accept connections; the message has no password
     */
    public static HikariDataSource open(String variable, Secret address) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setURL(address.reveal());
        source.setConnectTimeout(PATIENCE_SECONDS);
        try {
            source.getConnection().close();
            return pool(source);
        } catch (SQLException e) {
            throw new IllegalStateException(
                    "the database of " + variable + " does not accept connections: " + e.getMessage(), e);
        }
    }

    static HikariDataSource pool(DataSource source) {
        HikariConfig config = new HikariConfig();
        config.setDataSource(source);
        config.setMaximumPoolSize(CONNECTIONS);
        config.setConnectionTimeout(PATIENCE_SECONDS * 1_000L);
        return new HikariDataSource(config);
    }
}
