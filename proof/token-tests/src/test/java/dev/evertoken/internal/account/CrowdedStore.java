package dev.evertoken.internal.account;

import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.testing.ForwardingTokenStore;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A store that lists many more accounts than it has, after those it has. Thread-safe. */
final class CrowdedStore extends ForwardingTokenStore {

    private volatile int more;
    private final Runnable onLoad;
    private final AtomicInteger loads = new AtomicInteger();

    /** @param onLoad runs before each load */
    CrowdedStore(TokenStore store, int more, Runnable onLoad) {
        super(store);
        this.more = more;
        this.onLoad = onLoad;
    }

    /** Changes how many accounts it lists in addition. */
    void grow(int accounts) {
        more = accounts;
    }

    int loads() {
        return loads.get();
    }

    @Override
    public Stream<TokenKey> keys() {
        return Stream.concat(super.keys(), IntStream.range(0, more).mapToObj(n -> TokenKey.of("google", "more-" + n)));
    }

    @Override
    public Optional<TokenRecord> load(TokenKey key) {
        loads.incrementAndGet();
        onLoad.run();
        return key.account().startsWith("more-") ? Optional.empty() : super.load(key);
    }
}
