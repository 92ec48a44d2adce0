package dev.evertoken.background;

import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.operations.RecordView;
import dev.evertoken.spi.operations.TokenOperations;
import dev.evertoken.spi.store.DueIndex;
import dev.evertoken.spi.store.UnreadableRecordException;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The due accounts of a store without an index, as far as the {@link Audit} has read their records: the 100,000 that
 * are due first. Not thread-safe.
 */
final class MemoryDueIndex implements DueIndex {

    private static final int MOST = 100_000;

    private final TokenOperations operations;
    private final NavigableSet<Entry> entries = new TreeSet<>(Entry.ORDER);
    private final Map<TokenKey, Entry> byKey = new HashMap<>();

    private record Entry(Instant at, TokenKey key) {
        private static final Comparator<Entry> ORDER = Comparator.comparing(Entry::at)
                .thenComparing(entry -> entry.key().registration())
                .thenComparing(entry -> entry.key().account());
    }

    MemoryDueIndex(TokenOperations operations) {
        this.operations = operations;
    }

    void put(RecordView record) {
        remove(record.key());
        record.dueAt().ifPresent(at -> {
            Entry entry = new Entry(at, record.key());
            entries.add(entry);
            byKey.put(record.key(), entry);
        });
        if (entries.size() > MOST) {
            remove(entries.last().key());
        }
    }

    private void remove(TokenKey key) {
        Entry old = byKey.remove(key);
        if (old != null) {
            entries.remove(old);
        }
    }

    @Override
    public List<TokenKey> due(String registration, Instant before, Optional<TokenKey> after, int limit) {
        NavigableSet<Entry> from = after.map(byKey::get)
                .filter(entry -> entry.at().isBefore(before))
                .map(entry -> entries.tailSet(entry, false))
                .orElse(entries);
        return from.stream()
                .takeWhile(entry -> entry.at().isBefore(before))
                .map(Entry::key)
                .filter(key -> key.registration().equals(registration))
                .limit(limit)
                .toList();
    }

    @Override
    public Optional<Instant> oldestDue(String registration) {
        return entries.stream()
                .filter(entry -> entry.key().registration().equals(registration))
                .map(Entry::at)
                .findFirst();
    }

    @Override
    public void repair(TokenKey key) {
        try {
            operations.record(key).ifPresentOrElse(this::put, () -> remove(key));
        } catch (UnreadableRecordException e) {
            remove(key);
        }
    }
}
