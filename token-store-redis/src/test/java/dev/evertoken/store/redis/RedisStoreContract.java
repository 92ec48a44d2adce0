package dev.evertoken.store.redis;

import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.testing.SharedTokenStoreContract;

/** The shared store contract on any kind of Redis. */
abstract class RedisStoreContract extends SharedTokenStoreContract {

    private final String namespace = RedisInstance.newNamespace();

    abstract RedisInstance redis();

    @Override
    protected TokenStore newStore() {
        return another();
    }

    @Override
    protected TokenStore another() {
        return redis().open(namespace);
    }

    @Override
    protected void damage(TokenKey key) {
        redis().damage(namespace, key);
    }
}
