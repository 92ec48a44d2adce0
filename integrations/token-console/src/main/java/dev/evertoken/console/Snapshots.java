package dev.evertoken.console;

import dev.evertoken.model.AccountStatus;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.operations.TokenOperations;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The accounts of the store, read for all viewers together: on request, on one thread, and not again before {@link
 * #EVERY} has passed. If the store fails, the last snapshot stays, beside the failure. Thread-safe.
 */
final class Snapshots {

    /** The store is not read more often. */
    static final Duration EVERY = Duration.ofSeconds(5);

    private static final Duration FIRST_PATIENCE = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final TokenOperations operations;
    private final Timekeeper time;
    private final int limit;
    private final Executor threads;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<TokenKey, Optional<AccountStatus>> changedMeanwhile = new HashMap<>();
    private CompletableFuture<@Nullable Void> reading = CompletableFuture.completedFuture(null);
    private @Nullable Long lastStart;
    private View view = new View(Optional.empty(), Optional.empty());

    /**
     * What viewers see.
     *
     * @param snapshot empty until the store has been read once
     * @param failure why the snapshot could not be read again; empty if the last reading succeeded
     */
    record View(Optional<Snapshot> snapshot, Optional<Failure> failure) {}

    /** @param since when the first reading failed without a success since */
    record Failure(Instant since, String detail) {}

    Snapshots(TokenOperations operations, int limit, Executor threads) {
        this.operations = operations;
        this.time = operations.timekeeper();
        this.limit = limit;
        this.threads = threads;
    }

    /** Returns an executor that starts a daemon thread for each reading. */
    static Executor newThread() {
        return task -> {
            Thread thread = new Thread(task, "evertoken-console-read");
            thread.setDaemon(true);
            thread.start();
        };
    }

    /** Returns the accounts, after a reading if the last one is old. A slow store is waited for shortly. */
    View view() {
        CompletableFuture<@Nullable Void> newest = readIfOld();
        boolean isFirst = last().snapshot().isEmpty();
        try {
            time.await(newest, isFirst ? FIRST_PATIENCE : PATIENCE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return last();
    }

    /** Shows a newer status of an account at once; empty if the account is gone. */
    void change(TokenKey key, Optional<AccountStatus> status) {
        lock.lock();
        try {
            changedMeanwhile.put(key, status);
            view = new View(view.snapshot().map(known -> known.with(key, status)), view.failure());
        } finally {
            lock.unlock();
        }
    }

    private View last() {
        lock.lock();
        try {
            return view;
        } finally {
            lock.unlock();
        }
    }

    private CompletableFuture<@Nullable Void> readIfOld() {
        CompletableFuture<@Nullable Void> next = new CompletableFuture<>();
        lock.lock();
        try {
            Long before = lastStart;
            boolean isRecent = before != null && time.nanos() - before < EVERY.toNanos();
            if (isRecent || !reading.isDone()) {
                return reading;
            }
            lastStart = time.nanos();
            reading = next;
            changedMeanwhile.clear();
        } finally {
            lock.unlock();
        }
        start(next);
        return next;
    }

    private void start(CompletableFuture<@Nullable Void> next) {
        try {
            threads.execute(() -> {
                try {
                    read();
                } finally {
                    next.complete(null);
                }
            });
        } catch (RuntimeException | OutOfMemoryError e) { // the JVM cannot create a thread; a later request tries again
            failed("no thread is available to read the accounts");
            next.complete(null);
        }
    }

    private void read() {
        try {
            Snapshot read = snapshot();
            lock.lock();
            try {
                Snapshot newest = read;
                for (Map.Entry<TokenKey, Optional<AccountStatus>> change : changedMeanwhile.entrySet()) {
                    newest = newest.with(change.getKey(), change.getValue());
                }
                view = new View(Optional.of(newest), Optional.empty());
            } finally {
                lock.unlock();
            }
        } catch (TokenException e) {
            failed(e.problem().advice());
        } catch (RuntimeException e) { // such as a store that violates its contract, or an engine that is closing
            failed("The accounts cannot be read: " + e.getClass().getSimpleName() + ".");
        }
    }

    private Snapshot snapshot() {
        Instant began = time.now();
        List<Row> rows = new ArrayList<>();
        try (Stream<AccountStatus> statuses = operations.statuses()) {
            Iterator<AccountStatus> all = statuses.iterator();
            while (rows.size() < limit && all.hasNext()) {
                rows.add(Row.of(all.next()));
            }
            return Snapshot.of(began, rows, !all.hasNext());
        }
    }

    private void failed(String detail) {
        lock.lock();
        try {
            Instant since = view.failure().map(Failure::since).orElseGet(time::now);
            view = new View(view.snapshot(), Optional.of(new Failure(since, detail)));
        } finally {
            lock.unlock();
        }
    }
}
