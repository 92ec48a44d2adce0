package dev.evertoken.internal.refresh;

import dev.evertoken.internal.client.ExceptionFactory;
import dev.evertoken.internal.client.TaskQueue;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenException;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.operations.RefreshEnd;
import dev.evertoken.spi.operations.RefreshEnd.Outcome;
import dev.evertoken.spi.operations.RefreshObservation;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Runs at most one refresh per key: callers that request a token during a run join that run.
 *
 * <p>All waiters get the same token or the same problem. A run takes a place in the queue of its client for each part
 * of its work; while it waits for something else it has neither a place nor a thread. No waiter can stop it. The slot
 * is freed before the waiters wake up, so their next request starts a new run. After that, observers are called, and
 * events are published last. Thread-safe.
 *
 * @param <K> the key of a run: an account or a client registration
 */
public final class SingleFlight<K> {

    private static final ThreadLocal<Current> CURRENT = new ThreadLocal<>();

    private final Function<K, TaskQueue> queues;
    private final Timekeeper time;
    private final CompletableFuture<Void> closing;
    private final ExceptionFactory<K> exceptions;
    private final Consumer<TokenEvent> listener;
    private final RunObserver<? super K> observer;
    private final ConcurrentMap<K, Flight> inFlight = new ConcurrentHashMap<>();

    private final Set<Ending> untold = ConcurrentHashMap.newKeySet();

    /** The end of a run whose observers and listeners are being called. */
    private static final class Ending {
        private final Thread thread = Thread.currentThread();
        private final CompletableFuture<Void> told = new CompletableFuture<>();
    }

    /** The run that a thread is executing. */
    private record Current(SingleFlight<?> flights, Object key) {

        boolean isOf(SingleFlight<?> others, Object another) {
            return flights == others && key.equals(another);
        }
    }

    /**
     * A run in progress: its result, the requirement that it was started for, how far it is, who observes it, and when
     * it was requested, in nanoseconds of the monotonic clock.
     */
    public record Flight(
            CompletableFuture<AccessToken> result,
            TokenRequirement requirement,
            FlightProgress progress,
            RefreshObservation observation,
            long requested) {

        /** A run without an observer. */
        Flight(TokenRequirement requirement, Instant now) {
            this(requirement, now, RefreshObservation.none(), 0);
        }

        Flight(TokenRequirement requirement, Instant now, RefreshObservation observation, long requested) {
            this(new CompletableFuture<>(), requirement, new FlightProgress(now), observation, requested);
        }
    }

    /** Starts the work of a run, on the thread of its first step. */
    @FunctionalInterface
    public interface Start {
        /** @param events keeps events until the slot is free */
        Work begin(Consumer<TokenEvent> events);

        /** Returns the observation of the run, before it starts; called on the thread that requests the run. */
        default RefreshObservation observation() {
            return RefreshObservation.none();
        }
    }

    /** The work of a run, step by step. Used by one thread at a time. */
    public interface Work extends AutoCloseable {
        /** Runs one step and returns the next action; an exception ends the run. */
        CycleStep step();

        /** Releases the resources of the run; called once, before the slot is freed. */
        @Override
        void close();
    }

    /** A run on its way: the events so far, and its work once it has begun. Used by one thread at a time. */
    private final class Run implements TaskQueue.Task, Consumer<TokenEvent> {
        private final K key;
        private final Flight flight;
        private final TaskQueue queue;
        private final Start start;
        private final List<TokenEvent> events = new ArrayList<>();
        private @Nullable Work work;

        Run(K key, Flight flight, TaskQueue queue, Start start) {
            this.key = key;
            this.flight = flight;
            this.queue = queue;
            this.start = start;
        }

        @Override
        public void run() {
            flight.progress.begun(work == null, time.now());
            execute(this);
        }

