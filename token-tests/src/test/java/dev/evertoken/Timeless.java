package dev.evertoken;

import dev.evertoken.spi.TokenStore;
import dev.evertoken.testing.WrappedStore;
import java.time.Instant;
import java.util.Optional;

/** A store that has no time of its own, so that claims are judged by the clocks of those who look. */
final class Timeless extends WrappedStore {

    Timeless(TokenStore store) {
        super(store);
    }

    @Override
    public Optional<Instant> now() {
        return Optional.empty();
    }
}
