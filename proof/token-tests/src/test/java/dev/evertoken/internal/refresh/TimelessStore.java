package dev.evertoken.internal.refresh;

import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.testing.ForwardingTokenStore;
import java.time.Instant;
import java.util.Optional;

/** A store that has no time of its own, so that claims are judged by the clocks of those who look. */
final class TimelessStore extends ForwardingTokenStore {

    TimelessStore(TokenStore store) {
        super(store);
    }

    @Override
    public Optional<Instant> now() {
        return Optional.empty();
    }
}
