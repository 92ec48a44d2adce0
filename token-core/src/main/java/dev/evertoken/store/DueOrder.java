package dev.evertoken.store;

import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.TokenRecord;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ConcurrentSkipListSet;
import org.jspecify.annotations.Nullable;

/**
 * The accounts of an in-memory store in the order in which they are due, for each registration. A write that leaves the
 * time of an account as it is costs nothing. Thread-safe for different keys.
 */
final class DueOrder {

    private static final Instant EARLIEST = Instant.ofEpochMilli(Long.MIN_VALUE);
    private static final Instant LATEST = Instant.ofEpochMilli(Long.MAX_VALUE);
    private static final String BEFORE_ALL = "";

    private final ConcurrentMap<String, NavigableSet<Entry>> byRegistration = new ConcurrentHashMap<>();

    /** An account, and when it is due, in milliseconds since the epoch. */
    private record Entry(long at, String account) implements Comparable<Entry> {

        @Override
        public int compareTo(Entry other) {
            int order = Long.compare(at, other.at);
            return order != 0 ? order : account.compareTo(other.account);
        }
    }

    /** Updates the order after a write; the writes of one key must be sequential. */
    void move(@Nullable TokenRecord from, @Nullable TokenRecord to) {
        Optional<Instant> before = dueAt(from);
        Optional<Instant> after = dueAt(to);
        if (before.equals(after)) {
            return;
        }
        if (to != null && after.isPresent()) {
            boolean unused = accounts(to.key())
                    .add(new Entry(millis(after.get()), to.key().account()));
        }
        if (from != null && before.isPresent()) {
            boolean unused = accounts(from.key())
                    .remove(new Entry(millis(before.get()), from.key().account()));
        }
    }

    private static Optional<Instant> dueAt(@Nullable TokenRecord record) {
        return record == null ? Optional.empty() : record.dueAt();
    }

    private NavigableSet<Entry> accounts(TokenKey key) {
        NavigableSet<Entry> known = byRegistration.get(key.registration());
        return known != null
                ? known
                : byRegistration.computeIfAbsent(key.registration(), any -> new ConcurrentSkipListSet<>());
    }

    List<TokenKey> due(String registration, Instant before, Optional<TokenRecord> after, int limit) {
        NavigableSet<Entry> accounts = byRegistration.get(registration);
        Entry end = new Entry(millisFrom(before), BEFORE_ALL);
        Entry from = start(after, end);
        if (accounts == null || from.compareTo(end) >= 0) {
            return List.of();
        }
        List<TokenKey> due = new ArrayList<>();
        Iterator<Entry> entries = accounts.subSet(from, false, end, false).iterator();
        while (due.size() < limit && entries.hasNext()) {
            due.add(TokenKey.of(registration, entries.next().account()));
        }
        return List.copyOf(due);
    }

    /** Returns the position of the cursor; the one before all accounts if there is none, or if it is no longer due. */
    private static Entry start(Optional<TokenRecord> after, Entry end) {
        Optional<Instant> at = after.isPresent() ? after.get().dueAt() : Optional.empty();
        return at.isPresent() && millis(at.get()) < end.at
                ? new Entry(millis(at.get()), after.get().key().account())
                : new Entry(Long.MIN_VALUE, BEFORE_ALL);
    }

    Optional<Instant> oldest(String registration) {
        NavigableSet<Entry> accounts = byRegistration.get(registration);
        Iterator<Entry> entries = accounts == null ? List.<Entry>of().iterator() : accounts.iterator();
        return entries.hasNext()
                ? Optional.of(Instant.ofEpochMilli(entries.next().at()))
                : Optional.empty();
    }

    void clear() {
        byRegistration.clear();
    }

    private static long millis(Instant moment) {
        if (moment.isAfter(LATEST)) {
            return Long.MAX_VALUE;
        }
        return moment.isBefore(EARLIEST) ? Long.MIN_VALUE : moment.toEpochMilli();
    }

    /** Returns the first whole millisecond that is not before a moment. */
    private static long millisFrom(Instant moment) {
        long whole = millis(moment);
        boolean isWhole = moment.truncatedTo(ChronoUnit.MILLIS).equals(moment);
        return isWhole || whole == Long.MAX_VALUE ? whole : whole + 1;
    }
}
