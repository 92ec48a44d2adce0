package dev.evertoken.store;

import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.TokenRecord;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListSet;
import org.jspecify.annotations.Nullable;

/** The accounts of an in-memory store in the order in which they are due. Thread-safe for different keys. */
final class DueOrder {

    private final NavigableSet<Entry> entries = new ConcurrentSkipListSet<>();

    private record Entry(String registration, Instant at, String account) implements Comparable<Entry> {
        private static final Comparator<Entry> ORDER = Comparator.comparing(Entry::registration)
                .thenComparing(Entry::at)
                .thenComparing(Entry::account);

        static Optional<Entry> of(TokenRecord record) {
            TokenKey key = record.key();
            return record.dueAt().map(at -> new Entry(key.registration(), at, key.account()));
        }

        /** Returns the position before all accounts that are due at a given time. */
        static Entry first(String registration, Instant at) {
            return new Entry(registration, at, "");
        }

        @Override
        public int compareTo(Entry other) {
            return ORDER.compare(this, other);
        }
    }

    /** Updates the order after a write; the writes of one key must be sequential. */
    void move(@Nullable TokenRecord from, @Nullable TokenRecord to) {
        Optional<Entry> next = Optional.ofNullable(to).flatMap(Entry::of);
        next.ifPresent(entries::add);
        Optional.ofNullable(from)
                .flatMap(Entry::of)
                .filter(entry -> !next.equals(Optional.of(entry)))
                .ifPresent(entries::remove);
    }

    List<TokenKey> due(String registration, Instant before, Optional<TokenRecord> after, int limit) {
        Entry from = after.flatMap(Entry::of)
                .filter(entry -> entry.at().isBefore(before))
                .orElse(Entry.first(registration, Instant.MIN));
        Entry end = Entry.first(registration, before);
        return from.compareTo(end) >= 0
                ? List.of()
                : entries.subSet(from, false, end, false).stream()
                        .limit(limit)
                        .map(entry -> TokenKey.of(registration, entry.account()))
                        .toList();
    }

    Optional<Instant> oldest(String registration) {
        return Optional.ofNullable(entries.higher(Entry.first(registration, Instant.MIN)))
                .filter(entry -> entry.registration().equals(registration))
                .map(Entry::at);
    }

    void clear() {
        entries.clear();
    }
}