        @Override
        public void rejected(Throwable why) {
            fail(
                    this,
                    why instanceof RejectedExecutionException
                            ? exceptions.problem(key, Problem.OVERLOADED, "the executor rejected the refresh")
                            : exceptions.because(
                                    key, Problem.OVERLOADED, "no thread is available for the refresh", why));
        }

        /** Keeps an event until the slot is free. */
        @Override
        public void accept(TokenEvent event) {
            events.add(event);
        }

        /** Runs steps until the run has ended or has to wait. */
        CycleStep proceed() {
            Work begun = work;
            if (begun == null) {
                begun = start.begin(this);
                work = begun;
            }
            CycleStep step = begun.step();
            while (step instanceof CycleStep.LoadAgain) {
                step = begun.step();
            }
            if (step instanceof CycleStep.Done) {
                close();
            }
            return step;
        }

        void close() {
            Work begun = work;
            work = null;
            if (begun != null) {
                begun.close();
            }
        }
    }

    /** Wakes the waiters of a run with its token. Loaded before the first token, and faster than a lambda. */
    private final class Success implements Runnable {
        private final Run run;
        private final AccessToken token;

        Success(Run run, AccessToken token) {
            this.run = run;
            this.token = token;
        }

        @Override
        public void run() {
            try {
                observer.succeeded(run.key, token);
            } finally {
                run.flight.result.complete(token);
            }
        }
    }

    /** Creates flights whose runs are not observed. */
    public SingleFlight(
            Function<K, TaskQueue> queues,
            Timekeeper time,
            CompletableFuture<Void> closing,
            ExceptionFactory<K> exceptions,
            Consumer<TokenEvent> listener) {
        this(queues, time, closing, exceptions, listener, RunObserver.none());
    }

    /**
     * @param queues returns the queue of the client that a key belongs to
     * @param closing ends every wait between two steps when it completes
     */
    public SingleFlight(
            Function<K, TaskQueue> queues,
            Timekeeper time,
            CompletableFuture<Void> closing,
            ExceptionFactory<K> exceptions,
            Consumer<TokenEvent> listener,
            RunObserver<? super K> observer) {
        this.queues = queues;
        this.time = time;
        this.closing = closing;
        this.exceptions = exceptions;
        this.listener = listener;
        this.observer = observer;
    }

    /**
     * Joins the run for {@code key}, or starts one. Never blocks unless the executor does.
     *
     * @throws IllegalStateException if the run for this key is the caller, which would wait for itself
     */
    public Flight join(K key, TokenRequirement requirement, Instant now, Start start) {
        return join(key, requirement, now, queueOf(key), start);
    }

    /**
     * As {@link #join(Object, TokenRequirement, Instant, Start)}.
     *
     * @param queue runs the work of a run that is started here
     */
    Flight join(K key, TokenRequirement requirement, Instant now, TaskQueue queue, Start start) {
        Current current = CURRENT.get();
        if (current != null && current.isOf(this, key)) {
            throw new IllegalStateException("recursive call for " + key
                    + ": a Refresher or TokenStore must not request the token that is being refreshed;"
                    + " use the RefreshRequest");
        }
        Flight running = inFlight.get(key);
        if (running != null) {
            return running;
        }
        Flight mine = new Flight(requirement, now, observation(key, start), time.nanos());
        running = inFlight.putIfAbsent(key, mine);
        if (running != null) {
            return running;
        }
        started(key, mine);
        submit(new Run(key, mine, queue, start));
        return mine;
    }

    private RefreshObservation observation(K key, Start start) {
        Current outer = enter(key);
        try {
            return start.observation();
        } finally {
            CURRENT.set(outer);
        }
    }

    private void started(K key, Flight flight) {
        Current outer = enter(key);
        try {
            flight.observation.started();
        } finally {
            CURRENT.set(outer);
        }
    }

    /** Returns the queue of the client that a key belongs to. */
    TaskQueue queueOf(K key) {
        return queues.apply(key);
    }

    private void submit(Run run) {
        FlightProgress.Waiting waiting = run.flight.progress.queued(time.now());
        waiting.at(run.queue.submit(run));
    }

