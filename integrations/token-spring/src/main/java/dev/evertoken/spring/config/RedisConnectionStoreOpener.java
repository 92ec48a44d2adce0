package dev.evertoken.spring.config;

import dev.evertoken.spring.redis.SpringDataRedisCommands;
import dev.evertoken.store.redis.RedisOptions;
import java.util.Optional;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.data.redis.connection.RedisConnectionFactory;

/** The store in the Redis of the application's connection factory, such as that of Lettuce. Thread-safe. */
public final class RedisConnectionStoreOpener implements StoreOpener {

    private static final String BEAN = "the RedisConnectionFactory bean";

    private final ObjectProvider<RedisConnectionFactory> factories;

    public RedisConnectionStoreOpener(ObjectProvider<RedisConnectionFactory> factories) {
        this.factories = factories;
    }

    @Override
    public String type() {
        return "redis";
    }

    @Override
    public Optional<String> property(StoreSettings store) {
        return Optional.empty();
    }

    @Override
    public Optional<String> bean() {
        return Optional.ofNullable(factories.getIfUnique()).map(factory -> BEAN);
    }

    @Override
    public String requirement() {
        return "Set evertoken.store.redis.url, or configure a client of Redis.";
    }

    @Override
    public OpenedStore open(TokensSettings settings) {
        return OpenedStore.of(
                BEAN,
                SpringDataRedisCommands.store(
                        factories.getObject(), settings.requiredNamespace(), RedisOptions.defaults()));
    }
}
