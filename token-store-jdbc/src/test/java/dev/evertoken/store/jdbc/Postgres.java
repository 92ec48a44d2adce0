package dev.evertoken.store.jdbc;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/** The PostgreSQL server that all tests share. It starts with the first test and ends with the process. */
final class Postgres {

    static final String USER = "postgres";

    private static final AtomicInteger SCHEMAS = new AtomicInteger();

    private Postgres() {}

    /** Starts the server once, on a free loopback port. */
    private static final class Running {
        private static final EmbeddedPostgres SERVER = start();

        private static EmbeddedPostgres start() {
            try {
                EmbeddedPostgres server = EmbeddedPostgres.builder()
                        .setServerConfig("fsync", "off")
                        .setServerConfig("hba_file", accessRules().toString())
                        .setServerConfig("max_connections", "100")
                        .setPGStartupWait(Duration.ofSeconds(60))
                        .start();
                Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server), "postgres-stop"));
                return server;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** Only the user "guarded" requires a password. */
        private static Path accessRules() throws IOException {
            Path rules = Files.createTempFile("pg-hba", ".conf");
            rules.toFile().deleteOnExit();
            Files.write(
                    rules,
                    List.of(
                            "host all guarded 127.0.0.1/32 scram-sha-256",
                            "host all all 127.0.0.1/32 trust",
                            "local all all trust"));
            Files.setPosixFilePermissions(rules, PosixFilePermissions.fromString("rw-r--r--"));
            return rules;
        }

        private static void stop(EmbeddedPostgres server) {
            try {
                server.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    static int port() {
        return Running.SERVER.getPort();
    }

    /** Returns an unpooled source with a new, empty schema. */
    static PGSimpleDataSource emptySchema() {
        String schema = "test_" + SCHEMAS.incrementAndGet();
        execute(source(port(), "public"), "CREATE SCHEMA " + schema);
        return source(port(), schema);
    }

    /** Returns an unpooled source for a schema on a port, which may be a proxy's. */
    static PGSimpleDataSource source(int port, String schema) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setServerNames(new String[] {"127.0.0.1"});
        source.setPortNumbers(new int[] {port});
        source.setDatabaseName("postgres");
        source.setUser(USER);
        source.setCurrentSchema(schema);
        return source;
    }

    /** Returns a pool over a source. The caller closes it. */
    static HikariDataSource pool(DataSource source, int size) {
        return pool(source, size, Duration.ofSeconds(30));
    }

    /** Returns a pool with a short connection timeout, for outages. The caller closes it. */
    static HikariDataSource impatientPool(DataSource source, int size) {
        return pool(source, size, Duration.ofSeconds(2));
    }

    /** Returns a pool over a source with a connection timeout. The caller closes it. */
    static HikariDataSource pool(DataSource source, int size, Duration connectionTimeout) {
        HikariConfig config = new HikariConfig();
        config.setDataSource(source);
        config.setMaximumPoolSize(size);
        config.setConnectionTimeout(connectionTimeout.toMillis());
        config.setInitializationFailTimeout(Duration.ofSeconds(30).toMillis());
        return new HikariDataSource(config);
    }

    static void execute(DataSource source, String... statements) {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
