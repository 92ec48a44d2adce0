package dev.evertoken.store.redis;

import dev.evertoken.spi.TokenStore;
import dev.evertoken.testing.DueIndexContract;

/** The contract of a due index, on a Redis of some kind. */
abstract class RedisIndexContract extends DueIndexContract {

    abstract Site site();

    @Override
    protected TokenStore newStore() {
        return site().open(Site.newNamespace());
    }
}
