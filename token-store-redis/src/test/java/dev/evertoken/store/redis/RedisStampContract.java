package dev.evertoken.store.redis;

import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.testing.ChangeStampContract;

/** The contract of the change stamp on any kind of Redis. */
abstract class RedisStampContract extends ChangeStampContract {

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
}
