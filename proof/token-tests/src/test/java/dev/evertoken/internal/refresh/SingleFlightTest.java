package dev.evertoken.internal.refresh;

import static dev.evertoken.internal.record.SampleRecords.ALICE;
import static dev.evertoken.internal.record.SampleRecords.BOB;
import static dev.evertoken.internal.record.SampleRecords.NOW;
import static dev.evertoken.internal.refresh.ScriptedRun.bringing;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.evertoken.faults.Fault;
import dev.evertoken.internal.client.TaskQueue;
import dev.evertoken.internal.client.TokenExceptions;
import dev.evertoken.internal.refresh.SingleFlight.Flight;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.Problem;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.testing.ManualClock;
import dev.evertoken.testing.TestTokens;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** One run for many callers: when the slot is taken and freed, and when events are published. */
class SingleFlightTest {

    private static final AccessToken TOKEN =
            new AccessToken(Secret.of(TestTokens.access()), "Bearer", Optional.empty(), "grant-1", 1);
    private static final TokenEvent EVENT = new TokenEvent.Disconnected(ALICE, NOW, Optional.empty());

    private static final CycleStep DONE = new CycleStep.Done(TOKEN);

    private final ManualClock clock = ManualClock.at(NOW);
    private final CompletableFuture<Void> closing = new CompletableFuture<>();
    private final TaskList tasks = new TaskList();
    private final List<String> log = new ArrayList<>();
    private final SingleFlight<TokenKey> flights = flights(tasks);

    @Test
    void aCallerJoinsARunInProgress() {
        Flight first = flights.join(ALICE, TokenRequirement.usable(), NOW, bringing(events -> TOKEN));
        Flight second = flights.join(ALICE, TokenRequirement.anew(), NOW.plusSeconds(1), bringing(events -> {
            throw new AssertionError("a run is already in progress");
        }));

        assertThat(second).isSameAs(first);
        assertThat(first.requirement()).isEqualTo(TokenRequirement.usable());
        assertThat(tasks.size()).isEqualTo(1);
        assertThat(flights.isRunning(ALICE)).isTrue();
        assertThat(flights.isRunning(BOB)).isFalse();

        tasks.runAll();
        assertThat(first.result()).isCompletedWithValue(TOKEN);
        assertThat(flights.isRunning(ALICE)).isFalse();
    }

    @Test
    void theSlotIsFreedBeforeTheWaitersWakeAndEventsArePublishedLast() {
        Flight flight = flights.join(ALICE, TokenRequirement.usable(), NOW, bringing(events -> {
            events.accept(EVENT);
            log.add("run");
            return TOKEN;
        }));
        var unused = flight.result().thenRun(() -> log.add("woken, flying " + flights.isRunning(ALICE)));

        tasks.runAll();

        assertThat(log).containsExactly("run", "woken, flying false", "published");
    }

    @Test
    void aFailureFreesTheSlot() {
        Flight flight = flights.join(ALICE, TokenRequirement.usable(), NOW, bringing(events -> {
            events.accept(EVENT);
            throw TokenException.about(Problem.NETWORK).detail("no route").build();
        }));
        var unused = flight.result().exceptionally(e -> {
            log.add("woken, flying " + flights.isRunning(ALICE));
            return TOKEN;
        });

        tasks.runAll();

        assertThat(log).containsExactly("woken, flying false", "published");
        assertThat(failure(flight)).hasMessage("google/alice: no route");
        assertThat(failure(flight).problem()).isEqualTo(Problem.NETWORK);
    }

    @Test
    void anUnexpectedExceptionIsReportedWithTheAccount() {
        Flight flight = flights.join(ALICE, TokenRequirement.usable(), NOW, bringing(events -> {
            throw new IllegalStateException("planned by a test");
        }));
        tasks.runAll();

        assertThat(failure(flight).problem()).isEqualTo(Problem.INTERNAL);
        assertThat(failure(flight)).hasMessage("google/alice: unexpected java.lang.IllegalStateException");
    }

