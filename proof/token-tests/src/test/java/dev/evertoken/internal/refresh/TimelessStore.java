package dev.evertoken.internal.refresh;

import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.testing.ForwardingTokenStore;
import java.time.Instant;
import java.util.Optional;

/** A store without a time of its own, so that processes judge claims by their own clocks. */
final class TimelessStore extends ForwardingTokenStore {

    TimelessStore(TokenStore store) {
        super(store);
    }

    @Override
    public Optional<Instant> now() {
        return Optional.empty();
    }
}
