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
 * A map of limited size. A new entry evicts the one that was not read or written for the longest time. Thread-safe; a
 * call holds a lock for the time of one look-up.
 */
public final class RecentEntries<K, V> {

    private final Lock lock = new ReentrantLock();
    private final Map<K, V> leastRecentFirst = new LinkedHashMap<>(16, 0.75f, true);
    private final int most;
    private volatile boolean used;

    /** @param most the maximum number of entries, at least 1 */
    public RecentEntries(int most) {
        this.most = most;
    }

    /** Costs one read as long as there never was an entry. */
    public Optional<V> get(K key) {
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

    public void put(K key, V value) {
        lock.lock();
        try {
            used = true;
            leastRecentFirst.put(key, value);
            evict();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Puts a value, or the result of joining it to the present one.
     *
     * @param joined takes the present value and the offered one; runs with the lock held and must not call this map
     */
    public void merge(K key, V offered, BinaryOperator<V> joined) {
        lock.lock();
        try {
            used = true;
            V present = leastRecentFirst.get(key);
            leastRecentFirst.put(key, present == null ? offered : joined.apply(present, offered));
            evict();
        } finally {
            lock.unlock();
        }
    }

    public void remove(K key) {
        lock.lock();
        try {
            leastRecentFirst.remove(key);
        } finally {
            lock.unlock();
        }
    }

    /** Returns a copy of the values. */
    public List<V> values() {
        lock.lock();
        try {
            return new ArrayList<>(leastRecentFirst.values());
        } finally {
            lock.unlock();
        }
    }

    private void evict() {
        if (leastRecentFirst.size() > most) {
            leastRecentFirst.remove(leastRecentFirst.keySet().iterator().next());
        }
    }
}