    @Test
    void anErrorReachesTheWaitersAndTheThread() {
        Flight flight = flights.join(ALICE, TokenRequirement.usable(), NOW, bringing(events -> {
            events.accept(EVENT);
            throw new LinkageError("planned by a test");
        }));

        assertThatThrownBy(tasks::runAll).isInstanceOf(LinkageError.class);
        assertThat(failure(flight)).hasMessage("google/alice: unexpected java.lang.LinkageError");
        assertThat(log).containsExactly("published");
        assertThat(flights.isRunning(ALICE)).isFalse();
    }

    @Test
    void anExecutorThatRejectsIsReportedAsOverloaded() {
        tasks.close();

        Flight flight = flights.join(ALICE, TokenRequirement.usable(), NOW, bringing(events -> TOKEN));

        assertThat(failure(flight).problem()).isEqualTo(Problem.OVERLOADED);
        assertThat(failure(flight)).hasMessage("google/alice: the executor rejected the refresh");
        assertThat(flights.isRunning(ALICE)).isFalse();
    }

    @Test
    void aRunWithoutAThreadFails() {
        SingleFlight<TokenKey> withoutThreads = flights(task -> {
            throw new OutOfMemoryError("planned by a test");
        });

        Flight flight = withoutThreads.join(ALICE, TokenRequirement.usable(), NOW, bringing(events -> TOKEN));

        assertThat(failure(flight)).hasMessage("google/alice: no thread is available for the refresh");
        assertThat(failure(flight)).hasCauseInstanceOf(OutOfMemoryError.class);
        assertThat(withoutThreads.isRunning(ALICE)).isFalse();
    }

    // ---- recursive calls

    @Test
    void aRunThatRequestsItsOwnTokenIsRefused() {
        Flight flight = flights.join(ALICE, TokenRequirement.usable(), NOW, bringing(events -> {
            Throwable refused =
                    catchThrowable(() -> flights.join(ALICE, TokenRequirement.usable(), NOW, bringing(inner -> TOKEN)));
            assertThat(refused)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("recursive call for google/alice: a Refresher or TokenStore must not request the token"
                            + " that is being refreshed; use the RefreshRequest");
            return TOKEN;
        }));
        tasks.runAll();

        assertThat(flight.result()).isCompletedWithValue(TOKEN);
        flights.join(ALICE, TokenRequirement.usable(), NOW, bringing(events -> TOKEN));
        assertThat(tasks.size())
                .as("a request of the same thread after the run")
                .isEqualTo(1);
    }

    @Test
    void aRunMayRequestTheTokenOfAnotherAccountOnly() {
        SingleFlight<TokenKey> direct = flights(Runnable::run);
        Flight flight = direct.join(ALICE, TokenRequirement.usable(), NOW, bringing(events -> {
            assertThat(direct.join(BOB, TokenRequirement.usable(), NOW, bringing(inner -> TOKEN))
                            .result())
                    .isCompletedWithValue(TOKEN);
            assertThatThrownBy(() -> direct.join(ALICE, TokenRequirement.usable(), NOW, bringing(inner -> TOKEN)))
                    .isInstanceOf(IllegalStateException.class);
            return TOKEN;
        }));

        assertThat(flight.result()).isCompletedWithValue(TOKEN);
    }

    @Test
    void aRunMayRequestTheSameKeyFromAnotherInstance() {
        SingleFlight<TokenKey> other = flights(Runnable::run);
        Flight flight = flights.join(ALICE, TokenRequirement.usable(), NOW, bringing(events -> {
            assertThat(other.join(ALICE, TokenRequirement.usable(), NOW, bringing(inner -> TOKEN))
                            .result())
                    .isCompletedWithValue(TOKEN);
            return TOKEN;
        }));
        tasks.runAll();

        assertThat(flight.result()).isCompletedWithValue(TOKEN);
    }

    // ---- runs that wait

