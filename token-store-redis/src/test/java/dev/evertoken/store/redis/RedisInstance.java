package dev.evertoken.store.redis;

import dev.evertoken.model.TokenKey;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.UUID;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.providers.PooledConnectionProvider;

/**
 * A running Redis of any kind, shared by tests with separate namespaces. Thread-safe.
 *
 * @param admin a client with all permissions
 */
record RedisInstance(String location, RedisOptions options, UnifiedJedis admin) {

    RedisInstance(String location, UnifiedJedis admin) {
        this(location, RedisOptions.defaults(), admin);
    }

    static UnifiedJedis client(int port) {
        return client(port, DefaultJedisClientConfig.builder().build());
    }

    static UnifiedJedis client(int port, JedisClientConfig config) {
        return client(port, config, 1);
    }

    /** Returns a client that tries each command so many times. */
    @SuppressWarnings("deprecation") // One of the constructors that all versions of Jedis have.
    static UnifiedJedis client(int port, JedisClientConfig config, int attempts) {
        return new UnifiedJedis(
                new PooledConnectionProvider(new HostAndPort("127.0.0.1", port), config),
                attempts,
                Duration.ofSeconds(5));
    }

    static String newNamespace() {
        return "contract-" + UUID.randomUUID();
    }

    RedisTokenStore open(String namespace) {
        return RedisTokenStore.open(location, namespace, options);
    }

    /** Truncates a stored record to half its length. */
    void damage(String namespace, TokenKey key) {
        byte[] record = new KeyNames(namespace).record(key).getBytes(StandardCharsets.UTF_8);
        byte[] field = "record".getBytes(StandardCharsets.US_ASCII);
        byte[] whole = admin.hget(record, field);
        admin.hset(record, field, Arrays.copyOf(whole, whole.length / 2));
    }
}
