package dev.evertoken.protocol;

import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.ReplicatedStore;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.testing.ForwardingTokenStore;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One process's view of a store that can lose writes: a failover is noticed by the next claim or look, as in Redis.
 * Thread-safe.
 */
final class ReplicatedFake extends ForwardingTokenStore implements ReplicatedStore {

    private final AtomicLong failovers;
    private final AtomicLong known = new AtomicLong();
    final AtomicInteger looks = new AtomicInteger();
    volatile boolean confirms = true;

    /** @param failovers the number of failovers so far, shared by all processes */
    ReplicatedFake(TokenStore store, AtomicLong failovers) {
        super(store);
        this.failovers = failovers;
    }

    @Override
    public ClaimResult claim(TokenKey key, long expectedRevision, TokenRecord claimed, long history) {
        if (known.get() != history || known.get() != failovers.get()) {
            return ClaimResult.POSSIBLE_LOSS;
        }
        if (!compareAndSet(key, expectedRevision, claimed)) {
            return ClaimResult.CONFLICT;
        }
        return confirms ? ClaimResult.SAVED : ClaimResult.UNCONFIRMED;
    }

    @Override
    public OptionalLong history() {
        looks.incrementAndGet();
        known.set(failovers.get());
        return OptionalLong.of(known.get());
    }
}
