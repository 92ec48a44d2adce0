package dev.evertoken.store.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.ReplicatedStore.ClaimResult;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.testing.SampleRecords;
import dev.evertoken.testing.SharedTokenStoreContract;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

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
        return open(namespace);
    }

    RedisTokenStore open(String name) {
        return redis().open(name);
    }

    @Test
    void aClaimIsWrittenByCompareAndSetAndTheHistoryIsThatOfTheOpening() {
        TokenKey key = TokenKey.of("acme", "claimed");
        TokenRecord first = SampleRecords.full(key);
        TokenRecord claimed =
                first.next().claim(SampleRecords.claim()).build(SampleRecords.revision(), first.updatedAt());
        try (RedisTokenStore store = open(namespace)) {
            assertTrue(store.compareAndSet(key, TokenStore.ABSENT, first));

            assertEquals(ClaimResult.SAVED, store.claim(key, first.revision(), claimed, 0));
            assertEquals(ClaimResult.CONFLICT, store.claim(key, first.revision(), SampleRecords.next(first), 0));

            assertEquals(Optional.of(claimed), store.load(key));
            assertEquals(OptionalLong.of(0), store.history());
        }
    }

    @Override
    protected void damage(TokenKey key) {
        redis().damage(namespace, key);
    }
}