    private void execute(Run run) {
        CycleStep step;
        try {
            step = proceedAs(run);
        } catch (Throwable e) {
            fail(run, exceptions.unexpected(run.key, e));
            if (e instanceof Error error) {
                throw error;
            }
            return;
        }
        if (step instanceof CycleStep.Done done) {
            end(run, done.outcome(), done.problem(), new Success(run, done.token()));
        } else {
            CompletableFuture<?> unused = waitOf(step).whenComplete((end, failure) -> submit(run));
        }
    }

    private CompletableFuture<?> waitOf(CycleStep step) {
        if (step instanceof CycleStep.WaitUntil until) {
            Duration delay = Duration.ofNanos(until.nanos() - time.nanos());
            return CompletableFuture.anyOf(time.delay(delay), closing);
        }
        return ((CycleStep.WaitFor) step).event();
    }

    /** Closes the run and ends it. */
    private void fail(Run run, TokenException failure) {
        try {
            run.close();
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
        }
        end(run, Outcome.FAILED, Optional.of(failure.problem()), () -> {
            try {
                observer.failed(run.key, run.flight.requirement, failure);
            } finally {
                run.flight.result.completeExceptionally(failure);
            }
        });
    }

    /** Frees the slot, wakes the waiters, then calls observers and publishes the events. */
    private void end(Run run, Outcome outcome, Optional<Problem> problem, Runnable wake) {
        Ending ending = new Ending();
        untold.add(ending);
        try {
            inFlight.remove(run.key, run.flight);
            wake.run();
            observeEnd(run.flight, outcome, problem);
            tell(run);
        } finally {
            untold.remove(ending);
            ending.told.complete(null);
        }
    }

    private void tell(Run run) {
        for (TokenEvent event : run.events) {
            listener.accept(event);
        }
    }

    private CycleStep proceedAs(Run run) {
        Current outer = enter(run.key);
        try {
            RefreshObservation.Step observed = run.flight.observation.stepStarts();
            try {
                return run.proceed();
            } finally {
                observed.ended();
            }
        } finally {
            CURRENT.set(outer);
        }
    }

    /** Begins a call that must not request the token of the run. Returns the run to return to afterwards. */
    private @Nullable Current enter(K key) {
        Current outer = CURRENT.get();
        CURRENT.set(new Current(this, key));
        return outer;
    }

    private void observeEnd(Flight flight, Outcome outcome, Optional<Problem> problem) {
        flight.observation.ended(new RefreshEnd(outcome, problem, Duration.ofNanos(time.nanos() - flight.requested)));
    }

    /** Returns whether a run for {@code key} is in progress. */
    boolean isRunning(K key) {
        return inFlight.containsKey(key);
    }

    /** Returns a future that completes when every run that is now in progress has ended. */
    public CompletableFuture<Void> allEnded() {
        CompletableFuture<?>[] running = inFlight.values().stream()
                .map(flight -> flight.result.handle((token, failure) -> token))
                .toArray(CompletableFuture<?>[]::new);
        return CompletableFuture.allOf(running);
    }

    /**
     * Returns a future that completes when the observers of every run that has ended were called, and its events were
     * published. It does not wait for calls that are made by the current thread, which may be one of them.
     */
    public CompletableFuture<Void> allTold() {
        List<CompletableFuture<Void>> others = new ArrayList<>();
        for (Ending ending : untold) {
            if (ending.thread != Thread.currentThread()) {
                others.add(ending.told);
            }
        }
        return CompletableFuture.allOf(others.toArray(new CompletableFuture<?>[0]));
    }

    /** Returns the exception for a waiter whose deadline has passed while the run continues. */
    TokenException overdue(K key, Flight flight, Duration waited) {
        return exceptions.problem(
                key,
                Problem.WAIT_TIMEOUT,
                "a refresh " + flight.progress + " and did not end within " + waited.toMillis() + " ms");
    }
}
