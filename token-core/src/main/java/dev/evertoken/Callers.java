package dev.evertoken;

import dev.evertoken.SingleFlight.Flight;
import dev.evertoken.TokenCache.Cell;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.Timekeeper;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;

/**
 * Brings callers to a run of the cycle and back: each waits with a deadline of its own, and none can stop the
 * run. Thread-safe.
 */
final class Callers {

    /** Joining somebody else's run may not bring what was asked for; after so many the answer stands. */
    private static final int MOST_JOINS = 3;

    private final Clients clients;
    private final SingleFlight flights;
    private final RefreshCycle cycle;
    private final Explain explain;
    private final Timekeeper time;
    private final Executor executor;
    private final Duration maxWait;
    private final CompletableFuture<Void> closing;

    Callers(Clients clients, SingleFlight flights, Workshop workshop, Executor executor) {
        this.clients = clients;
        this.flights = flights;
        this.cycle = new RefreshCycle(workshop);
        this.explain = workshop.explain();
        this.time = workshop.time();
        this.executor = executor;
        this.maxWait = workshop.settings().maxWait();
        this.closing = workshop.closing();
    }

    /** Has the account looked after behind the caller, unless somebody does already. */
    void refreshBehind(Cell cell) {
        if (!closing.isDone() && !flights.isFlying(cell.key())) {
            start(cell, Ask.usable());
        }
    }

    /**
     * Waits for what is asked.
     *
     * @throws TokenException of its own for each caller; if the thread is interrupted, too, with the flag kept
     */
    AccessToken waitFor(Cell cell, Ask ask) {
        long began = time.nanos();
        for (int joined = 1; ; joined++) {
            Flight flight = start(cell, ask);
            awaitEnd(cell.key(), flight, began);
            boolean mine = flight.ask().equals(ask);
            try {
                AccessToken token = flight.result().join();
                if (mine || (!ask.forced() && ask.satisfiedBy(token, time.millis()))) {
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

    /** Returns a future that ends with a usable token or a problem, after the caller's longest wait in any case. */
    CompletableFuture<AccessToken> promise(Cell cell) {
        Flight flight = start(cell, Ask.usable());
        CompletableFuture<AccessToken> overdue = new CompletableFuture<>();
        Timekeeper.Scheduled timer = time.schedule(
                maxWait,
                () -> offTheTimer(() -> overdue.completeExceptionally(flights.overdue(cell.key(), flight, maxWait))));
        return usable(cell, flight, 1)
                .applyToEither(overdue, Function.identity())
                .whenComplete((token, failure) -> timer.cancel());
    }

    /** A run that was started for something else may end with a token that has ended, or fail for its own reasons. */
    private CompletableFuture<AccessToken> usable(Cell cell, Flight flight, int joined) {
        boolean mine = flight.ask().equals(Ask.usable());
        boolean last = joined == MOST_JOINS;
        return flight.result()
                .exceptionallyCompose(failure -> mine || last
                        ? CompletableFuture.failedFuture(own(cell.key(), failure))
                        : usable(cell, start(cell, Ask.usable()), joined + 1))
                .thenCompose(token -> {
                    if (mine || Ask.usable().satisfiedBy(token, time.millis())) {
                        return CompletableFuture.completedFuture(token);
                    }
                    return last
                            ? CompletableFuture.failedFuture(flights.overdue(cell.key(), flight, maxWait))
                            : usable(cell, start(cell, Ask.usable()), joined + 1);
                });
    }

    private Flight start(Cell cell, Ask ask) {
        if (closing.isDone()) {
            throw new IllegalStateException("this Tokens is closed");
        }
        Registered client = clients.of(cell.key());
        return flights.join(cell.key(), ask, time.now(), tell -> cycle.run(cell, client, ask, tell));
    }

    private void awaitEnd(TokenKey key, Flight flight, long began) {
        Duration waited = Duration.ofNanos(time.nanos() - began);
        try {
            if (!time.await(flight.result(), maxWait.minus(waited))) {
                throw flights.overdue(key, flight, maxWait);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw explain.because(
                    key, Problem.WAIT_TIMEOUT, "the waiting thread was interrupted; the refresh goes on", e);
        }
    }

    /** Every waiter gets an exception of its own. */
    private TokenException own(TokenKey key, Throwable failure) {
        Throwable cause = failure instanceof CompletionException wrapper && wrapper.getCause() != null
                ? wrapper.getCause()
                : failure;
        return explain.unexpected(key, cause).again();
    }

    private void offTheTimer(Runnable task) {
        try {
            executor.execute(task);
        } catch (RejectedExecutionException e) {
            task.run();
        }
    }
}
