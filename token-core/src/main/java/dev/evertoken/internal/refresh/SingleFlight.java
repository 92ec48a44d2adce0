package dev.evertoken.internal.refresh;

import dev.evertoken.internal.client.TokenExceptions;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

/**
 * Runs at most one refresh per key: callers that request a token during a run join that run.
 *
 * <p>All waiters get the same token or the same problem. The run uses an engine thread, and no waiter can stop it. The
 * slot is freed before the waiters wake up, so their next request starts a new run. Events are published last.
 * Thread-safe.
 */
public final class SingleFlight {

    private static final ThreadLocal<Current> CURRENT = new ThreadLocal<>();

    private final Executor executor;
    private final TokenExceptions exceptions;
    private final Consumer<TokenEvent> tell;
    private final ConcurrentMap<TokenKey, Flight> inFlight = new ConcurrentHashMap<>();

    /** The run that a thread is executing. */
    private record Current(SingleFlight flights, TokenKey key) {}

    /** A run in progress: its result, the requirement that it was started for, and its start time. */
    record Flight(CompletableFuture<AccessToken> result, TokenRequirement requirement, Instant since) {}

    /** The work of a run. */
    @FunctionalInterface
    interface Work {
        /**
         * Returns the token; {@code tell} keeps events until the slot is free.
         *
         * @throws SuspendFlight if another future has to complete first; the run continues afterwards
         */
        AccessToken run(Consumer<TokenEvent> tell) throws SuspendFlight;
    }

    public SingleFlight(Executor executor, TokenExceptions exceptions, Consumer<TokenEvent> tell) {
        this.executor = executor;
        this.exceptions = exceptions;
        this.tell = tell;
    }

    /**
     * Joins the run for {@code key}, or starts one with {@code work}. Never blocks unless the executor does.
     *
     * @throws IllegalStateException if the run for this key is the caller, which would wait for itself
     */
    Flight join(TokenKey key, TokenRequirement requirement, Instant now, Work work) {
        if (new Current(this, key).equals(CURRENT.get())) {
            throw new IllegalStateException("recursive call for " + key
                    + ": a Refresher or TokenStore must not request the token that is being refreshed;"
                    + " use the RefreshRequest");
        }
        Flight mine = new Flight(new CompletableFuture<>(), requirement, now);
        Flight running = inFlight.putIfAbsent(key, mine);
        if (running != null) {
            return running;
        }
        submit(key, mine, work, new ArrayList<>());
        return mine;
    }

    private void submit(TokenKey key, Flight mine, Work work, List<TokenEvent> events) {
        try {
            executor.execute(() -> execute(key, mine, work, events));
        } catch (RejectedExecutionException e) {
            fail(key, mine, exceptions.problem(key, Problem.OVERLOADED, "the executor rejected the refresh"));
        } catch (RuntimeException | Error e) {
            fail(key, mine, exceptions.because(key, Problem.OVERLOADED, "no thread is available for the refresh", e));
        }
    }

    /** Frees the slot, then wakes the waiters. */
    private void fail(TokenKey key, Flight mine, TokenException failure) {
        inFlight.remove(key, mine);
        mine.result.completeExceptionally(failure);
    }

    private void execute(TokenKey key, Flight mine, Work work, List<TokenEvent> events) {
        try {
            AccessToken token = runAs(key, work, events);
            inFlight.remove(key, mine);
            mine.result.complete(token);
        } catch (SuspendFlight stop) {
            CompletableFuture<?> unused =
                    stop.until().whenComplete((end, failure) -> submit(key, mine, stop.next(), events));
            return;
        } catch (Throwable e) {
            fail(key, mine, exceptions.unexpected(key, e));
            events.forEach(tell);
            if (e instanceof Error error) {
                throw error;
            }
            return;
        }
        events.forEach(tell);
    }

    private AccessToken runAs(TokenKey key, Work work, List<TokenEvent> events) throws SuspendFlight {
        Current outer = CURRENT.get();
        CURRENT.set(new Current(this, key));
        try {
            return work.run(events::add);
        } finally {
            CURRENT.set(outer);
        }
    }

    /** Returns whether a run for {@code key} is in progress. */
    boolean isRunning(TokenKey key) {
        return inFlight.containsKey(key);
    }

    /** Returns a future that completes when every run that is now in progress has ended. */
    public CompletableFuture<Void> allEnded() {
        CompletableFuture<?>[] running = inFlight.values().stream()
                .map(flight -> flight.result.handle((token, failure) -> token))
                .toArray(CompletableFuture<?>[]::new);
        return CompletableFuture.allOf(running);
    }

    /** Returns the exception for a waiter whose deadline has passed while the run continues. */
    TokenException overdue(TokenKey key, Flight flight, Duration waited) {
        return exceptions.problem(
                key,
                Problem.WAIT_TIMEOUT,
                "a refresh has been in progress since " + flight.since + " and did not end within " + waited.toMillis()
                        + " ms");
    }
}
