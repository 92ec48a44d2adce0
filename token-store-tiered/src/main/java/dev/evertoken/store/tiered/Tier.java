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
 * One store of a chain, behind threads and a deadline of its own: while it hangs, the others go on.
 *
 * <p>A call that is cut off may still happen, as one whose acknowledgement is lost; it is not interrupted, and one that
 * has not begun never does. After a cut-off the tier is left alone for a while, longer each time, and then one caller
 * tries it. A tier that fails at once costs nothing, so it is asked every time. Thread-safe.
 */
final class Tier implements AutoCloseable {

    private static final AtomicReferenceFieldUpdater<Tier, State> STATE =
            AtomicReferenceFieldUpdater.newUpdater(Tier.class, State.class, "state");

    private static final Logger log = LoggerFactory.getLogger(Tier.class);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    private final String name;
    private final TokenStore store;
    private final Timekeeper time;
    private final Duration deadline;
    private final ExecutorService threads;
    private volatile State state;
    private volatile Runnable whenBack = () -> {};

    /** How it answers; {@code shutUntil}, by the monotonic clock, counts only after a cut-off. */
    private record State(boolean up, Instant since, String detail, int cutOffs, long shutUntil) {

        boolean isShut(long now) {
            return cutOffs > 0 && shutUntil - now > 0;
        }

        State until(long nanos) {
            return new State(up, since, detail, cutOffs, nanos);
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

    /** Sets what is done, quickly, each time the tier answers again after it did not. */
    void whenBack(Runnable action) {
        whenBack = action;
    }

    String name() {
        return name;
    }

    /** Returns the store itself, to be asked what it is, never what it holds. */
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
     * Makes a call within the deadline.
     *
     * @throws TokenStoreException if it failed or was cut off, or is not tried because the last one was
     */
    <T> T ask(String what, Function<TokenStore, T> call) {
        enter(what);
        CompletableFuture<T> response = new CompletableFuture<>();
        try {
            threads.execute(() -> make(call, response));
        } catch (RejectedExecutionException e) {
            throw unavailable(what, "it is closed").cause(e).build();
        }
        if (!isIn(response, what)) {
            response.cancel(false); // if it still waits for a thread, it never begins
            throw cutOff(what);
        }
        return judged(what, response);
    }

    /** Lets a caller pass; of those who come after a pause only the first, until it knows more. */
    private void enter(String what) {
        while (true) {
            State now = state;
            long nanos = time.nanos();
            if (now.isShut(nanos)) {
                throw unavailable(what, "it is left alone for a while: " + now.detail())
                        .build();
            }
            if (now.cutOffs() == 0 || STATE.compareAndSet(this, now, now.until(nanos + deadline.toNanos()))) {
                return;
            }
        }
    }

    private <T> void make(Function<TokenStore, T> call, CompletableFuture<T> response) {
        if (response.isDone()) {
            return; // cut off while it waited for a thread
        }
        try {
            response.complete(call.apply(store));
        } catch (RuntimeException | Error e) {
            response.completeExceptionally(e);
        }
    }

    private boolean isIn(CompletableFuture<?> response, String what) {
        try {
            return time.await(response, deadline);
        } catch (InterruptedException e) {
            response.cancel(false);
            Thread.currentThread().interrupt();
            throw unavailable(what, "the waiting thread was interrupted")
                    .cause(e)
                    .build();
        }
    }

    private <T> T judged(String what, CompletableFuture<T> response) {
        try {
            T result = response.join();
            succeeded();
            return result;
        } catch (CompletionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw e.getCause() instanceof RuntimeException failure ? judged(what, failure) : e;
        }
    }

    /** What is said about the record or the caller was said by a store that works. */
    private RuntimeException judged(String what, RuntimeException failure) {
        if (failure instanceof UnreadableRecordException || failure instanceof IllegalArgumentException) {
            succeeded();
            return failure;
        }
        TokenStoreException typed = failure instanceof TokenStoreException known
                ? known
                : TokenStoreException.unavailable(
                        name + " failed to " + what + " with "
                                + failure.getClass().getSimpleName(),
                        failure);
        failed(typed.detail());
        return typed;
    }

    private void succeeded() {
        State before = state;
        if (before.up() && before.cutOffs() == 0) {
            return;
        }
        State after = new State(true, time.now(), "", 0, 0);
        if (STATE.compareAndSet(this, before, after) && !before.up()) {
            log.info("store {} answers again; it did not since {}", name, before.since());
            whenBack.run();
        }
    }

    private void failed(String detail) {
        boolean wasUp = state.up();
        STATE.updateAndGet(
                this,
                now -> new State(false, now.up() ? time.now() : now.since(), detail, now.cutOffs(), now.shutUntil()));
        if (wasUp) {
            log.warn("store {} does not answer: {}", name, detail);
        }
    }

    private TokenException cutOff(String what) {
        String detail = "it did not answer within " + deadline.toMillis() + " ms";
        failed(detail);
        STATE.updateAndGet(this, now -> {
            int times = now.cutOffs() + 1;
            return new State(
                    now.up(),
                    now.since(),
                    now.detail(),
                    times,
                    time.nanos() + pause(times).toNanos());
        });
        return unavailable(what, detail).build();
    }

    private Duration pause(int cutOffs) {
        Duration pause = deadline.multipliedBy(1L << Math.min(cutOffs - 1, 10));
        return pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
    }

    private TokenException.Builder unavailable(String what, String why) {
        return TokenException.about(Problem.STORE_UNAVAILABLE)
                .detail("store " + name + " failed to " + what + ": " + why);
    }

    /** Returns what a caller gets when the tier is down; empty with one log line. */
    <T> Optional<T> askQuietly(String what, Function<TokenStore, T> call) {
        try {
            return Optional.of(ask(what, call));
        } catch (TokenStoreException | UnreadableRecordException e) {
            log.debug("store {} is passed over: {}", name, e.getMessage());
            return Optional.empty();
        }
    }

    /** Closes the store too, within the deadline. */
    @Override
    public void close() {
        CompletableFuture<Boolean> closed = new CompletableFuture<>();
        threads.execute(() -> make(
                open -> {
                    open.close();
                    return true;
                },
                closed));
        threads.shutdown();
        if (!isIn(closed, "close")) {
            log.warn("store {} did not close within {} ms", name, deadline.toMillis());
        }
        if (closed.isCompletedExceptionally()) {
            log.warn("store {} did not close", name);
        }
    }
}
