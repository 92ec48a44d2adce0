package dev.evertoken.internal.refresh;

import dev.evertoken.internal.cache.RefusalSlot;
import dev.evertoken.internal.cache.TokenCache;
import dev.evertoken.internal.cache.TokenCache.Cell;
import dev.evertoken.internal.client.ClientRegistry;
import dev.evertoken.internal.client.RegisteredClient;
import dev.evertoken.internal.client.TaskQueue;
import dev.evertoken.internal.client.TokenExceptions;
import dev.evertoken.internal.event.EngineObservers;
import dev.evertoken.internal.refresh.SingleFlight.Flight;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.operations.RefreshObservation;
import dev.evertoken.spi.operations.RefreshStart;
import dev.evertoken.spi.operations.RefreshStart.Cause;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Connects callers to runs of the cycle: each waits with its own deadline, and none can stop the run. A caller that
 * follows a refusal by less than two seconds is answered with {@link Refusals} and joins no run. Thread-safe.
 */
public final class TokenWaiters {

    /**
     * A run that was started for another caller may return an unsuitable token; a call fails after this many such runs.
     */
    private static final int MOST_JOINS = 3;

    private final ClientRegistry clients;
    private final TokenCache cache;
    private final SingleFlight<TokenKey> flights;
    private final RefreshCycle cycle;
    private final Refusals refusals;
    private final Confirmations confirmations;
    private final EngineObservers observers;
    private final TokenExceptions exceptions;
    private final Timekeeper time;
    private final Executor timeouts;
    private final Duration maxWait;
    private final CompletableFuture<Void> closing;

    /**
     * @param timeouts completes the futures of callers whose time is over; apart from the threads that refresh
     * @param closing done as soon as no new run may start
     */
    public TokenWaiters(
            ClientRegistry clients,
            TokenCache cache,
            SingleFlight<TokenKey> flights,
            RefreshCycle cycle,
            Confirmations confirmations,
            EngineObservers observers,
            TokenExceptions exceptions,
            Timekeeper time,
            Executor timeouts,
            Duration maxWait,
            CompletableFuture<Void> closing) {
        this.clients = clients;
        this.cache = cache;
        this.flights = flights;
        this.cycle = cycle;
        this.refusals = new Refusals(time);
        this.confirmations = confirmations;
        this.observers = observers;
        this.exceptions = exceptions;
        this.time = time;
        this.timeouts = timeouts;
        this.maxWait = maxWait;
        this.closing = closing;
    }

    /**
     * Waits until the record of an account whose token is doubted has been read, but not for long if the store does not
     * respond: the token may be used then.
     *
     * @throws TokenException if the thread is interrupted, with the interrupt flag kept
     */
    public void confirm(Cell cell) {
        if (!cell.isDoubted()) {
            return;
        }
        try {
            boolean unused = time.await(confirmed(cell), maxWait);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw exceptions.because(
                    cell.key(), Problem.WAIT_TIMEOUT, "the waiting thread was interrupted; the check continues", e);
        }
    }

    /** Like {@link #confirm}, without blocking the caller; the future never fails. */
    public CompletableFuture<@Nullable Void> confirmed(Cell cell) {
        return cell.isDoubted() && !closing.isDone() ? confirmations.of(cell) : CompletableFuture.completedFuture(null);
    }

    /** Starts a background refresh unless one is running. */
    public void refreshBehind(Cell cell) {
        if (!closing.isDone() && !flights.isRunning(cell.key())) {
            Flight unused = start(background(cell, TokenRequirement.usable()));
        }
    }

    /**
     * Starts a refresh on behalf of no caller, or joins the run in progress. A run that is started here does not wait
     * for a peer; a caller who has joined it then starts a run of its own.
     *
     * @param queue runs the work of a run that is started here
     * @return the token of the run, or its {@link TokenException}
     */
    CompletableFuture<AccessToken> inBackground(Cell cell, TaskQueue queue) {
        return start(background(cell, TokenRequirement.aheadOfCallers()), queue).result();
    }

    /**
     * Waits for a token that meets the requirement.
     *
     * @throws TokenException a separate instance for each caller; also if the thread is interrupted, with the interrupt
     *     flag kept
     */
    public AccessToken waitFor(Cell cell, TokenRequirement requirement) {
        requireOpen();
        Optional<AccessToken> nothingNewer = refusals.nothingNewer(cell, requirement);
        if (nothingNewer.isPresent()) {
            return nothingNewer.get();
        }
        Optional<TokenException> refused = refusal(cell, requirement);
        if (refused.isPresent()) {
            throw refused.get();
        }
        WaitingCaller caller = new WaitingCaller(time);
        try {
            AccessToken token = awaited(cell, requirement, caller);
            caller.ended(null);
            return token;
        } catch (RuntimeException | Error e) {
            caller.ended(e);
            throw e;
        }
    }

