package dev.evertoken.internal.record;

import dev.evertoken.spi.Timekeeper;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A map of limited size whose entries expire a fixed time after they were written. A new entry evicts the one that was
 * written first. Thread-safe; a call holds a lock for the time of one look-up.
 */
public final class ExpiringEntries<K, V> {

    private final Lock lock = new ReentrantLock();
    private final Map<K, Entry<V>> oldestFirst = new LinkedHashMap<>();
    private final int most;
    private final long lifetime;
    private final Timekeeper time;

    /** @param writtenAt in nanoseconds of the {@link Timekeeper} */
    private record Entry<V>(V value, long writtenAt) {}

    /**
     * @param most the maximum number of entries, at least 1
     * @param lifetime how long an entry is present after it was written
     */
    public ExpiringEntries(int most, Duration lifetime, Timekeeper time) {
        this.most = most;
        this.lifetime = lifetime.toNanos();
        this.time = time;
    }

    public Optional<V> get(K key) {
        lock.lock();
        try {
            dropExpired();
            Entry<V> entry = oldestFirst.get(key);
            return entry == null ? Optional.empty() : Optional.of(entry.value);
        } finally {
            lock.unlock();
        }
    }

    public void put(K key, V value) {
        lock.lock();
        try {
            oldestFirst.remove(key); // an entry that is written again becomes the newest
            add(key, value);
        } finally {
            lock.unlock();
        }
    }

    /** Puts a value unless there is one; returns whether it was put. */
    public boolean putIfAbsent(K key, V value) {
        lock.lock();
        try {
            dropExpired();
            if (oldestFirst.containsKey(key)) {
                return false;
            }
            add(key, value);
            return true;
        } finally {
            lock.unlock();
        }
    }

    public void remove(K key) {
        lock.lock();
        try {
            oldestFirst.remove(key);
        } finally {
            lock.unlock();
        }
    }

    private void add(K key, V value) {
        dropExpired();
        oldestFirst.put(key, new Entry<>(value, time.nanos()));
        if (oldestFirst.size() > most) {
            oldestFirst.remove(oldestFirst.keySet().iterator().next());
        }
    }

    private void dropExpired() {
        long now = time.nanos();
        Iterator<Entry<V>> entries = oldestFirst.values().iterator();
        while (entries.hasNext() && now - entries.next().writtenAt >= lifetime) {
            entries.remove();
        }
    }
}