    @Test
    void aWaitingRunReleasesItsThreadAndKeepsItsSlot() {
        CompletableFuture<String> first = new CompletableFuture<>();
        Flight flight = flights.join(
                ALICE,
                TokenRequirement.usable(),
                NOW,
                ScriptedRun.of(events -> List.of(
                        () -> {
                            events.accept(EVENT);
                            return new CycleStep.WaitFor(first);
                        },
                        () -> {
                            events.accept(EVENT);
                            return DONE;
                        })));

        tasks.runAll();
        assertThat(flights.isRunning(ALICE)).isTrue();
        assertThat(flight.result()).isNotDone();
        assertThat(log).isEmpty();

        first.complete("there");
        assertThat(tasks.size()).isEqualTo(1);
        tasks.runAll();
        assertThat(flight.result()).isCompletedWithValue(TOKEN);
        assertThat(flights.isRunning(ALICE)).isFalse();
        assertThat(log).containsExactly("published", "published");
    }

    @Test
    void aRunContinuesAfterItsWaitFailed() {
        CompletableFuture<String> first = new CompletableFuture<>();
        Flight flight = flights.join(
                ALICE, TokenRequirement.usable(), NOW, ScriptedRun.of(() -> {}, new CycleStep.WaitFor(first), DONE));
        tasks.runAll();

        first.completeExceptionally(new IllegalStateException("planned by a test"));
        tasks.runAll();

        assertThat(flight.result()).isCompletedWithValue(TOKEN);
    }

    @Test
    void aRunThatWaitsUntilATimeBlocksNoThreadAndContinuesAtThatTime() {
        long moment = clock.nanos() + Duration.ofSeconds(3).toNanos();
        Flight flight = flights.join(
                ALICE, TokenRequirement.usable(), NOW, ScriptedRun.of(() -> {}, new CycleStep.WaitUntil(moment), DONE));
        tasks.runAll();

        clock.advance(Duration.ofSeconds(3).minusNanos(1));
        assertThat(tasks.size()).isZero();
        clock.advance(Duration.ofNanos(1));
        assertThat(tasks.size()).isEqualTo(1);
        tasks.runAll();

        assertThat(flight.result()).isCompletedWithValue(TOKEN);
    }

    @Test
    void aWaitingRunContinuesAtOnceOnClosing() {
        long moment = clock.nanos() + Duration.ofSeconds(3).toNanos();
        Flight flight = flights.join(
                ALICE, TokenRequirement.usable(), NOW, ScriptedRun.of(() -> {}, new CycleStep.WaitUntil(moment), DONE));
        tasks.runAll();

        closing.complete(null);
        tasks.runAll();

        assertThat(flight.result()).isCompletedWithValue(TOKEN);
    }

    @Test
    void aRunThatLoadsAgainStaysOnItsThread() {
        Flight flight = flights.join(
                ALICE,
                TokenRequirement.usable(),
                NOW,
                ScriptedRun.of(() -> {}, new CycleStep.LoadAgain(), new CycleStep.LoadAgain(), DONE));

        tasks.runNext();

        assertThat(flight.result()).isCompletedWithValue(TOKEN);
    }

    @Test
    void aRunIsClosedOnceAndBeforeItsSlotIsFree() {
        List<Boolean> runningWhenClosed = new ArrayList<>();
        flights.join(
                ALICE,
                TokenRequirement.usable(),
                NOW,
                ScriptedRun.of(() -> runningWhenClosed.add(flights.isRunning(ALICE)), DONE));

        tasks.runAll();

        assertThat(runningWhenClosed).containsExactly(true);
    }

    @Test
    void aRunWithoutAThreadAfterItsWaitFailsAndIsClosed() {
        CompletableFuture<String> first = new CompletableFuture<>();
        List<String> closed = new ArrayList<>();
        Flight flight = flights.join(
                ALICE,
                TokenRequirement.usable(),
                NOW,
                ScriptedRun.of(() -> closed.add("closed"), new CycleStep.WaitFor(first), DONE));
        tasks.runAll();
        tasks.close();

        first.complete("there");

        assertThat(failure(flight).problem()).isEqualTo(Problem.OVERLOADED);
        assertThat(closed).containsExactly("closed");
        assertThat(flights.isRunning(ALICE)).isFalse();
    }

    // ---- the end of all runs

