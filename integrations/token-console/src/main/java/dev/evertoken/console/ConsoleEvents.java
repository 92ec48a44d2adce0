package dev.evertoken.console;

import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.TokenListener;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Keeps the latest events of a process for the timelines and charts of a console. Pass one instance to the builder's
 * {@code listener(…)} and to {@link Console.Builder#events}.
 *
 * <p>It keeps the last {@value #PER_ACCOUNT} events of an account, and {@value #IN_TOTAL} in total: those of the
 * accounts that have had no event for the longest time are dropped first. Nothing is stored, so a restart loses them.
 * Thread-safe.
 */
public final class ConsoleEvents implements TokenListener {

    /** How many events of an account are kept. */
    public static final int PER_ACCOUNT = 100;

    /** How many events are kept in total. */
    public static final int IN_TOTAL = 20_000;

    private final ReentrantLock lock = new ReentrantLock();
    /** Ordered by the last event, the account without one for the longest time first. */
    private final Map<TokenKey, Deque<PastEvent>> accounts = new LinkedHashMap<>();

    private final RefreshCounts counts = new RefreshCounts();
    private int kept;

    private ConsoleEvents() {}

    /** Returns an instance without events. */
    public static ConsoleEvents create() {
        return new ConsoleEvents();
    }

    @Override
    public void on(TokenEvent event) {
        PastEvent past = PastEvent.of(event);
        lock.lock();
        try {
            counts.add(event);
            add(event.key(), past);
        } finally {
            lock.unlock();
        }
    }

    private void add(TokenKey key, PastEvent past) {
        Deque<PastEvent> events = accounts.remove(key);
        Deque<PastEvent> latest = events == null ? new ArrayDeque<>() : events;
        accounts.put(key, latest);
        latest.addLast(past);
        kept++;
        if (latest.size() > PER_ACCOUNT) {
            latest.removeFirst();
            kept--;
        }
        if (kept > IN_TOTAL) {
            removeOldest();
        }
    }

    private void removeOldest() {
        Map.Entry<TokenKey, Deque<PastEvent>> quietest =
                accounts.entrySet().iterator().next();
        quietest.getValue().removeFirst();
        kept--;
        if (quietest.getValue().isEmpty()) {
            accounts.remove(quietest.getKey());
        }
    }

    /** Returns the events of an account, the newest first. */
    List<PastEvent> of(TokenKey key) {
        lock.lock();
        try {
            List<PastEvent> newestFirst = new ArrayList<>();
            Deque<PastEvent> events = accounts.get(key);
            if (events != null) {
                events.descendingIterator().forEachRemaining(newestFirst::add);
            }
            return newestFirst;
        } finally {
            lock.unlock();
        }
    }

    /** Returns the refreshes of the last hour, by the minute, and of the last day, by the quarter of an hour. */
    List<RefreshCounts.Series> series(Instant now) {
        lock.lock();
        try {
            return counts.series(now);
        } finally {
            lock.unlock();
        }
    }
}
