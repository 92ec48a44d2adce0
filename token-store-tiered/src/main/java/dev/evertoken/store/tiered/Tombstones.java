package dev.evertoken.store.tiered;

import dev.evertoken.model.TokenKey;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** Remembers, one for each account, the grants that are gone although a tier may still have them. Thread-safe. */
interface Tombstones {

    Optional<Tombstone> of(TokenKey key);

    /** Puts one in the place of what is there for its account. */
    void put(Tombstone next);

    /** Takes it away if it is the one that is there. */
    void drop(Tombstone known);

    List<Tombstone> all();

    /** Returns tombstones that end with this process: what a tier missed before counts again after a restart. */
    static Tombstones inMemory() {
        return new Tombstones() {
            private final ConcurrentMap<TokenKey, Tombstone> known = new ConcurrentHashMap<>();

            @Override
            public Optional<Tombstone> of(TokenKey key) {
                return Optional.ofNullable(known.get(key));
            }

            @Override
            public void put(Tombstone next) {
                known.put(next.key(), next);
            }

            @Override
            public void drop(Tombstone gone) {
                known.remove(gone.key(), gone);
            }

            @Override
            public List<Tombstone> all() {
                return List.copyOf(known.values());
            }
        };
    }
}
