package dev.evertoken.internal.refresh;

import dev.evertoken.internal.record.MonitoredStore;
import dev.evertoken.internal.record.RateLimitedLog;
import dev.evertoken.internal.refresh.RefreshDecision.Hold;
import dev.evertoken.model.LoggerNames;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.store.ReplicatedStore.ClaimResult;
import dev.evertoken.spi.store.TokenRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Protects rotating refresh tokens when the store may have lost writes, such as in a failover: none is sent for one
 * settle window, in which every process saves the records that it knows.
 *
 * <p>The loss is noticed by a claim, which the store then refuses, and by a process that knows recent writes: it asks the
 * store three times in each settle window, so that it gives its records back before the others continue. A process
 * without recent writes asks nothing. Thread-safe.
 */
public final class LostWritePause {

    private static final Logger log = LoggerFactory.getLogger(LoggerNames.STORE);
    private static final int LOOKS = 3;

    /** How long a write may be lost in a failover; a replica that is further behind is not expected to be promoted. */
    private static final Duration RECENT = Duration.ofMinutes(10);

    private static final String PAUSED =
            "the store may have lost its latest writes, such as in a failover: other processes save their records first";
    private static final String UNCONFIRMED =
            "no replica of the store confirmed the claim in time; a failover now could lose it";

    private final MonitoredStore store;
    private final StoreRollbackGuard rollbackGuard;
    private final Timekeeper time;
    private final Duration settleWindow;
    private final Executor executor;
    private final CompletableFuture<Void> closing;
    private final Consumer<TokenEvent> tell;
    private final RateLimitedLog unconfirmed;
    private final AtomicLong history = new AtomicLong();
    private final AtomicBoolean watching = new AtomicBoolean();
    private final AtomicBoolean givesBack = new AtomicBoolean();
    private volatile boolean neverLoses;
    private volatile @Nullable Pause pause;

    /** A pause, which ends at {@code nanos} on the monotonic clock. */
    private record Pause(long nanos) {}

    /** @param closing done as soon as nothing may be started */
    public LostWritePause(
            MonitoredStore store,
            StoreRollbackGuard rollbackGuard,
            Timekeeper time,
            Duration settleWindow,
            Executor executor,
            CompletableFuture<Void> closing,
            Consumer<TokenEvent> tell) {
        this.store = store;
        this.rollbackGuard = rollbackGuard;
        this.time = time;
        this.settleWindow = settleWindow;
        this.executor = executor;
        this.closing = closing;
        this.tell = tell;
        this.unconfirmed = new RateLimitedLog(time);
        if (store.isReplicated()) {
            store.onClaim(this::claimed);
            rollbackGuard.onSeen(this::watch);
        }
    }

    /** Returns the last history of the store for which a pause has started, see {@code ReplicatedStore}. */
    long history() {
        return history.get();
    }

    /** Returns why the refresh token of a record must not be sent now; empty if it may. */
    Optional<Hold> hold(TokenRecord record, Instant now) {
        Pause known = pause;
        if (known == null || record.refreshModel() != RefreshModel.ROTATING) {
            return Optional.empty();
        }
        long left = known.nanos() - time.nanos();
        return left > 0
                ? Optional.of(new Hold(Problem.STORE_FAILED_OVER, PAUSED, Optional.empty(), now.plusNanos(left)))
                : Optional.empty();
    }

    private void claimed(TokenKey key, ClaimResult result) {
        if (result == ClaimResult.UNCONFIRMED) {
            unconfirmed.log(others -> log.warn("{}: {} (and {} more claims)", key, UNCONFIRMED, others));
            tell.accept(new TokenEvent.ClaimUnconfirmed(key, time.now(), UNCONFIRMED));
        } else if (result == ClaimResult.POSSIBLE_LOSS && !hasPausedAfterLook()) {
            pause();
        }
    }

    private boolean hasPausedAfterLook() {
        try {
            return look();
        } catch (RuntimeException e) {
            log.debug("the history of the store cannot be read", e);
            return false;
        }
    }

    // ---- the watch

    private void watch() {
        if (!watching.get() && watching.compareAndSet(false, true)) {
            lookAgain();
        }
    }

    private void lookAgain() {
        if (!closing.isDone()) {
            time.schedule(settleWindow.dividedBy(LOOKS), this::lookInBackground);
        }
    }

    private void lookInBackground() {
        try {
            executor.execute(this::lookAndGiveBack);
        } catch (RuntimeException e) {
            log.debug("the executor did not accept a look at the store's history", e);
            lookAgain();
        }
    }

    private void lookAndGiveBack() {
        if (closing.isDone()) {
            return;
        }
        try {
            look();
            giveBack();
        } catch (RuntimeException e) {
            log.debug("the history of the store cannot be read", e);
        }
        if (neverLoses) {
            return; // a chain over a store that is not replicated: this watch never starts again
        }
        if (givesBack.get() || rollbackGuard.hasWritesSince(time.now().minus(RECENT))) {
            lookAgain();
        } else {
            watching.set(false);
        }
    }

    /** Returns whether the store may have lost writes since the last look. */
    private boolean look() {
        OptionalLong current = store.history();
        neverLoses = current.isEmpty();
        if (neverLoses || history.get() == current.getAsLong()) {
            return false;
        }
        pause();
        history.accumulateAndGet(current.getAsLong(), Math::max); // after the pause: claims may be written from now on
        return true;
    }

    private void pause() {
        pause = new Pause(time.nanos() + settleWindow.toNanos());
        log.warn(
                "the store may have lost its latest writes, such as in a failover: rotating refresh tokens are not used"
                        + " for {} ms",
                settleWindow.toMillis());
        givesBack.set(true);
        watch();
    }

    /** Saves the records that this process knows, and repeats that with the next look if the store fails meanwhile. */
    private void giveBack() {
        if (givesBack.get()) {
            givesBack.set(!rollbackGuard.giveBack(tell));
        }
    }
}
