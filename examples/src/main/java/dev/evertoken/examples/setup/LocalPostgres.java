package dev.evertoken.examples.setup;

import com.zaxxer.hikari.HikariDataSource;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/** A PostgreSQL server on a free port of this machine, to try an application with. Thread-safe. */
public final class LocalPostgres implements AutoCloseable {

    private final EmbeddedPostgres server;
    private final AtomicInteger schemas = new AtomicInteger();

    private LocalPostgres(EmbeddedPostgres server) {
        this.server = server;
    }

    /** Starts a server; its data are deleted when it is closed. */
    public static LocalPostgres start() throws IOException {
        return new LocalPostgres(EmbeddedPostgres.builder()
                .setServerConfig("fsync", "off")
                .setPGStartupWait(Duration.ofMinutes(1))
                .start());
    }

    /** Opens a pool for a new, empty schema. The caller closes it. */
    public HikariDataSource empty() {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setServerNames(new String[] {"127.0.0.1"});
        source.setPortNumbers(new int[] {server.getPort()});
        source.setDatabaseName("postgres");
        source.setUser("postgres");
        String schema = "example_" + schemas.incrementAndGet();
        execute(source, "CREATE SCHEMA " + schema);
        source.setCurrentSchema(schema);
        return Database.pool(source);
    }

    /** Executes statements without parameters. */
    public static void execute(DataSource source, String... statements) {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
