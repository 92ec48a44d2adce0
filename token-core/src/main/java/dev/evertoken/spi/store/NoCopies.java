package dev.evertoken.spi.store;

import dev.evertoken.model.TokenKey;
import java.util.Optional;
import java.util.stream.Stream;

/** The copies of a store that keeps none. Stateless. */
enum NoCopies implements RecordCopies {
    INSTANCE;

    @Override
    public Optional<TokenRecord> newestKnown(TokenKey key) {
        return Optional.empty();
    }

    @Override
    public Stream<TokenKey> knownKeys() {
        return Stream.empty();
    }

    @Override
    public boolean keepAside(TokenRecord unsaved) {
        return false;
    }
}
