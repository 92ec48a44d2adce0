package dev.evertoken.store.redis;

import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.testing.DueIndexContract;

/** The due index contract on any kind of Redis. */
abstract class RedisIndexContract extends DueIndexContract {

    abstract RedisInstance redis();

    @Override
    protected TokenStore newStore() {
        return redis().open(RedisInstance.newNamespace());
    }
}
