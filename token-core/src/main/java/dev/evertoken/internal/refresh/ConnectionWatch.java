package dev.evertoken.internal.refresh;

import dev.evertoken.internal.cache.TokenCache;
import dev.evertoken.internal.record.MonitoredStore;
import dev.evertoken.model.LoggerNames;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.store.ChangeStamp.Move;
import dev.evertoken.spi.store.TokenStore.Guarantee;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Detects that another process has connected or disconnected an account, and then doubts every token in memory.
 *
 * <p>The stamp of the store is read every {@value #SECONDS} seconds while a token is served from memory, whatever the
 * number of accounts, and never otherwise. After the last such token is due, all tokens are doubted instead: an account
 * that is used again after a pause is read first. While the store fails, tokens are served as before, and the stamp is
 * compared as soon as it can be read again.
 *
 * <p>This process moves the stamp after it has written a connect or a disconnect. If the write succeeds and the move
 * fails, the move is repeated with the next reads. If the process ends in between, other processes notice the change
 * when they check the account after {@code recheckEvery}: moving the stamp before the write too would not help, because
 * they would read the old record and stop doubting it. Thread-safe.
 */
public final class ConnectionWatch {

    private static final Logger log = LoggerFactory.getLogger(LoggerNames.STORE);

    /** The time between two reads of the stamp, in seconds. */
    static final int SECONDS = 5;

    /** The number of reads after which a stamp that this process keeps moving counts as moved by others. */
    private static final int MOST_READS = 3;

    private final MonitoredStore store;
    private final TokenCache cache;
    private final Timekeeper time;
    private final Executor threads;
    private final CompletableFuture<Void> closing;
    private final AtomicReference<@Nullable String> known = new AtomicReference<>();
    private final AtomicLong servedUntil = new AtomicLong(Long.MIN_VALUE);
    private final AtomicBoolean watching = new AtomicBoolean();
    private final AtomicBoolean moveFailed = new AtomicBoolean();
    private volatile boolean on;

    /** Reads the stamp in the background. Loaded before the first token, and faster than a lambda. */
    private record Look(ConnectionWatch watch) implements Runnable {
        @Override
        public void run() {
            watch.lookInBackground();
        }
    }

    /** @param threads the threads that read the stamp */
    public ConnectionWatch(
            MonitoredStore store,
            TokenCache cache,
            Timekeeper time,
            Executor threads,
            CompletableFuture<Void> closing) {
        this.store = store;
        this.cache = cache;
        this.time = time;
        this.threads = threads;
        this.closing = closing;
        this.on = store.guarantee() == Guarantee.SHARED && store.hasChangeStamp();
    }

    /** Watches the store while a token is served from memory, until {@code until} in epoch milliseconds. */
    void serves(long until) {
        if (on) {
            long known = servedUntil.get();
            while (known < until && !servedUntil.compareAndSet(known, until)) {
                known = servedUntil.get();
            }
            start();
        }
    }

    /** Moves the stamp, because this process has connected or disconnected an account. Never fails. */
    public void changed() {
        if (on) {
            moveOrRetry();
        }
    }

    private void moveOrRetry() {
        if (!isMoved()) {
            moveFailed.set(true);
            start();
        }
    }

    /** Returns whether the stamp was moved. If no other process moved it meanwhile, nothing in memory is doubted. */
    private boolean isMoved() {
        try {
            Optional<Move> move = store.moveChangeStamp();
            move.ifPresent(mine -> known.updateAndGet(stamp -> mine.before().equals(stamp) ? mine.after() : stamp));
            return true;
        } catch (RuntimeException e) {
            log.debug("the change stamp of the store cannot be moved; it is moved later", e);
            return false;
        }
    }

    // ---- the watch

    private void start() {
        if (!watching.get() && watching.compareAndSet(false, true)) {
            lookLater();
        }
    }

    private void lookLater() {
        if (!closing.isDone()) {
            time.schedule(Duration.ofSeconds(SECONDS), new Look(this));
        }
    }

    private void lookInBackground() {
        try {
            threads.execute(this::lookAndContinue);
        } catch (RuntimeException e) {
            log.debug("no thread is available to read the change stamp of the store", e);
            lookLater();
        }
    }

    private void lookAndContinue() {
        if (closing.isDone()) {
            return;
        }
        if (moveFailed.compareAndSet(true, false)) {
            moveOrRetry();
        }
        if (isServing() || known.get() == null) {
            look();
        }
        if (!on) {
            return; // a store in front of one without a stamp, such as a chain: this watch never starts again
        }
        if (isServing() || moveFailed.get()) {
            lookLater();
        } else {
            pause();
        }
    }

    private boolean isServing() {
        return time.millis() < servedUntil.get();
    }

    /** Stops the watch until a token is published again. From now on, the record is read before each use of a token. */
    private void pause() {
        cache.doubtAll();
        watching.set(false);
        if (isServing() || moveFailed.get()) {
            start();
        }
    }

    private void look() {
        try {
            int reads = 1;
            while (isMovedByMe(reads)) {
                reads++;
            }
        } catch (RuntimeException e) {
            log.trace("the change stamp of the store cannot be read", e);
        }
    }

    /**
     * Compares the stamp with the known one, and doubts all tokens if it has changed.
     *
     * @return whether this process has moved the stamp during the read, so that the result says nothing about others
     */
    private boolean isMovedByMe(int reads) {
        String before = known.get();
        Optional<String> read = store.changeStamp();
        on = read.isPresent();
        if (!on || read.get().equals(known.get())) {
            return false;
        }
        if (before != null && !before.equals(known.get()) && reads < MOST_READS) {
            return true;
        }
        known.set(read.get()); // first: a move of this process that follows it is then recognized
        cache.doubtAll();
        return false;
    }
}
