package dev.evertoken.protocol;

import dev.evertoken.spi.Timekeeper;
import dev.evertoken.store.InMemoryTokenStore;
import dev.evertoken.testing.ForwardingTokenStore;
import java.util.Optional;

/**
 * An in-memory store that declares that several processes share it and that a write costs money. Like Secret Manager it
 * has no change stamp. Thread-safe.
 */
final class CostlyStore extends ForwardingTokenStore {

    CostlyStore(Timekeeper time) {
        super(new InMemoryTokenStore(time));
    }

    @Override
    public Guarantee guarantee() {
        return Guarantee.SHARED;
    }

    @Override
    public boolean costlyWrites() {
        return true;
    }

    @Override
    public Optional<String> changeStamp() {
        return Optional.empty();
    }

    @Override
    public Optional<Move> moveChangeStamp() {
        return Optional.empty();
    }
}
