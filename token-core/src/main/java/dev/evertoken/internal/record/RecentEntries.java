package dev.evertoken.internal.record;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BinaryOperator;

/**
 * A map of limited size. A new entry evicts the one that was not read or written for the longest time. A large map
 * consists of parts, so that threads seldom wait for each other. Each part evicts its own entries, and has an eighth
 * more than its share of the size, because keys are not distributed evenly. Thread-safe; a call holds a lock for the
 * time of one look-up.
 */
public final class RecentEntries<K, V> {

    private static final int PARTS = 16;

    /** The maximum size of a map that is not divided. */
    private static final int SMALL = 1024;

    private final List<Part<K, V>> parts = new ArrayList<>();

    /** @param most the maximum number of entries, at least 1 */
    public RecentEntries(int most) {
        boolean isSmall = most <= SMALL;
        int share = most / PARTS;
        for (int n = 0; n < (isSmall ? 1 : PARTS); n++) {
            parts.add(new Part<>(isSmall ? most : share + share / 8));
        }
    }

    /** Costs one read as long as there never was an entry. */
    public Optional<V> get(K key) {
        return part(key).get(key);
    }

    public void put(K key, V value) {
        part(key).merge(key, value, (present, offered) -> offered);
    }

    /**
     * Puts a value, or the result of joining it to the present one.
     *
     * @param joined takes the present value and the offered one; runs with the lock held and must not call this map
     */
    public void merge(K key, V offered, BinaryOperator<V> joined) {
        part(key).merge(key, offered, joined);
    }

    public void remove(K key) {
        part(key).remove(key);
    }

    /** Returns a copy of the values. */
    public List<V> values() {
        List<V> values = new ArrayList<>();
        for (Part<K, V> part : parts) {
            part.addTo(values);
        }
        return values;
    }

    private Part<K, V> part(K key) {
        int hash = key.hashCode() * 0x9E3779B9;
        return parts.get((hash >>> 16) % parts.size());
    }

    /** The entries of some keys. Thread-safe. */
    private static final class Part<K, V> {
        private final Lock lock = new ReentrantLock();
        private final Map<K, V> leastRecentFirst = new LinkedHashMap<>(16, 0.75f, true);
        private final int most;
        private volatile boolean used;

        Part(int most) {
            this.most = most;
        }

        Optional<V> get(K key) {
            if (!used) {
                return Optional.empty();
            }
            lock.lock();
            try {
                return Optional.ofNullable(leastRecentFirst.get(key));
            } finally {
                lock.unlock();
            }
        }

        void merge(K key, V offered, BinaryOperator<V> joined) {
            lock.lock();
            try {
                used = true;
                V present = leastRecentFirst.get(key);
                leastRecentFirst.put(key, present == null ? offered : joined.apply(present, offered));
                if (leastRecentFirst.size() > most) {
                    leastRecentFirst.remove(leastRecentFirst.keySet().iterator().next());
                }
            } finally {
                lock.unlock();
            }
        }

        void remove(K key) {
            lock.lock();
            try {
                leastRecentFirst.remove(key);
            } finally {
                lock.unlock();
            }
        }

        void addTo(List<V> values) {
            lock.lock();
            try {
                values.addAll(leastRecentFirst.values());
            } finally {
                lock.unlock();
            }
        }
    }
}
