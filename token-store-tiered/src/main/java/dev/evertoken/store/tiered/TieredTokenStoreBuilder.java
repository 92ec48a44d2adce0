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
    boolean comparing = true;

    @Nullable
    Timekeeper time;

    TieredTokenStoreBuilder(Named authority) {
        this.authority = authority;
    }

    /** Adds a store for copies, named after its type. */
    public TieredTokenStoreBuilder fallback(TokenStore store) {
        return fallback(store.getClass().getSimpleName(), store);
    }

    /** Adds a store for copies; of copies that are equally new the one of the earlier fallback is taken. */
    public TieredTokenStoreBuilder fallback(String name, TokenStore store) {
        fallbacks.add(new Named(name, store));
        return this;
    }

    /**
     * Keeps tombstones in a folder, which is created for the owner alone; processes of one host may share it.
     * Without one, a removal that a fallback missed is forgotten at the end of the process, and the copy is found and
     * hidden by the comparison at the next opening, if the authority answers then.
     *
     * @throws dev.evertoken.model.TokenStoreException if the folder is not fit, saying why and what to do
     */
    public TieredTokenStoreBuilder tombstones(Path folder) {
        this.tombstones = TombstoneFiles.in(folder);
        return this;
    }

    /** Sets how long a call to one tier may take; 5 seconds unless set. Longer than the stores' own time-outs is of no use. */
    public TieredTokenStoreBuilder deadline(Duration longest) {
        this.deadline = longest;
        return this;
    }

    /** Leaves out the comparison of all accounts at opening, which reads every record once. */
    public TieredTokenStoreBuilder withoutInitialReconcile() {
        this.comparing = false;
        return this;
    }

    /** Sets the time to go by, which the chain does not close; that of this machine unless set. */
    public TieredTokenStoreBuilder timekeeper(Timekeeper timekeeper) {
        this.time = timekeeper;
        return this;
    }

    /**
     * Opens the chain over the stores, which are closed with it. It finds due accounts if its authority does.
     *
     * @throws IllegalArgumentException if there is no fallback, a name or a store twice, or no time for a call
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
        Stream.concat(Stream.of(authority), fallbacks.stream()).forEach(one -> {
            if (!names.add(one.name())) {
                throw new IllegalArgumentException("two tiers are called \"" + one.name() + "\"; name them");
            }
            if (!stores.add(one.store())) {
                throw new IllegalArgumentException("tier \"" + one.name() + "\" is in the chain twice");
            }
        });
    }
}