    private AccessToken awaited(Cell cell, TokenRequirement requirement, WaitingCaller caller) {
        long began = time.nanos();
        for (int joined = 1; ; joined++) {
            Flight flight = start(cell, requirement, caller);
            awaitEnd(cell.key(), flight, began);
            boolean mine = flight.requirement().equals(requirement);
            try {
                AccessToken token = flight.result().join();
                if (mine || (!requirement.forced() && requirement.satisfiedBy(token, time.millis()))) {
                    cell.use();
                    return token;
                }
                if (joined == MOST_JOINS) {
                    throw flights.overdue(cell.key(), flight, Duration.ofNanos(time.nanos() - began));
                }
            } catch (CompletionException e) {
                if (mine || joined == MOST_JOINS) {
                    throw own(cell.key(), e);
                }
            }
        }
    }

    /** Returns a future with a suitable token or a problem. It completes after the maximum wait at the latest. */
    CompletableFuture<AccessToken> promise(Cell cell, TokenRequirement requirement) {
        requireOpen();
        Optional<TokenException> refused = refusal(cell, requirement);
        if (refused.isPresent()) {
            return CompletableFuture.failedFuture(refused.get());
        }
        WaitingCaller caller = new WaitingCaller(time);
        Flight flight = start(cell, requirement, caller);
        CompletableFuture<AccessToken> overdue = new CompletableFuture<>();
        Timekeeper.Scheduled timer =
                time.schedule(maxWait, () -> timeOut(overdue, flights.overdue(cell.key(), flight, maxWait)));
        return promised(cell, requirement, flight, 1, caller)
                .applyToEither(overdue, Function.identity())
                .whenComplete((token, failure) -> {
                    timer.cancel();
                    caller.ended(failure);
                });
    }

    /**
     * A run that was started for another requirement may return an unsuitable token, or fail for reasons of its own.
     */
    private CompletableFuture<AccessToken> promised(
            Cell cell, TokenRequirement requirement, Flight flight, int joined, WaitingCaller caller) {
        boolean mine = flight.requirement().equals(requirement);
        boolean last = joined == MOST_JOINS;
        return flight.result()
                .exceptionallyCompose(failure -> mine || last
                        ? CompletableFuture.failedFuture(own(cell.key(), failure))
                        : promised(cell, requirement, start(cell, requirement, caller), joined + 1, caller))
                .thenCompose(token -> {
                    if (mine || requirement.satisfiedBy(token, time.millis())) {
                        cell.use();
                        return CompletableFuture.completedFuture(token);
                    }
                    return last
                            ? CompletableFuture.failedFuture(flights.overdue(cell.key(), flight, maxWait))
                            : promised(cell, requirement, start(cell, requirement, caller), joined + 1, caller);
                });
    }

    private Optional<TokenException> refusal(Cell cell, TokenRequirement requirement) {
        return refusals.of(cell, requirement, clients.of(cell.key()).health());
    }

    private void requireOpen() {
        if (closing.isDone()) {
            throw new IllegalStateException("this Tokens is closed");
        }
    }

    /** Starts or joins a run for a caller that waits. */
    private Flight start(Cell cell, TokenRequirement requirement, WaitingCaller caller) {
        Cause cause = requirement.forced() ? Cause.FORCED : Cause.CALLER;
        Beginning mine = new Beginning(this, cell, clients.of(cell.key()), requirement, cause);
        Flight flight = start(mine);
        caller.waitsFor(flight, !mine.hasBegun(flight));
        return flight;
    }

    private Beginning background(Cell cell, TokenRequirement requirement) {
        return new Beginning(this, cell, clients.of(cell.key()), requirement, Cause.BACKGROUND);
    }

    private Flight start(Beginning beginning) {
        return start(beginning, flights.queueOf(beginning.cell.key()));
    }

    private Flight start(Beginning beginning, TaskQueue queue) {
        requireOpen();
        return flights.join(beginning.cell.key(), beginning.requirement, time.now(), queue, beginning);
    }

