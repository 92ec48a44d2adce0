package dev.evertoken.spring.config;

import dev.evertoken.store.redis.RedisOptions;
import dev.evertoken.store.redis.RedisTokenStore;
import java.util.Optional;
import org.springframework.beans.factory.ObjectProvider;
import redis.clients.jedis.UnifiedJedis;

/** The store in the Redis of the application's Jedis client. Thread-safe. */
public final class JedisStoreOpener implements StoreOpener {

    private static final String BEAN = "the UnifiedJedis bean";

    private final ObjectProvider<UnifiedJedis> clients;

    public JedisStoreOpener(ObjectProvider<UnifiedJedis> clients) {
        this.clients = clients;
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
        return Optional.ofNullable(clients.getIfUnique()).map(client -> BEAN);
    }

    @Override
    public String requirement() {
        return "Set evertoken.store.redis.url, or configure a client of Redis.";
    }

    @Override
    public OpenedStore open(TokensSettings settings) {
        return OpenedStore.of(
                BEAN, RedisTokenStore.over(clients.getObject(), settings.requiredNamespace(), RedisOptions.defaults()));
    }
}
