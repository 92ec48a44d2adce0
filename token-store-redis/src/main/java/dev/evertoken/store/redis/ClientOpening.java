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
 * Makes the client for a location. Every wait of it is bounded, no command is sent twice behind our back, no replica
 * is read, and over TLS the name in the certificate is checked. Stateless.
 */
final class ClientOpening {

    private ClientOpening() {}

    /** @throws RuntimeException what Jedis throws if Sentinel or Cluster cannot be asked; one server is not asked yet */
    static UnifiedJedis open(RedisLocation location, RedisOptions options) {
        JedisClientConfig config = config(location, options);
        ConnectionPoolConfig pool = pool(options);
        return switch (location.kind()) {
            case SERVER, TLS_SERVER -> RedisClient.builder()
                    .hostAndPort(location.nodes().get(0))
                    .clientConfig(config)
                    .poolConfig(pool)
                    .build();
            case SENTINEL -> RedisSentinelClient.builder()
                    .masterName(location.master())
                    .sentinels(Set.copyOf(location.nodes()))
                    .sentinelClientConfig(connection(location, options).build())
                    .clientConfig(config)
                    .poolConfig(pool)
                    .build();
            case CLUSTER -> RedisClusterClient.builder()
                    .nodes(Set.copyOf(location.nodes()))
                    .clientConfig(config)
                    .poolConfig(pool)
                    .maxAttempts(1)
                    .build();
        };
    }

    private static JedisClientConfig config(RedisLocation location, RedisOptions options) {
        DefaultJedisClientConfig.Builder config =
                connection(location, options).database(location.database());
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
        return location.tls() ? config.sslOptions(options.tls().orElseGet(ClientOpening::usualTrust)) : config;
    }

    private static SslOptions usualTrust() {
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
