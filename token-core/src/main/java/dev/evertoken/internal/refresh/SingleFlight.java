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
 * Many threads, one run: while a run for a key is under way everybody who asks joins it.
 *
 * <p>All waiters get the same token or the same problem. The run is on an engine thread and nobody who waits
 * can stop it. The slot is free before the waiters wake, so what they ask next starts a new run; what
 * happened is told last. Thread-safe.
 */
public final class SingleFlight {

    private static final ThreadLocal<Lead> LEADING = new ThreadLocal<>();

    private final Executor executor;
    private final TokenExceptions exceptions;
    private final Consumer<TokenEvent> tell;
    private final ConcurrentMap<TokenKey, Flight> inFlight = new ConcurrentHashMap<>();

    /** What a thread is leading. */
    private record Lead(SingleFlight where, TokenKey key) {}

    /** A run under way: what it was started for, and since when. */
    record Flight(CompletableFuture<AccessToken> result, TokenRequirement requirement, Instant since) {}

    /** What a run does. */
    @FunctionalInterface
    interface Work {
        /**
         * Returns the token; {@code tell} keeps events until the slot is free.
         *
         * @throws SuspendFlight if something else has to come first: the run goes on afterwards
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
     * @throws IllegalStateException if the run for this key is what asks: it would wait for itself
     */
    Flight join(TokenKey key, TokenRequirement requirement, Instant now, Work work) {
        if (new Lead(this, key).equals(LEADING.get())) {
            throw new IllegalStateException("the refresh of " + key
                    + " asked for the token that it is about to bring; a refresher or store gets what it needs in"
                    + " its request");
        }
        Flight mine = new Flight(new CompletableFuture<>(), requirement, now);
        Flight running = inFlight.putIfAbsent(key, mine);
        if (running != null) {
            return running;
        }
        depart(key, mine, work, new ArrayList<>());
        return mine;
    }

    private void depart(TokenKey key, Flight mine, Work work, List<TokenEvent> events) {
        try {
            executor.execute(() -> lead(key, mine, work, events));
        } catch (RejectedExecutionException e) {
            ended(key, mine, exceptions.problem(key, Problem.OVERLOADED, "the executor refused the refresh"));
        } catch (RuntimeException | Error e) {
            ended(key, mine, exceptions.because(key, Problem.OVERLOADED, "no thread could be had for the refresh", e));
        }
    }

    /** Frees the slot, then wakes the waiters. */
    private void ended(TokenKey key, Flight mine, TokenException failure) {
        inFlight.remove(key, mine);
        mine.result.completeExceptionally(failure);
    }

    private void lead(TokenKey key, Flight mine, Work work, List<TokenEvent> events) {
        try {
            AccessToken token = runAs(key, work, events);
            inFlight.remove(key, mine);
            mine.result.complete(token);
        } catch (SuspendFlight stop) {
            CompletableFuture<?> unused =
                    stop.until().whenComplete((end, failure) -> depart(key, mine, stop.next(), events));
            return;
        } catch (Throwable e) {
            ended(key, mine, exceptions.unexpected(key, e));
            events.forEach(tell);
            if (e instanceof Error error) {
                throw error;
            }
            return;
        }
        events.forEach(tell);
    }

    private AccessToken runAs(TokenKey key, Work work, List<TokenEvent> events) throws SuspendFlight {
        Lead outer = LEADING.get();
        LEADING.set(new Lead(this, key));
        try {
            return work.run(events::add);
        } finally {
            LEADING.set(outer);
        }
    }

    /** Tells whether a run is under way. */
    boolean isFlying(TokenKey key) {
        return inFlight.containsKey(key);
    }

    /** Returns what completes when every run that is under way now has ended. */
    public CompletableFuture<Void> landed() {
        CompletableFuture<?>[] running = inFlight.values().stream()
                .map(flight -> flight.result.handle((token, failure) -> token))
                .toArray(CompletableFuture<?>[]::new);
        return CompletableFuture.allOf(running);
    }

    /** Returns the exception of a waiter whose own time is over while the run goes on. */
    TokenException overdue(TokenKey key, Flight flight, Duration waited) {
        return exceptions.problem(
                key,
                Problem.WAIT_TIMEOUT,
                "a refresh is in progress since " + flight.since + " and did not end within " + waited.toMillis()
                        + " ms");
    }
}
