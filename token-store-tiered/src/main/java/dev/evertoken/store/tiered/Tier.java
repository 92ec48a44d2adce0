package dev.evertoken.store.tiered;

import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenStoreException;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.spi.store.UnreadableRecordException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One store of a chain, called on separate threads and with a deadline, so that a store that hangs does not block the
 * others.
 *
 * <p>A call that exceeds the deadline may still take effect, like a call whose acknowledgement is lost. It is not
 * interrupted; if it has not started, it never does. After a timeout the tier is not called for a period that grows
 * with each timeout, then one caller tries it again. A tier that fails immediately is always called, since that costs
 * no time. Thread-safe.
 */
final class Tier implements AutoCloseable {

    private static final AtomicReferenceFieldUpdater<Tier, State> STATE =
            AtomicReferenceFieldUpdater.newUpdater(Tier.class, State.class, "state");

    private static final Logger log = LoggerFactory.getLogger(Tier.class);
    private static final Duration MAX_PAUSE = Duration.ofSeconds(30);

    private final String name;
    private final TokenStore store;
    private final Timekeeper time;
    private final Duration deadline;
    private final ExecutorService threads;
    private volatile State state;
    private volatile Runnable onRecovery = () -> {};

    /** The state of the store; {@code pausedUntil} is on the monotonic clock and only used after a timeout. */
    private record State(boolean up, Instant since, String detail, int timeouts, long pausedUntil) {

        boolean isPaused(long now) {
            return timeouts > 0 && pausedUntil - now > 0;
        }

        State until(long nanos) {
            return new State(up, since, detail, timeouts, nanos);
        }
    }

    Tier(String name, TokenStore store, int mostThreads, Duration deadline, Timekeeper time) {
        this.name = name;
        this.store = store;
        this.time = time;
        this.deadline = deadline;
        this.threads = TierThreads.start("tier-" + name, mostThreads);
        this.state = new State(true, time.now(), "", 0, 0);
    }

    /** Sets an action to run each time the tier responds again after a failure; it must return quickly. */
    void onRecovery(Runnable action) {
        onRecovery = action;
    }

    String name() {
        return name;
    }

    /** Returns the store itself, for its properties only and never for its records. */
    TokenStore store() {
        return store;
    }

    TierHealth health(int behind) {
        State now = state;
        return new TierHealth(name, now.up(), now.since(), now.detail(), behind);
    }

    boolean isUp() {
        return state.up();
    }

    /**
     * Calls the store within the deadline.
     *
     * @throws TokenStoreException if the call failed or timed out, or was not made because of an earlier timeout
     */
    <T> T call(String operation, Function<TokenStore, T> function) {
        checkPause(operation);
        CompletableFuture<T> response = new CompletableFuture<>();
        try {
            threads.execute(() -> run(function, response));
        } catch (RejectedExecutionException e) {
            throw unavailable(operation, "the store is closed").cause(e).build();
        }
        if (!isDoneInTime(response, operation)) {
            response.cancel(false); // prevents a call that still waits for a thread
            throw timedOut(operation);
        }
        return resultOf(operation, response);
    }

    /** Permits a call; after a pause only the first caller may proceed until the outcome is known. */
    private void checkPause(String operation) {
        while (true) {
            State now = state;
            long nanos = time.nanos();
            if (now.isPaused(nanos)) {
                throw unavailable(operation, "it is not called for a while: " + now.detail())
                        .build();
            }
            if (now.timeouts() == 0 || STATE.compareAndSet(this, now, now.until(nanos + deadline.toNanos()))) {
                return;
            }
        }
    }

    private <T> void run(Function<TokenStore, T> function, CompletableFuture<T> response) {
        if (response.isDone()) {
            return; // timed out while waiting for a thread
        }
        try {
            response.complete(function.apply(store));
        } catch (RuntimeException | Error e) {
            response.completeExceptionally(e);
        }
    }

    private boolean isDoneInTime(CompletableFuture<?> response, String operation) {
        try {
            return time.await(response, deadline);
        } catch (InterruptedException e) {
            response.cancel(false);
            Thread.currentThread().interrupt();
            throw unavailable(operation, "the waiting thread was interrupted")
                    .cause(e)
                    .build();
        }
    }

    private <T> T resultOf(String operation, CompletableFuture<T> response) {
        try {
            T result = response.join();
            succeeded();
            return result;
        } catch (CompletionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw e.getCause() instanceof RuntimeException failure ? resultOf(operation, failure) : e;
        }
    }

    /** Returns the exception to throw. A complaint about the record or the arguments shows that the store works. */
    private RuntimeException resultOf(String operation, RuntimeException failure) {
        if (failure instanceof UnreadableRecordException || failure instanceof IllegalArgumentException) {
            succeeded();
            return failure;
        }
        TokenStoreException typed = failure instanceof TokenStoreException known
                ? known
                : TokenStoreException.unavailable(
                        name + " failed to " + operation + " with "
                                + failure.getClass().getSimpleName(),
                        failure);
        failed(typed.detail());
        return typed;
    }

    private void succeeded() {
        State before = state;
        if (before.up() && before.timeouts() == 0) {
            return;
        }
        State after = new State(true, time.now(), "", 0, 0);
        if (STATE.compareAndSet(this, before, after) && !before.up()) {
            log.info("store {} responds again; it was unavailable since {}", name, before.since());
            onRecovery.run();
        }
    }

    private void failed(String detail) {
        boolean wasUp = state.up();
        STATE.updateAndGet(
                this,
                now -> new State(
                        false, now.up() ? time.now() : now.since(), detail, now.timeouts(), now.pausedUntil()));
        if (wasUp) {
            log.warn("store {} does not respond: {}", name, detail);
        }
    }

    private TokenException timedOut(String operation) {
        String detail = "it did not respond within " + deadline.toMillis() + " ms";
        failed(detail);
        STATE.updateAndGet(this, now -> {
            int times = now.timeouts() + 1;
            return new State(
                    now.up(),
                    now.since(),
                    now.detail(),
                    times,
                    time.nanos() + pause(times).toNanos());
        });
        return unavailable(operation, detail).build();
    }

    private Duration pause(int timeouts) {
        Duration pause = deadline.multipliedBy(1L << Math.min(timeouts - 1, 10));
        return pause.compareTo(MAX_PAUSE) < 0 ? pause : MAX_PAUSE;
    }

    private TokenException.Builder unavailable(String operation, String reason) {
        return TokenException.about(Problem.STORE_UNAVAILABLE)
                .detail("store " + name + " failed to " + operation + ": " + reason);
    }

    /** Calls the store and returns the result; empty, with a debug message, if it failed. */
    <T> Optional<T> tryCall(String operation, Function<TokenStore, T> function) {
        try {
            return Optional.of(call(operation, function));
        } catch (TokenStoreException | UnreadableRecordException e) {
            log.debug("store {} is skipped: {}", name, e.getMessage());
            return Optional.empty();
        }
    }

    /** Closes the store too, within the deadline. */
    @Override
    public void close() {
        CompletableFuture<Boolean> closed = new CompletableFuture<>();
        threads.execute(() -> run(
                open -> {
                    open.close();
                    return true;
                },
                closed));
        threads.shutdown();
        if (!isDoneInTime(closed, "close")) {
            log.warn("store {} did not close within {} ms", name, deadline.toMillis());
        }
        if (closed.isCompletedExceptionally()) {
            log.warn("store {} failed to close", name);
        }
    }
}
