package dev.evertoken.store.tiered;

import dev.evertoken.model.TokenKey;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** Stores the tombstones of a chain, at most one for each account. Thread-safe. */
interface Tombstones {

    Optional<Tombstone> of(TokenKey key);

    /** Stores a tombstone, replacing that of the same account. */
    void put(Tombstone next);

    /** Removes a tombstone unless it was replaced. */
    void drop(Tombstone known);

    List<Tombstone> all();

    /**
     * Returns tombstones that end with this process: after a restart, copies of removed accounts count as valid again.
     */
    static Tombstones inMemory() {
        return new Tombstones() {
            private final ConcurrentMap<TokenKey, Tombstone> tombstones = new ConcurrentHashMap<>();

            @Override
            public Optional<Tombstone> of(TokenKey key) {
                return Optional.ofNullable(tombstones.get(key));
            }

            @Override
            public void put(Tombstone next) {
                tombstones.put(next.key(), next);
            }

            @Override
            public void drop(Tombstone known) {
                tombstones.remove(known.key(), known);
            }

            @Override
            public List<Tombstone> all() {
                return List.copyOf(tombstones.values());
            }
        };
    }
}
