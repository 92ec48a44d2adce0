package dev.evertoken.examples.setup;

import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.io.UncheckedIOException;

/** The PostgreSQL server of all tests of a process. It starts with the first test and ends with the process. */
public final class SharedPostgres {

    private SharedPostgres() {}

    /** Starts the server once. */
    private static final class Running {
        private static final LocalPostgres SERVER = start();

        private static LocalPostgres start() {
            try {
                LocalPostgres server = LocalPostgres.start();
                Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server), "postgres-stop"));
                return server;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static void stop(LocalPostgres server) {
            try {
                server.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Opens a pool for a new, empty schema. The caller closes it. */
    public static HikariDataSource empty() {
        return Running.SERVER.empty();
    }
}
