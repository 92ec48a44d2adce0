package dev.evertoken.store.redis;

import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.TokenStore;
import dev.evertoken.testing.SharedTokenStoreContract;

/** The contract of a shared store, on a Redis of some kind. */
abstract class RedisStoreContract extends SharedTokenStoreContract {

    private final String namespace = Site.newNamespace();

    abstract Site site();

    @Override
    protected TokenStore newStore() {
        return another();
    }

    @Override
    protected TokenStore another() {
        return site().open(namespace);
    }

    @Override
    protected void damage(TokenKey key) {
        site().damage(namespace, key);
    }
}
