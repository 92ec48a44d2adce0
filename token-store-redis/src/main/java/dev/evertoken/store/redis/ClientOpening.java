package dev.evertoken.store.redis;

import java.time.Duration;
import java.util.Set;
import redis.clients.jedis.ConnectionPoolConfig;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.providers.ClusterConnectionProvider;
import redis.clients.jedis.providers.PooledConnectionProvider;
import redis.clients.jedis.providers.SentineledConnectionProvider;

/**
 * Opens the connections for a location. Every wait is bounded, no command is repeated, commands go to the primary only,
 * and TLS connections verify the host name of the certificate. Stateless. Thread-safe.
 */
final class ClientOpening {

    private ClientOpening() {}

    /**
     * @throws redis.clients.jedis.exceptions.JedisException if Jedis cannot reach Sentinel or Cluster; a single server is
     *     not contacted yet
     */
    static JedisServers open(RedisLocation location, RedisOptions options) {
        JedisClientConfig config = new ClientConfig(location, options, false);
        ConnectionPoolConfig pool = pool(options);
        return switch (location.kind()) {
            case SERVER, TLS_SERVER ->
                new JedisServer(
                        new PooledConnectionProvider(location.nodes().get(0), config, pool), options.connections());
            case SENTINEL ->
                new JedisServer(
                        new SentineledConnectionProvider(
                                location.master(),
                                config,
                                pool,
                                Set.copyOf(location.nodes()),
                                new ClientConfig(location, options, true)),
                        options.connections());
            case CLUSTER -> JedisNodes.of(new ClusterConnectionProvider(Set.copyOf(location.nodes()), config, pool));
        };
    }

    private static ConnectionPoolConfig pool(RedisOptions options) {
        ConnectionPoolConfig pool = new ConnectionPoolConfig();
        pool.setMaxTotal(options.connections());
        pool.setMaxIdle(options.connections());
        pool.setMaxWait(options.timeout());
        pool.setTestWhileIdle(true);
        pool.setTimeBetweenEvictionRuns(Duration.ofSeconds(30));
        return pool;
    }
}
