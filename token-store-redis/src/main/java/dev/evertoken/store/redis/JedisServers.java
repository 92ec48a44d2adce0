package dev.evertoken.store.redis;

import dev.evertoken.store.redis.RedisCommandException.Reason;
import java.util.List;
import java.util.Optional;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Connection;
import redis.clients.jedis.exceptions.JedisException;

/**
 * The servers that a client of Jedis knows: one, the primary that Sentinel names, or a cluster. Every method throws a
 * {@link JedisException} if it fails. Implementations are thread-safe.
 *
 * <p>The implementations use only what Jedis 6.0, 7.0, 7.4 and 8.0 have in common, with the same descriptors.
 */
interface JedisServers {

    /** Sends a command to the server of a key, once, and returns its result as Jedis has read it. */
    Object run(String key, CommandArguments command);

    /**
     * Returns a connection to the server of a key, for several commands in a row; the caller closes it. Empty if the
     * client gives none away.
     */
    Optional<Connection> connection(String key);

    /** Implements {@link RedisCommands#onePerServer}. */
    List<String> onePerServer(List<String> keys);

    /** Returns a name of the server of a key. */
    String serverOf(String key);

    /** Looks up the server of a key again, if the reason of a failure shows that the key may have moved. */
    void failed(String key, Reason reason);

    /** Returns the exception of the port for a command that failed, after {@link #failed}. */
    default RedisCommandException failure(String key, JedisException e) {
        RedisCommandException failure = JedisFailures.of(e);
        failed(key, failure.reason());
        return failure;
    }

    /** Returns the maximum number of connections to one server. */
    int connections();

    /** Closes the idle connections, which are all broken after a restart of the server. */
    void dropIdle();

    /** Closes the client. */
    void close();
}
