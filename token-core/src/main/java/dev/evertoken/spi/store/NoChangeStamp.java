package dev.evertoken.spi.store;

import java.util.Optional;

/** The change stamp of a store that has none. Stateless. */
enum NoChangeStamp implements ChangeStamp {
    INSTANCE;

    @Override
    public Optional<String> changeStamp() {
        return Optional.empty();
    }

    @Override
    public Optional<Move> moveChangeStamp() {
        return Optional.empty();
    }
}