    /**
     * The beginning of a run, if no other one is in progress. The run requests the token of a parent through it. Used
     * by one thread at a time.
     */
    private static final class Beginning
            implements SingleFlight.Start, BiFunction<TokenKey, TokenRequirement, CompletableFuture<AccessToken>> {
        private final TokenWaiters waiters;
        private final Cell cell;
        private final RegisteredClient client;
        private final TokenRequirement requirement;
        private final Cause cause;
        private RefreshObservation observation = RefreshObservation.none();

        Beginning(TokenWaiters waiters, Cell cell, RegisteredClient client, TokenRequirement requirement, Cause cause) {
            this.waiters = waiters;
            this.cell = cell;
            this.client = client;
            this.requirement = requirement;
            this.cause = cause;
        }

        @Override
        public RefreshObservation observation() {
            observation = waiters.observers.refresh(new RefreshStart(
                    client.client().registration(), client.provider().id(), cause));
            return observation;
        }

        @Override
        public SingleFlight.Work begin(Consumer<TokenEvent> events) {
            RefreshAttempt attempt = waiters.cycle.attempt(cell, client, requirement, new ParentToken(this), events);
            return new CycleRun(waiters.cycle, waiters.refusals, attempt);
        }

        /** Requests the token of a parent. */
        @Override
        public CompletableFuture<AccessToken> apply(TokenKey parent, TokenRequirement wanted) {
            return waiters.parentToken(parent, wanted);
        }

        /** Returns whether a run is the one that began here; always true without an observer. */
        boolean hasBegun(Flight flight) {
            return flight.observation() == observation;
        }
    }

    /** The run of one attempt of the cycle. */
    private record CycleRun(RefreshCycle cycle, Refusals refusals, RefreshAttempt attempt)
            implements SingleFlight.Work {
        @Override
        public CycleStep step() {
            RefusalSlot.Mark basis = attempt.cell().refusals().mark();
            long doubts = attempt.cell().doubts();
            try {
                CycleStep step = cycle.step(attempt);
                if (step instanceof CycleStep.Done done) {
                    refusals.keep(attempt, done.token(), basis);
                }
                return step;
            } catch (TokenException e) {
                refusals.keep(attempt, e, basis);
                throw e;
            } finally {
                attempt.cell().doubtSince(doubts);
            }
        }

        @Override
        public void close() {
            attempt.close();
        }
    }

    /** Requests a parent's token from the parent's own cycle, with a deadline; fails with a {@link TokenException}. */
    private CompletableFuture<AccessToken> parentToken(TokenKey parent, TokenRequirement requirement) {
        CompletableFuture<AccessToken> token;
        try {
            token = soon(cache.cell(parent), requirement);
        } catch (RuntimeException e) {
            token = CompletableFuture.failedFuture(e);
        }
        return token.exceptionallyCompose(failure -> CompletableFuture.failedFuture(own(parent, failure)));
    }

    /** Returns a future with a suitable token without blocking; it is already complete if such a token is cached. */
    public CompletableFuture<AccessToken> soon(Cell cell, TokenRequirement requirement) {
        long now = time.millis();
        AccessToken fresh = cell.fresh(now);
        if (fresh != null && requirement.satisfiedBy(fresh, now)) {
            return CompletableFuture.completedFuture(fresh);
        }
        return cell.isDoubted()
                ? confirmed(cell).thenCompose(read -> dueToken(cell, requirement))
                : dueToken(cell, requirement);
    }

    private CompletableFuture<AccessToken> dueToken(Cell cell, TokenRequirement requirement) {
        long now = time.millis();
        AccessToken known = cell.valid(now);
        if (known == null || !(requirement.anyValidTokenWillDo() || isFresh(cell, requirement, now))) {
            return promise(cell, requirement);
        }
        if (cell.isDue(now)) {
            refreshBehind(cell);
        }
        return CompletableFuture.completedFuture(known);
    }

    private static boolean isFresh(Cell cell, TokenRequirement requirement, long now) {
        AccessToken fresh = cell.freshOrDoubted(now);
        return fresh != null && requirement.satisfiedBy(fresh, now);
    }

    private void awaitEnd(TokenKey key, Flight flight, long began) {
        Duration waited = Duration.ofNanos(time.nanos() - began);
        try {
            if (!time.await(flight.result(), maxWait.minus(waited))) {
                throw flights.overdue(key, flight, maxWait);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw exceptions.because(
                    key, Problem.WAIT_TIMEOUT, "the waiting thread was interrupted; the refresh continues", e);
        }
    }

    /** Returns a separate exception for each waiter. */
    private TokenException own(TokenKey key, Throwable failure) {
        Throwable cause = failure instanceof CompletionException wrapper && wrapper.getCause() != null
                ? wrapper.getCause()
                : failure;
        return exceptions.unexpected(key, cause).copy();
    }

    /** Leaves the timer's thread, because the caller's dependent stages run too. */
    private void timeOut(CompletableFuture<AccessToken> overdue, TokenException why) {
        try {
            timeouts.execute(() -> overdue.completeExceptionally(why));
        } catch (RuntimeException | Error e) {
            overdue.completeExceptionally(why);
        }
    }
}
