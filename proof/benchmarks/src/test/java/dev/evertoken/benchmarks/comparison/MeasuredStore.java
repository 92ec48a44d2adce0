package dev.evertoken.benchmarks.comparison;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.store.FileTokenStore;
import dev.evertoken.store.InMemoryTokenStore;
import dev.evertoken.store.jdbc.JdbcOptions;
import dev.evertoken.store.jdbc.JdbcTokenStore;
import dev.evertoken.store.redis.RedisTokenStore;
import dev.evertoken.store.redis.server.RedisProcess;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;

/** A real store with the server that it needs. Not thread-safe; must be closed. */
final class MeasuredStore implements AutoCloseable {

    static final String NAMESPACE = "comparison";
    private static final int CONNECTIONS = 16;

    private final Deque<Closeable> parts = new ArrayDeque<>();

    TokenStore memory() {
        return with(new InMemoryTokenStore());
    }

    TokenStore files() throws Exception {
        return with(FileTokenStore.open(folder(), NAMESPACE));
    }

    TokenStore redis() {
        RedisProcess server = RedisProcess.start();
        parts.push(server::close);
        return with(RedisTokenStore.open(server.location(), NAMESPACE));
    }

    TokenStore postgres() throws Exception {
        EmbeddedPostgres server = EmbeddedPostgres.builder().start();
        parts.push(server);
        HikariConfig config = new HikariConfig();
        config.setDataSource(server.getPostgresDatabase());
        config.setMaximumPoolSize(CONNECTIONS);
        HikariDataSource pool = new HikariDataSource(config);
        parts.push(pool);
        return with(JdbcTokenStore.open(pool, NAMESPACE, JdbcOptions.defaults().createTableIfMissing()));
    }

    /** Returns a new folder that is deleted at the end. */
    Path folder() throws Exception {
        Path folder = Files.createTempDirectory("comparison-");
        parts.push(() -> Folders.delete(folder));
        return folder;
    }

    private TokenStore with(TokenStore store) {
        parts.push(store::close);
        return store;
    }

    @Override
    public void close() throws IOException {
        while (!parts.isEmpty()) {
            parts.pop().close();
        }
    }
}
