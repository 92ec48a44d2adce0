package dev.evertoken.store.redis;

import dev.evertoken.model.Secret;
import java.time.Duration;
import java.util.Set;
import redis.clients.jedis.ClientSetInfoConfig;
import redis.clients.jedis.ConnectionPoolConfig;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.RedisClusterClient;
import redis.clients.jedis.RedisSentinelClient;
import redis.clients.jedis.SslOptions;
import redis.clients.jedis.SslVerifyMode;
import redis.clients.jedis.UnifiedJedis;

/**
 * Creates the client for a location. Every wait is bounded, the client never repeats a command itself, reads go to the
 * primary only, and TLS connections verify the host name of the certificate. Stateless. Thread-safe.
 */
final class ClientOpening {

    private ClientOpening() {}

    /**
     * @throws RuntimeException if Jedis cannot reach Sentinel or Cluster; a single server is not contacted yet
     */
    static UnifiedJedis open(RedisLocation location, RedisOptions options) {
        JedisClientConfig config = config(location, options);
        ConnectionPoolConfig pool = pool(options);
        return switch (location.kind()) {
            case SERVER, TLS_SERVER ->
                RedisClient.builder()
                        .hostAndPort(location.nodes().get(0))
                        .clientConfig(config)
                        .poolConfig(pool)
                        .build();
            case SENTINEL ->
                RedisSentinelClient.builder()
                        .masterName(location.master())
                        .sentinels(Set.copyOf(location.nodes()))
                        .sentinelClientConfig(connection(location, options).build())
                        .clientConfig(config)
                        .poolConfig(pool)
                        .build();
            case CLUSTER ->
                RedisClusterClient.builder()
                        .nodes(Set.copyOf(location.nodes()))
                        .clientConfig(config)
                        .poolConfig(pool)
                        .maxAttempts(1)
                        .build();
        };
    }

    private static JedisClientConfig config(RedisLocation location, RedisOptions options) {
        DefaultJedisClientConfig.Builder config = connection(location, options).database(location.database());
        location.user().ifPresent(config::user);
        location.password().map(Secret::reveal).ifPresent(config::password);
        return config.build();
    }

    private static DefaultJedisClientConfig.Builder connection(RedisLocation location, RedisOptions options) {
        DefaultJedisClientConfig.Builder config = DefaultJedisClientConfig.builder()
                .resp2()
                .autoNegotiateProtocol(false)
                .timeoutMillis(Math.toIntExact(options.timeout().toMillis()))
                .clientSetInfoConfig(ClientSetInfoConfig.DISABLED);
        return location.tls() ? config.sslOptions(options.tls().orElseGet(ClientOpening::defaultTrust)) : config;
    }

    private static SslOptions defaultTrust() {
        return SslOptions.builder().sslVerifyMode(SslVerifyMode.FULL).build();
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
