package dev.evertoken.examples;

import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.testing.SharedTokenStoreContract;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** The example store passes the published contract. */
class WriteYourOwnStoreTest extends SharedTokenStoreContract {

    private final InMemory database = new InMemory();

    @Override
    protected TokenStore newStore() {
        return another();
    }

    @Override
    protected TokenStore another() {
        return new WriteYourOwnStore(database);
    }

    @Override
    protected void damage(TokenKey key) {
        String name = key.registration() + "/" + key.account();
        database.swap(name, database.get(name), Optional.of(new byte[] {'{'}));
    }

    /** A database in memory that outlives the stores in it. */
    private static final class InMemory implements WriteYourOwnStore.Database {
        private final Map<String, ByteBuffer> values = new ConcurrentHashMap<>();

        @Override
        public Optional<byte[]> get(String name) {
            return Optional.ofNullable(values.get(name)).map(ByteBuffer::array);
        }

        @Override
        public boolean swap(String name, Optional<byte[]> seen, Optional<byte[]> next) {
            if (seen.isEmpty()) {
                return next.isPresent() && values.putIfAbsent(name, ByteBuffer.wrap(next.get())) == null;
            }
            ByteBuffer before = ByteBuffer.wrap(seen.get());
            return next.isPresent()
                    ? values.replace(name, before, ByteBuffer.wrap(next.get()))
                    : values.remove(name, before);
        }

        @Override
        public Stream<String> names() {
            return values.keySet().stream();
        }
    }
}
