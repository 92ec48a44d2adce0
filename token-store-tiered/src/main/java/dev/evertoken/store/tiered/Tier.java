package dev.evertoken.store.tiered;

import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
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
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One store of a chain, called on separate threads and with a deadline, so that a store that hangs does not block the
 * others.
 *
 * <p>A call that exceeds the deadline may still take effect, like a call whose acknowledgement is lost. It is not
 * interrupted; if it has not started, it never does. After a timeout the tier is not called for the same account for a
 * period that grows with each timeout. If several accounts time out and no call succeeds in between, the tier is not
 * called at all for such a period, then one caller tries it again. A tier that fails immediately is always called, since
 * that costs no time. Thread-safe.
 */
final class Tier implements AutoCloseable {

    private static final AtomicReferenceFieldUpdater<Tier, State> STATE =
            AtomicReferenceFieldUpdater.newUpdater(Tier.class, State.class, "state");

    private static final Logger log = LoggerFactory.getLogger(Tier.class);

    private final String name;
    private final TokenStore store;
    private final Timekeeper time;
    private final Duration deadline;
    private final ExecutorService threads;
    private final CallFailures failures;
    private volatile State state;
    private volatile Runnable onRecovery = () -> {};

    /**
     * The state of the store.
     *
     * @param pauses the number of pauses without a success in between; zero if the store is not paused
     * @param pausedUntil the end of the last pause, on the monotonic clock
     */
    private record State(boolean up, Instant since, String detail, int pauses, long pausedUntil) {

        State until(int times, long nanos) {
            return new State(up, since, detail, times, nanos);
        }
    }

    /** A call that a thread of the tier runs; {@link #subject} is its account or its operation. */
    private final class Call<T> {
        private final Object subject;
        private final String operation;
        private final Function<TokenStore, T> function;
        private final CompletableFuture<T> response = new CompletableFuture<>();
        private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.WAITING);

        Call(Object subject, String operation, Function<TokenStore, T> function) {
            this.subject = subject;
            this.operation = operation;
            this.function = function;
        }

        void run() {
            if (!phase.compareAndSet(Phase.WAITING, Phase.RUNNING)) {
                return; // abandoned while waiting for a thread
            }
            try {
                response.complete(function.apply(store));
            } catch (RuntimeException | Error e) {
                response.completeExceptionally(e);
            }
            if (!phase.compareAndSet(Phase.RUNNING, Phase.ENDED)) {
                failures.returned(subject);
            }
        }

