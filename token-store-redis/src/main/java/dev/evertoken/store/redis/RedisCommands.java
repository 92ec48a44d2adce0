package dev.evertoken.store.redis;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The commands that a {@link RedisTokenStore} uses, over any client library for Redis.
 *
 * <p>A key is ASCII text. A command goes to the primary of its key, never to a replica. It is sent once: after a failure
 * the store decides whether a repetition is harmless, so neither an implementation nor its client may repeat it. Every
 * call ends within a timeout of the client.
 *
 * <p>Every method but {@link #dropIdle()} and {@link #close()} throws {@link RedisCommandException} if a command fails, and
 * no other exception. Implementations are thread-safe.
 */
public interface RedisCommands extends RedisScripts, AutoCloseable {

    /**
     * A page of keys. Immutable.
     *
     * @param cursor the cursor of the next page; {@code 0} after the last one
     */
    record Page(String cursor, List<String> keys) {

        /** The cursor of the first page, and the one after the last page. */
        public static final String END = "0";

        public Page {
            keys = List.copyOf(keys);
        }

        /** Returns whether there are no further pages. */
        public boolean isLast() {
            return cursor.equals(END);
        }
    }

    /** Returns the values of fields of a hash, in the order of the fields; null for a field that does not exist. */
    List<byte @Nullable []> hmget(String key, List<byte[]> fields);

    /**
     * Reads many hashes, if possible in one round trip to each server.
     *
     * @return one list for each key, like the list of {@link #hmget}; empty if the server did not return it: the key has
     *     another type or has moved to another server
     */
    List<Optional<List<byte @Nullable []>>> hmgetAll(List<String> keys, List<byte[]> fields);

    /** Returns the name of the type of a key; {@code none} if the key does not exist. */
    String type(String key);

    /**
     * Returns a page of the keys of one server, with {@code SCAN}.
     *
     * @param serverOf any key of the server; it need not exist
     * @param cursor the cursor of the previous page, or {@link Page#END} for the first one
     * @param count about how many keys the server looks at
     */
    Page scan(String serverOf, String cursor, String pattern, int count);

    /**
     * Returns what {@code INFO} reports about one server, in lines of the form {@code name:value}.
     *
     * @param serverOf any key of the server; it need not exist
     * @param section the section; empty for the default ones
     */
    String info(String serverOf, Optional<String> section);

    /**
     * Returns the time of one server.
     *
     * @param serverOf any key of the server; it need not exist
     */
    Instant time(String serverOf);

    /** Returns the first of these keys on each server that holds any of them; one server is enough without a cluster. */
    List<String> onePerServer(List<String> keys);

    /**
     * Runs commands over one connection to the server of a key, which no other thread uses meanwhile.
     *
     * @return the result of the commands; empty if the client gives away no connection, and the commands were not run
     */
    <T> Optional<T> overOneConnection(String key, Function<RedisSession, T> commands);

    /** Returns the maximum number of connections to one server; 1 if it is unknown. */
    int connections();

    /**
     * Closes the connections that are idle, if the client can. The store calls it after a connection was broken, because
     * a restart of the server breaks all of them. Throws no exception.
     */
    void dropIdle();

    /** Closes the client. */
    @Override
    void close();
}
