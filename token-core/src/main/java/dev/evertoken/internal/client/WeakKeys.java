package dev.evertoken.internal.client;

import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A map by the identity of its keys, which it does not keep alive: an entry is removed after its key was garbage
 * collected. Thread-safe.
 */
final class WeakKeys<K, V> {

    private final Map<Identity<K>, V> entries = new ConcurrentHashMap<>();
    private final ReferenceQueue<K> collected = new ReferenceQueue<>();

    void put(K key, V value) {
        dropCollected();
        entries.put(new Identity<>(key, collected), value);
    }

    Optional<V> get(K key) {
        return Optional.ofNullable(entries.get(new Identity<>(key, null)));
    }

    /** Returns the number of entries, without those whose key was collected. */
    int size() {
        dropCollected();
        return entries.size();
    }

    private void dropCollected() {
        for (Reference<? extends K> key = collected.poll(); key != null; key = collected.poll()) {
            entries.remove(key);
        }
    }

    /** Equals another one with the same key, and after its key was collected only itself. */
    private static final class Identity<K> extends WeakReference<K> {
        private final int hash;

        Identity(K key, @Nullable ReferenceQueue<? super K> collected) {
            super(key, collected);
            this.hash = System.identityHashCode(key);
        }

        @Override
        public int hashCode() {
            return hash;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            if (this == other) {
                return true;
            }
            K key = get();
            return key != null && other instanceof Identity<?> same && same.get() == key;
        }
    }
}
