package dev.evertoken.providers.internal.oauth2;

import dev.evertoken.spi.Timekeeper;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import okhttp3.ConnectionPool;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;

/**
 * The connections to the servers of one provider, with one {@link Transport}, that one engine keeps open between
 * requests. A connection is closed if it was idle for {@link #IDLE}, so that a server rarely closes it first.
 * Thread-safe.
 */
final class ReusedConnections implements AutoCloseable {

    static final Duration IDLE = Duration.ofSeconds(15);

    /** As many as an engine refreshes at the same time for a client, unless it is set otherwise. */
    private static final int MOST_IDLE = 64;

    private final ConnectionPool pool = new ConnectionPool(MOST_IDLE, IDLE.toSeconds(), TimeUnit.SECONDS);
    private final OkHttpClient client;
    private final AtomicReference<@Nullable Long> lastUse = new AtomicReference<>();
    private volatile boolean closed;

    /** Creates connections like those of a transport. */
    record Opening(Transport transport) implements Supplier<ReusedConnections> {
        @Override
        public ReusedConnections get() {
            return new ReusedConnections(transport);
        }
    }

    ReusedConnections(Transport transport) {
        this.client = transport.client().newBuilder().connectionPool(pool).build();
    }

    /** Returns the client for a request that begins. It does not see connections that have been idle for too long. */
    OkHttpClient client(Timekeeper time) {
        long now = time.nanos();
        Long last = lastUse.getAndSet(now);
        if (last != null && now - last > IDLE.toNanos()) {
            closeIdle();
        }
        return client;
    }

    /** Closes the connections that no request is using. */
    void closeIdle() {
        pool.evictAll();
    }

    /** Called when a request has ended, with or without a response. */
    void ended(Timekeeper time) {
        lastUse.set(time.nanos());
        if (closed) {
            closeIdle();
        }
    }

    @Override
    public void close() {
        closed = true;
        closeIdle();
    }
}
