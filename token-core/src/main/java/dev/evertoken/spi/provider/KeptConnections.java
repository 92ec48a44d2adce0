package dev.evertoken.spi.provider;

import dev.evertoken.model.LoggerNames;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections that providers keep open between the requests of one engine, such as a pool of an HTTP client. The
 * engine closes them when it is closed. Thread-safe.
 */
public final class KeptConnections implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(LoggerNames.CLIENTS);
    private static final KeptConnections NONE = new KeptConnections(true);

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Object, AutoCloseable> open = new LinkedHashMap<>();
    private boolean closed;

    private KeptConnections(boolean closed) {
        this.closed = closed;
    }

    /** Returns a place in which nothing is kept: each request gets a connection of its own. */
    public static KeptConnections none() {
        return NONE;
    }

    /** Returns a place in which nothing is kept yet; the caller closes it. */
    public static KeptConnections open() {
        return new KeptConnections(false);
    }

    /**
     * Returns the connections that are kept under a key, and creates them at the first call.
     *
     * @param key compared with {@code equals}; all connections of a key have the same type
     * @param create returns quickly, and connects to nothing
     * @return empty if nothing is kept, or not any more
     */
    public <T extends AutoCloseable> Optional<T> get(Object key, Class<T> type, Supplier<T> create) {
        lock.lock();
        try {
            if (closed) {
                return Optional.empty();
            }
            AutoCloseable known = open.get(key);
            if (known == null) {
                known = create.get();
                open.put(key, known);
            }
            return Optional.of(type.cast(known));
        } finally {
            lock.unlock();
        }
    }

    /** Closes all that is kept, and keeps nothing from now on. Idempotent; a failure is logged. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            for (AutoCloseable one : open.values()) {
                close(one);
            }
            open.clear();
        } finally {
            lock.unlock();
        }
    }

    private static void close(AutoCloseable connections) {
        try {
            connections.close();
        } catch (Exception e) {
            log.warn("closing {} failed", connections.getClass().getName(), e);
        }
    }

    @Override
    public String toString() {
        return "KeptConnections";
    }
}
