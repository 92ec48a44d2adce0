package dev.evertoken.store.redis;

import dev.evertoken.store.redis.RedisCommandException.Reason;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Connection;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.providers.ConnectionProvider;
import redis.clients.jedis.util.Pool;

/**
 * One server, or the primary that Sentinel names.
 *
 * @param connections the maximum number of connections
 */
record JedisServer(ConnectionProvider provider, int connections) implements JedisServers {

    @Override
    public Object run(String key, CommandArguments command) {
        try (Connection connection = provider.getConnection()) {
            return connection.executeCommand(command);
        }
    }

    @Override
    public Optional<Connection> connection(String key) {
        return Optional.of(provider.getConnection());
    }

    @Override
    public List<String> onePerServer(List<String> keys) {
        return keys.stream().limit(1).toList();
    }

    @Override
    public String serverOf(String key) {
        return "";
    }

    @Override
    public void failed(String key, Reason reason) {
        // There is one server, or Sentinel reports another.
    }

    /** Clears the pool; before Jedis 7.4 a Sentinel client does not show its pool, but only one of its connections. */
    @Override
    public void dropIdle() {
        Collection<?> sources = provider.getConnectionMap().values();
        sources.forEach(source -> {
            if (source instanceof Pool<?> pool) {
                pool.clear();
            }
            if (source instanceof Connection first && !usable(first)) {
                dropBroken();
            }
        });
    }

    private void dropBroken() {
        for (int n = 1; n < connections; n++) {
            if (usable(provider.getConnection())) {
                return;
            }
        }
    }

    /** Returns whether the server responds over this connection, and gives it back. */
    private static boolean usable(Connection connection) {
        try (connection) {
            return connection.ping();
        } catch (JedisConnectionException e) {
            return false;
        } catch (JedisException e) {
            return true; // the user may not run PING
        }
    }

    @Override
    public void close() {
        try {
            provider.close();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException("the connections to Redis cannot be closed", e);
        }
    }
}
