package dev.evertoken.store.tiered;

import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.store.TokenStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Collects the tiers of a {@link TieredTokenStore}. Not thread-safe; build on one thread, then share the result. */
public final class TieredTokenStoreBuilder {
    record Named(String name, TokenStore store) {}

    final Named authority;
    final List<Named> fallbacks = new ArrayList<>();
    Tombstones tombstones = Tombstones.inMemory();
    Duration deadline = Duration.ofSeconds(5);
    boolean comparesAtOpening = true;

    @Nullable
    Timekeeper time;

    TieredTokenStoreBuilder(Named authority) {
        this.authority = authority;
    }

    /** Adds a fallback, named after the type of its store. */
    public TieredTokenStoreBuilder fallback(TokenStore store) {
        return fallback(store.getClass().getSimpleName(), store);
    }

    /** Adds a fallback; of equally new copies, that of the earlier fallback is used. */
    public TieredTokenStoreBuilder fallback(String name, TokenStore store) {
        fallbacks.add(new Named(name, store));
        return this;
    }

    /**
     * Keeps tombstones in a folder, which is created with access for its owner only; processes of one host may share
     * it. Without a folder, a removal that a fallback missed is forgotten at the end of the process. The comparison at
     * the next opening then finds the copy and hides it, if the authority responds.
     *
     * @throws dev.evertoken.model.TokenStoreException if the folder is unsuitable; the message says why and how to fix
     *     it
     */
    public TieredTokenStoreBuilder tombstones(Path folder) {
        this.tombstones = TombstoneFiles.in(folder);
        return this;
    }

    /**
     * Sets the deadline of a call to one tier, 5 seconds by default. It should not exceed the timeouts of the stores.
     */
    public TieredTokenStoreBuilder deadline(Duration timeout) {
        this.deadline = timeout;
        return this;
    }

    /** Disables the comparison of all accounts at opening, which reads every record once. */
    public TieredTokenStoreBuilder withoutInitialReconcile() {
        this.comparesAtOpening = false;
        return this;
    }

    /** Sets the timekeeper, which the chain does not close; the system time by default. */
    public TieredTokenStoreBuilder timekeeper(Timekeeper timekeeper) {
        this.time = timekeeper;
        return this;
    }

    /**
     * Opens the chain, which closes its stores when it is closed. It finds due accounts if its authority does.
     *
     * @throws IllegalArgumentException if there is no fallback, a name or a store occurs twice, or the deadline is not
     *     positive
     */
    public TieredTokenStore open() {
        check();
        return TieredTokenStore.open(this);
    }

    private void check() {
        if (fallbacks.isEmpty()) {
            throw new IllegalArgumentException("the chain of " + authority.name() + " has no fallback");
        }
        if (deadline.isNegative() || deadline.isZero()) {
            throw new IllegalArgumentException("deadline " + deadline + " must be positive");
        }
        Set<String> names = new HashSet<>();
        Set<TokenStore> stores = Collections.newSetFromMap(new IdentityHashMap<>());
        Stream.concat(Stream.of(authority), fallbacks.stream()).forEach(tier -> {
            if (!names.add(tier.name())) {
                throw new IllegalArgumentException("two tiers have the name \"" + tier.name() + "\"; set another name");
            }
            if (!stores.add(tier.store())) {
                throw new IllegalArgumentException("tier \"" + tier.name() + "\" is in the chain twice");
            }
        });
    }
}
