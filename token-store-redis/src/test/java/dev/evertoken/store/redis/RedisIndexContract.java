package dev.evertoken.store.redis;

import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.testing.DueIndexContract;

/** The contract of a due index, on a Redis of some kind. */
abstract class RedisIndexContract extends DueIndexContract {

    abstract RedisInstance redis();

    @Override
    protected TokenStore newStore() {
        return redis().open(RedisInstance.newNamespace());
    }
}
