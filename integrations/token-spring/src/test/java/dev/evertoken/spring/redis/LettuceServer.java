package dev.evertoken.spring.redis;

import dev.evertoken.model.TokenKey;
import dev.evertoken.store.redis.RedisOptions;
import dev.evertoken.store.redis.RedisTokenStore;
import dev.evertoken.store.redis.server.RedisProcess;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.UUID;
import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/** A Redis with a connection factory of Lettuce, as an application has it. Close it at the end. Thread-safe. */
final class LettuceServer implements AutoCloseable {

    final RedisProcess process = RedisProcess.start();
    final LettuceConnectionFactory factory = factory(process.port());

    static LettuceConnectionFactory factory(int port) {
        LettuceConnectionFactory factory = new LettuceConnectionFactory(
                new RedisStandaloneConfiguration("127.0.0.1", port), clientConfiguration());
        factory.afterPropertiesSet();
        factory.start();
        return factory;
    }

    static LettuceClientConfiguration clientConfiguration() {
        return LettuceClientConfiguration.builder()
                .commandTimeout(Duration.ofSeconds(3))
                .shutdownTimeout(Duration.ZERO)
                .build();
    }

    static String newNamespace() {
        return "contract-" + UUID.randomUUID();
    }

    static RedisTokenStore open(RedisConnectionFactory factory, String namespace) {
        return SpringDataRedisCommands.store(factory, namespace, RedisOptions.defaults());
    }

    /** Truncates a stored record to half its length. */
    static void damage(RedisConnectionFactory factory, byte[] record) {
        byte[] field = "record".getBytes(StandardCharsets.US_ASCII);
        try (RedisConnection connection = factory.getConnection()) {
            byte[] whole = connection.hashCommands().hGet(record, field);
            connection.hashCommands().hSet(record, field, Arrays.copyOf(whole, whole.length / 2));
        }
    }

    /** Returns the key of the only record of an account in a namespace. */
    static byte[] recordOf(RedisConnectionFactory factory, String namespace, TokenKey key) {
        try (RedisConnection connection = factory.getConnection()) {
            return connection
                    .keyCommands()
                    .keys(("*" + namespace + "*" + key.account() + "*").getBytes(StandardCharsets.US_ASCII))
                    .stream()
                    .findFirst()
                    .orElseThrow();
        }
    }

    @Override
    public void close() {
        factory.destroy();
        process.close();
    }
}