        /** Stops waiting for the response; a call that has not started never does. Returns whether it still runs. */
        boolean abandon() {
            return phase.getAndSet(Phase.ABANDONED) == Phase.RUNNING;
        }
    }

    private enum Phase {
        WAITING,
        RUNNING,
        ENDED,
        ABANDONED
    }

    Tier(String name, TokenStore store, int mostThreads, Duration deadline, Timekeeper time) {
        this.name = name;
        this.store = store;
        this.time = time;
        this.deadline = deadline;
        this.threads = TierThreads.start("tier-" + name, mostThreads);
        this.failures = new CallFailures(deadline);
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
     * Calls the store for one account within the deadline.
     *
     * @throws TokenStoreException if the call failed or timed out, or was not made because of earlier timeouts
     */
    <T> T call(TokenKey key, String operation, Function<TokenStore, T> function) {
        return called(key, operation, function);
    }

    /** Calls the store for an operation that concerns no single account, like the other method. */
    <T> T call(String operation, Function<TokenStore, T> function) {
        return called(operation, operation, function);
    }

    private <T> T called(Object subject, String operation, Function<TokenStore, T> function) {
        enter(subject, operation);
        Call<T> call = new Call<>(subject, operation, function);
        try {
            threads.execute(call::run);
        } catch (RejectedExecutionException e) {
            throw unavailable(operation, "the store is closed").cause(e).build();
        }
        if (!isDoneInTime(call)) {
            throw timedOut(call);
        }
        return resultOf(call);
    }

    /** @throws TokenException if the call may not be made yet */
    private void enter(Object subject, String operation) {
        long now = time.nanos();
        if (failures.isPaused(subject, now)) {
            throw paused(subject, operation);
        }
        if (!enterTier(subject, now)) {
            throw unavailable(operation, "it is not called for a while: " + state.detail())
                    .build();
        }
        if (!failures.tryEnter(subject, now)) {
            throw paused(subject, operation);
        }
    }

    private TokenException paused(Object subject, String operation) {
        String which = subject instanceof TokenKey ? "for this account " : "";
        return unavailable(operation, "it is not called " + which + "for a while: " + exceeded())
                .build();
    }

    /**
     * Permits a call; after a pause of the tier only the first caller may proceed until the outcome is known. An account
     * that was itself cut off lets the others go first, since its failure would say little about the tier.
     */
    private boolean enterTier(Object subject, long now) {
        while (true) {
            State known = state;
            if (known.pauses() == 0) {
                return true;
            }
            long others = failures.isCutOff(subject) ? deadline.toNanos() : 0;
            if (known.pausedUntil() + others - now > 0) {
                return false;
            }
            if (STATE.compareAndSet(this, known, known.until(known.pauses(), now + deadline.toNanos()))) {
                return true;
            }
        }
    }

    private boolean isDoneInTime(Call<?> call) {
        try {
            return time.await(call.response, deadline);
        } catch (InterruptedException e) {
            call.abandon();
            Thread.currentThread().interrupt();
            throw unavailable(call.operation, "the waiting thread was interrupted")
                    .cause(e)
                    .build();
        }
    }

    private <T> T resultOf(Call<T> call) {
        try {
            T result = call.response.join();
            succeeded(call);
            return result;
        } catch (CompletionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw e.getCause() instanceof RuntimeException failure ? resultOf(call, failure) : e;
        }
    }

    /** Returns the exception to throw. A complaint about the record or the arguments shows that the store works. */
    private RuntimeException resultOf(Call<?> call, RuntimeException failure) {
        if (failure instanceof UnreadableRecordException || failure instanceof IllegalArgumentException) {
            succeeded(call);
            return failure;
        }
        TokenStoreException typed = failure instanceof TokenStoreException known
                ? known
                : TokenStoreException.unavailable(
                        name + " failed to " + call.operation + " with "
                                + failure.getClass().getSimpleName(),
                        failure);
        failed(typed.detail(), failures.failed(call.subject, call.operation, time.nanos()));
        return typed;
    }

    private void succeeded(Call<?> call) {
        failures.succeeded(call.subject, call.operation);
        State before = state;
        if (before.up() && before.pauses() == 0) {
            return;
        }
        State after = new State(true, before.up() ? before.since() : time.now(), "", 0, 0);
        if (!STATE.compareAndSet(this, before, after)) {
            return;
        }
        if (before.pauses() > 0) {
            failures.clear();
        }
        if (!before.up()) {
            log.info("store {} responds again; it was unavailable since {}", name, before.since());
            onRecovery.run();
        }
    }

    /** @param isFirst false if the account is known to fail while the store responds to others */
    private void failed(String detail, boolean isFirst) {
        boolean wasUp = state.up();
        if (wasUp && !isFirst) {
            log.debug("store {} failed again for the same account: {}", name, detail);
            return;
        }
        STATE.updateAndGet(
                this,
                now -> new State(false, now.up() ? time.now() : now.since(), detail, now.pauses(), now.pausedUntil()));
        if (wasUp) {
            log.warn("store {} does not respond: {}", name, detail);
        }
    }

    private TokenException timedOut(Call<?> call) {
        long now = time.nanos();
        boolean isFirst = failures.cutOff(call.subject, call.operation, now);
        if (!call.abandon()) {
            failures.returned(call.subject);
        }
        boolean several = state.pauses() > 0 || failures.areSeveral(now);
        failed(exceeded(), isFirst || several);
        if (several) {
            STATE.updateAndGet(this, known -> {
                int pauses = known.pauses() + 1;
                return known.until(pauses, now + failures.pause(pauses).toNanos());
            });
        }
        return unavailable(call.operation, exceeded()).build();
    }

    private String exceeded() {
        return "it did not respond within " + deadline.toMillis() + " ms";
    }

    private TokenException.Builder unavailable(String operation, String reason) {
        return TokenException.about(Problem.STORE_UNAVAILABLE)
                .detail("store " + name + " failed to " + operation + ": " + reason);
    }

    /** Calls the store for one account and returns the result; empty, with a debug message, if it failed. */
    <T> Optional<T> tryCall(TokenKey key, String operation, Function<TokenStore, T> function) {
        try {
            return Optional.of(call(key, operation, function));
        } catch (RuntimeException e) {
            log.debug("{}: store {} is skipped: {}", key, name, e.getMessage());
            return Optional.empty();
        }
    }

    /** Closes the store too, within the deadline. */
    @Override
    public void close() {
        Call<Boolean> closing = new Call<>("close", "close", open -> {
            open.close();
            return true;
        });
        threads.execute(closing::run);
        threads.shutdown();
        if (!isDoneInTime(closing)) {
            log.warn("store {} did not close within {} ms", name, deadline.toMillis());
        }
        if (closing.response.isCompletedExceptionally()) {
            log.warn("store {} failed to close", name);
        }
    }
}
