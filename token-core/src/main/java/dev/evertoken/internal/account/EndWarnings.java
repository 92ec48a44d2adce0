package dev.evertoken.internal.account;

import dev.evertoken.internal.record.MonitoredStore;
import dev.evertoken.internal.record.RecordMapper;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.store.TokenRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Warns before a connection ends, once for each of the last 30, 7 and 1 days. The marks are stored in the record, each
 * with the end that it is about, so that all processes together warn once. Thread-safe.
 */
final class EndWarnings {

    private static final List<Integer> DAYS = List.of(30, 7, 1);
    private static final String MARK = "warned-days-before-end-";

    private final MonitoredStore store;
    private final RecordMapper mapper;
    private final Timekeeper time;
    private final Consumer<TokenEvent> events;

    EndWarnings(MonitoredStore store, RecordMapper mapper, Timekeeper time, Consumer<TokenEvent> events) {
        this.store = store;
        this.mapper = mapper;
        this.time = time;
        this.events = events;
    }

    /** Warns if that is due and stores the marks; returns whether it has warned. */
    boolean warn(TokenKey key) {
        boolean warned = false;
        while (true) {
            Optional<TokenRecord> loaded = store.load(key);
            if (loaded.isEmpty()) {
                return warned;
            }
            TokenRecord before = loaded.get();
            Instant now = time.now();
            Map<String, Instant> marks = marks(before, now);
            if (marks.equals(before.marks())) {
                return warned;
            }
            if (!warned && marks.size() > before.marks().size()) {
                events.accept(
                        new TokenEvent.ExpiresSoon(key, now, before.endsAt().orElseThrow()));
                warned = true;
            }
            if (store.compareAndSet(
                    key, before.revision(), mapper.write(before.next().marks(marks)))) {
                return warned;
            }
        }
    }

    /** Returns the marks that a record should have: one for each number of days before the end that has come. */
    private static Map<String, Instant> marks(TokenRecord record, Instant now) {
        Map<String, Instant> marks = new TreeMap<>(record.marks());
        Optional<Instant> end = record.endsAt()
                .filter(moment -> now.isBefore(moment) && record.health().state() != ConnectionState.NEEDS_REAUTH);
        for (int days : DAYS) {
            Optional<Instant> near = end.filter(moment -> !now.isBefore(moment.minus(Duration.ofDays(days))));
            if (near.isPresent()) {
                marks.putIfAbsent(MARK + days, near.get());
            } else if (end.isPresent()) {
                marks.remove(MARK + days);
            }
        }
        return marks;
    }
}
