package dev.evertoken.store.tiered;

import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.Timekeeper;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BinaryOperator;
import java.util.stream.Stream;

/**
 * The accounts that wait for background work, at most one entry for each. An account whose work failed waits aside until
 * a time of its own, which is later after each failure, so that it delays no other account.
 *
 * <p>Bounded: if it is full, an account that keeps failing makes room for a new one. Thread-safe.
 *
 * @param <V> the content of the work
 */
final class WaitingAccounts<V> {

    /** An account that has failed so often is not expected to succeed. */
    static final int FAILS_ALWAYS = 3;

    private final int capacity;
    private final Duration firstPause;
    private final Timekeeper time;
    private final AtomicLong numbers = new AtomicLong();
    private final ConcurrentMap<TokenKey, Waiting<V>> waiting = new ConcurrentHashMap<>();

    /**
     * The work for one account.
     *
     * @param failures the number of failed attempts
     * @param notBefore the earliest time of the next attempt, on the monotonic clock
     * @param number a number of its own
     */
    record Waiting<V>(TokenKey key, V work, int failures, long notBefore, long number) {}

    /** @param firstPause the pause after the first failure; it doubles with each further one */
    WaitingAccounts(int capacity, Duration firstPause, Timekeeper time) {
        this.capacity = capacity;
        this.firstPause = firstPause;
        this.time = time;
    }

    int size() {
        return waiting.size();
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /**
     * Adds work that is due at once. Work that already waits for the account is merged with it.
     *
     * @return false if there is no room for another account
     */
    boolean add(TokenKey key, V work, BinaryOperator<V> merge) {
        if (waiting.size() >= capacity && !waiting.containsKey(key) && !makeRoom()) {
            return false;
        }
        long now = time.nanos();
        waiting.merge(
                key,
                waiting(key, work, 0, now),
                (known, next) -> waiting(key, merge.apply(known.work(), next.work()), known.failures(), now));
        return true;
    }

    private Waiting<V> waiting(TokenKey key, V work, int failures, long notBefore) {
        return new Waiting<>(key, work, failures, notBefore, numbers.incrementAndGet());
    }

    private boolean makeRoom() {
        Optional<Waiting<V>> hopeless = waiting.values().stream()
                .filter(one -> one.failures() >= FAILS_ALWAYS)
                .findFirst();
        hopeless.ifPresent(this::done);
        return hopeless.isPresent();
    }

    /** Returns the accounts that are due, those with the fewest failures first. */
    List<Waiting<V>> due() {
        long now = time.nanos();
        return byFailures(waiting.values().stream().filter(one -> one.notBefore() - now <= 0));
    }

    /** Returns all accounts, due or not, those with the fewest failures first. */
    List<Waiting<V>> all() {
        return byFailures(waiting.values().stream());
    }

    private List<Waiting<V>> byFailures(Stream<Waiting<V>> some) {
        return some.sorted(Comparator.comparingInt(Waiting::failures)).toList();
    }

    /** Removes work that is done, unless it was replaced meanwhile. */
    void done(Waiting<V> one) {
        waiting.computeIfPresent(one.key(), (key, current) -> current.number() == one.number() ? null : current);
    }

    /**
     * Puts work aside after a failure, unless it was replaced meanwhile.
     *
     * @param longest the limit of the pause
     * @return the number of failures
     */
    int failed(Waiting<V> one, Duration longest) {
        int failures = one.failures() + 1;
        Duration doubled = firstPause.multipliedBy(1L << Math.min(failures - 1, 20));
        Duration pause = doubled.compareTo(longest) < 0 ? doubled : longest;
        Waiting<V> aside = waiting(one.key(), one.work(), failures, time.nanos() + pause.toNanos());
        waiting.computeIfPresent(one.key(), (key, current) -> current.number() == one.number() ? aside : current);
        return failures;
    }

    /** Makes all accounts due, such as after an outage. */
    void retryAll() {
        long now = time.nanos();
        waiting.replaceAll((key, one) -> waiting(key, one.work(), one.failures(), now));
    }

    /** Returns how long it takes until an account is due, zero if one is; empty if none waits. */
    Optional<Duration> untilDue() {
        long now = time.nanos();
        return waiting.values().stream()
                .map(one -> Duration.ofNanos(Math.max(0, one.notBefore() - now)))
                .min(Comparator.naturalOrder());
    }
}
