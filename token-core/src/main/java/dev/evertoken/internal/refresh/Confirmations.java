package dev.evertoken.internal.refresh;

import dev.evertoken.internal.cache.TokenCache.Cell;
import dev.evertoken.internal.record.MonitoredStore;
import dev.evertoken.model.LoggerNames;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.Timekeeper.Scheduled;
import dev.evertoken.spi.store.TokenRecord;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the record of an account whose token is doubted, once for all callers, and ends the doubt.
 *
 * <p>The token is kept if it belongs to the stored grant, and forgotten otherwise: the callers then start a run like
 * for any account without a token. While the store fails or does not respond, doubted tokens are used, and no further
 * record is read for a while. Neither the provider nor the limits of a client delay a confirmation. Thread-safe.
 */
public final class Confirmations {

    private static final Logger log = LoggerFactory.getLogger(LoggerNames.REFRESH);

    /** The longest wait for a record, and the pause after the store has failed. */
    private static final Duration LONGEST = Duration.ofSeconds(2);

    private final MonitoredStore store;
    private final CachePublisher publisher;
    private final Timekeeper time;
    private final Executor threads;
    private final Executor timeouts;
    private final ConcurrentMap<TokenKey, CompletableFuture<@Nullable Void>> running = new ConcurrentHashMap<>();
    private final AtomicReference<@Nullable Pause> pause = new AtomicReference<>();

    /** A pause without reads, because the store has failed; it ends at {@code nanos}. */
    private record Pause(long nanos) {}

    /**
     * @param threads the threads that read the records
     * @param timeouts completes the futures of callers whose waiting time has ended
     */
    public Confirmations(
            MonitoredStore store, CachePublisher publisher, Timekeeper time, Executor threads, Executor timeouts) {
        this.store = store;
        this.publisher = publisher;
        this.time = time;
        this.threads = threads;
        this.timeouts = timeouts;
    }

    /**
     * Returns a future that completes normally as soon as the record has been read, and after {@link #LONGEST} at the
     * latest.
     */
    CompletableFuture<@Nullable Void> of(Cell cell) {
        if (isPaused()) {
            return CompletableFuture.completedFuture(null);
        }
        CompletableFuture<@Nullable Void> mine = new CompletableFuture<>();
        CompletableFuture<@Nullable Void> first = running.putIfAbsent(cell.key(), mine);
        if (first != null) {
            return first;
        }
        start(cell, mine);
        return mine;
    }

    private void start(Cell cell, CompletableFuture<@Nullable Void> end) {
        Scheduled overdue = time.schedule(LONGEST, () -> timeouts.execute(() -> postpone(cell, end)));
        try {
            threads.execute(() -> {
                confirm(cell);
                overdue.cancel();
                end(cell, end);
            });
        } catch (RuntimeException e) {
            log.debug("{}: no thread is available to read the record", cell.key(), e);
            overdue.cancel();
            end(cell, end);
        }
    }

    private void confirm(Cell cell) {
        long doubts = cell.doubts();
        try {
            Optional<TokenRecord> record = store.load(cell.key());
            record.ifPresentOrElse(current -> publisher.confirm(cell, current), cell::forget);
            cell.doubtSince(doubts);
        } catch (RuntimeException e) {
            log.debug("{}: the record cannot be read; its token is used", cell.key(), e);
            pause();
        }
    }

    /** Completes the callers' future if the store has not responded in time. */
    private void postpone(Cell cell, CompletableFuture<@Nullable Void> end) {
        if (!end.isDone()) {
            log.debug("{}: the store does not respond; the token in memory is used", cell.key());
            pause();
            end(cell, end);
        }
    }

    private void end(Cell cell, CompletableFuture<@Nullable Void> end) {
        running.remove(cell.key(), end);
        end.complete(null);
    }

    private void pause() {
        pause.set(new Pause(time.nanos() + LONGEST.toNanos()));
    }

    private boolean isPaused() {
        Pause last = pause.get();
        return last != null && time.nanos() - last.nanos() < 0;
    }
}