    @Test
    void allRunsHaveEndedAfterSuccessesAndFailures() {
        assertThat(flights.allEnded()).isCompleted();
        flights.join(ALICE, TokenRequirement.usable(), NOW, bringing(events -> TOKEN));
        flights.join(BOB, TokenRequirement.usable(), NOW, bringing(events -> {
            throw new IllegalStateException("planned by a test");
        }));

        CompletableFuture<Void> allEnded = flights.allEnded();
        tasks.runNext();
        assertThat(allEnded).isNotDone();
        tasks.runNext();
        assertThat(allEnded).isCompleted();
    }

    @Test
    void aRunIsToldWhenItsEventsArePublishedExceptToTheThreadThatPublishesThem() {
        AtomicReference<SingleFlight<TokenKey>> observed = new AtomicReference<>();
        observed.set(new SingleFlight<>(
                key -> TaskQueue.of(tasks), clock, closing, new TokenExceptions(key -> null), event -> {
                    log.add("to this thread: " + observed.get().allTold().isDone());
                    log.add("to another: "
                            + CompletableFuture.supplyAsync(
                                            () -> observed.get().allTold().isDone())
                                    .join());
                }));
        assertThat(observed.get().allTold()).isCompleted();
        observed.get().join(ALICE, TokenRequirement.usable(), NOW, bringing(events -> {
            events.accept(EVENT);
            return TOKEN;
        }));

        tasks.runAll();

        assertThat(log).containsExactly("to this thread: true", "to another: false");
        assertThat(observed.get().allTold()).isCompleted();
    }

    // ---- callers that time out

    @Test
    void theTimeoutOfACallerContainsTheStartOfTheRun() {
        Flight flight = flights.join(
                ALICE,
                TokenRequirement.usable(),
                NOW,
                ScriptedRun.of(() -> {}, new CycleStep.WaitFor(new CompletableFuture<>())));
        tasks.runAll();
        clock.advance(Duration.ofSeconds(1));

        TokenException overdue = flights.overdue(ALICE, flight, Duration.ofMillis(1500));

        assertThat(overdue.problem()).isEqualTo(Problem.WAIT_TIMEOUT);
        assertThat(overdue)
                .hasMessage("google/alice: a refresh has been in progress since 2026-03-01T12:00:00Z and did not end"
                        + " within 1500 ms");
    }

    @Test
    @Fault("L1")
    void theTimeoutOfACallerWhoseRunIsQueuedSaysSo() {
        TaskQueue.Place[] place = {() -> 64};
        SingleFlight<TokenKey> queued = new SingleFlight<>(
                key -> task -> () -> place[0].ahead(), clock, closing, new TokenExceptions(key -> null), event -> {});
        Flight flight = queued.join(ALICE, TokenRequirement.usable(), NOW, bringing(events -> TOKEN));

        assertThat(queued.overdue(ALICE, flight, Duration.ofMillis(1500)))
                .hasMessage("google/alice: a refresh has been queued behind 64 refreshes of the client since"
                        + " 2026-03-01T12:00:00Z and did not end within 1500 ms");
        place[0] = () -> 1;
        assertThat(queued.overdue(ALICE, flight, Duration.ofMillis(1500)))
                .hasMessageContaining("queued behind 1 refresh of the client");
    }

    @Test
    @Fault("L1")
    void aRunThatIsQueuedAgainAfterAWaitSaysSo() {
        CompletableFuture<String> first = new CompletableFuture<>();
        Flight flight = flights.join(
                ALICE, TokenRequirement.usable(), NOW, ScriptedRun.of(() -> {}, new CycleStep.WaitFor(first), DONE));
        tasks.runAll();
        clock.advance(Duration.ofSeconds(1));
        first.complete("there");

        assertThat(flights.overdue(ALICE, flight, Duration.ofMillis(1500)))
                .hasMessageContaining("queued for a thread since 2026-03-01T12:00:01Z");
    }

    private SingleFlight<TokenKey> flights(Executor executor) {
        return new SingleFlight<>(
                key -> TaskQueue.of(executor),
                clock,
                closing,
                new TokenExceptions(key -> null),
                event -> log.add("published"));
    }

    private static TokenException failure(Flight flight) {
        assertThat(flight.result()).isCompletedExceptionally();
        Throwable thrown = catchThrowable(() -> flight.result().get());
        assertThat(thrown).isInstanceOf(ExecutionException.class);
        return (TokenException) thrown.getCause();
    }
}
