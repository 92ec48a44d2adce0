package dev.evertoken.internal.refresh;

import static dev.evertoken.internal.record.SampleRecords.ALICE;
import static dev.evertoken.internal.record.SampleRecords.BOB;
import static dev.evertoken.internal.record.SampleRecords.NOW;
import static dev.evertoken.internal.refresh.ScriptedRun.bringing;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

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
import org.junit.jupiter.api.Test;

/** Many ask, one run: when the slot is taken and freed, and what is told when. */
class SingleFlightTest {

    private static final AccessToken TOKEN =
            new AccessToken(Secret.of(TestTokens.access()), "Bearer", Optional.empty(), "grant-1", 1);
    private static final TokenEvent EVENT = new TokenEvent.Disconnected(ALICE, NOW);

    private static final CycleStep DONE = new CycleStep.Done(TOKEN);

    private final ManualClock clock = ManualClock.at(NOW);
    private final CompletableFuture<Void> closing = new CompletableFuture<>();
    private final TaskList tasks = new TaskList();
    private final List<String> happened = new ArrayList<>();
    private final SingleFlight<TokenKey> flights = flights(tasks);

    @Test
    void whoeverAsksWhileARunIsUnderWayJoinsIt() {
        Flight first = flights.join(ALICE, TokenRequirement.usable(), NOW, bringing(tell -> TOKEN));
        Flight second = flights.join(ALICE, TokenRequirement.anew(), NOW.plusSeconds(1), bringing(tell -> {
            throw new AssertionError("there is a run already");
        }));

        assertThat(second).isSameAs(first);
        assertThat(first.requirement()).isEqualTo(TokenRequirement.usable());
        assertThat(first.since()).isEqualTo(NOW);
        assertThat(tasks.size()).isEqualTo(1);
        assertThat(flights.isRunning(ALICE)).isTrue();
        assertThat(flights.isRunning(BOB)).isFalse();

        tasks.runAll();
        assertThat(first.result()).isCompletedWithValue(TOKEN);
        assertThat(flights.isRunning(ALICE)).isFalse();
    }

    @Test
    void theSlotIsFreeBeforeTheWaitersWakeAndWhatHappenedIsToldLast() {
        Flight flight = flights.join(ALICE, TokenRequirement.usable(), NOW, bringing(tell -> {
            tell.accept(EVENT);
            happened.add("run");
            return TOKEN;
        }));
        var unused = flight.result().thenRun(() -> happened.add("woken, flying " + flights.isRunning(ALICE)));

        tasks.runAll();

        assertThat(happened).containsExactly("run", "woken, flying false", "told");
    }

    @Test
    void aFailureFreesTheSlotToo() {
        Flight flight = flights.join(ALICE, TokenRequirement.usable(), NOW, bringing(tell -> {
            tell.accept(EVENT);
            throw TokenException.about(Problem.NETWORK).detail("no route").build();
        }));
        var unused = flight.result().exceptionally(e -> {
            happened.add("woken, flying " + flights.isRunning(ALICE));
            return TOKEN;
        });

        tasks.runAll();

        assertThat(happened).containsExactly("woken, flying false", "told");
        assertThat(failure(flight)).hasMessage("google/alice: no route");
        assertThat(failure(flight).problem()).isEqualTo(Problem.NETWORK);
    }

    @Test
    void whatNobodyExpectsIsStillAProblemWithAnAccount() {
        Flight flight = flights.join(ALICE, TokenRequirement.usable(), NOW, bringing(tell -> {
            throw new IllegalStateException("planned by a test");
        }));
        tasks.runAll();

        assertThat(failure(flight).problem()).isEqualTo(Problem.INTERNAL);
        assertThat(failure(flight)).hasMessage("google/alice: unexpected java.lang.IllegalStateException");
    }

    @Test
    void anErrorReachesTheWaitersAndTheThread() {
        Flight flight = flights.join(ALICE, TokenRequirement.usable(), NOW, bringing(tell -> {
            tell.accept(EVENT);
            throw new LinkageError("planned by a test");
        }));

        assertThatThrownBy(tasks::runAll).isInstanceOf(LinkageError.class);
        assertThat(failure(flight)).hasMessage("google/alice: unexpected java.lang.LinkageError");
        assertThat(happened).containsExactly("told");
        assertThat(flights.isRunning(ALICE)).isFalse();
    }

    @Test
    void anExecutorThatRefusesIsOverloaded() {
        tasks.close();

        Flight flight = flights.join(ALICE, TokenRequirement.usable(), NOW, bringing(tell -> TOKEN));

        assertThat(failure(flight).problem()).isEqualTo(Problem.OVERLOADED);
        assertThat(failure(flight)).hasMessage("google/alice: the executor rejected the refresh");
        assertThat(flights.isRunning(ALICE)).isFalse();
    }

    @Test
    void withoutAThreadThereIsNoRun() {
        SingleFlight<TokenKey> starved = flights(task -> {
            throw new OutOfMemoryError("planned by a test");
        });

        Flight flight = starved.join(ALICE, TokenRequirement.usable(), NOW, bringing(tell -> TOKEN));

        assertThat(failure(flight)).hasMessage("google/alice: no thread is available for the refresh");
        assertThat(failure(flight)).hasCauseInstanceOf(OutOfMemoryError.class);
        assertThat(starved.isRunning(ALICE)).isFalse();
    }

    // ---- a run that asks

    @Test
    void aRunThatAsksForWhatItIsAboutToBringIsRefused() {
        Flight flight = flights.join(ALICE, TokenRequirement.usable(), NOW, bringing(tell -> {
            Throwable refused =
                    catchThrowable(() -> flights.join(ALICE, TokenRequirement.usable(), NOW, bringing(again -> TOKEN)));
            assertThat(refused)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("recursive call for google/alice: a Refresher or TokenStore must not request the token"
                            + " that is being refreshed; use the RefreshRequest");
            return TOKEN;
        }));
        tasks.runAll();

        assertThat(flight.result()).isCompletedWithValue(TOKEN);
        flights.join(ALICE, TokenRequirement.usable(), NOW, bringing(tell -> TOKEN));
        assertThat(tasks.size()).as("after the run its thread may ask").isEqualTo(1);
    }

    @Test
    void aRunMayAskForAnotherAccountAndThenStillNotForItsOwn() {
        SingleFlight<TokenKey> direct = flights(Runnable::run);
        Flight flight = direct.join(ALICE, TokenRequirement.usable(), NOW, bringing(tell -> {
            assertThat(direct.join(BOB, TokenRequirement.usable(), NOW, bringing(more -> TOKEN))
                            .result())
                    .isCompletedWithValue(TOKEN);
            assertThatThrownBy(() -> direct.join(ALICE, TokenRequirement.usable(), NOW, bringing(more -> TOKEN)))
                    .isInstanceOf(IllegalStateException.class);
            return TOKEN;
        }));

        assertThat(flight.result()).isCompletedWithValue(TOKEN);
    }

    @Test
    void theSameAccountOfAnotherApplicationIsAnotherOne() {
        SingleFlight<TokenKey> other = flights(Runnable::run);
        Flight flight = flights.join(ALICE, TokenRequirement.usable(), NOW, bringing(tell -> {
            assertThat(other.join(ALICE, TokenRequirement.usable(), NOW, bringing(more -> TOKEN))
                            .result())
                    .isCompletedWithValue(TOKEN);
            return TOKEN;
        }));
        tasks.runAll();

        assertThat(flight.result()).isCompletedWithValue(TOKEN);
    }

    // ---- a run that has to wait

    @Test
    void aRunThatWaitsForSomethingGivesItsThreadBackAndKeepsItsSlot() {
        CompletableFuture<String> first = new CompletableFuture<>();
        Flight flight = flights.join(
                ALICE,
                TokenRequirement.usable(),
                NOW,
                ScriptedRun.of(tell -> List.of(
                        () -> {
                            tell.accept(EVENT);
                            return new CycleStep.WaitFor(first);
                        },
                        () -> {
                            tell.accept(EVENT);
                            return DONE;
                        })));

        tasks.runAll();
        assertThat(flights.isRunning(ALICE)).isTrue();
        assertThat(flight.result()).isNotDone();
        assertThat(happened).isEmpty();

        first.complete("there");
        assertThat(tasks.size()).isEqualTo(1);
        tasks.runAll();
        assertThat(flight.result()).isCompletedWithValue(TOKEN);
        assertThat(flights.isRunning(ALICE)).isFalse();
        assertThat(happened).containsExactly("told", "told");
    }

    @Test
    void aRunGoesOnHoweverItsWaitEnds() {
        CompletableFuture<String> first = new CompletableFuture<>();
        Flight flight = flights.join(
                ALICE, TokenRequirement.usable(), NOW, ScriptedRun.of(() -> {}, new CycleStep.WaitFor(first), DONE));
        tasks.runAll();

        first.completeExceptionally(new IllegalStateException("planned by a test"));
        tasks.runAll();

        assertThat(flight.result()).isCompletedWithValue(TOKEN);
    }

    @Test
    void aRunThatWaitsForAMomentGoesOnThenAndHoldsNoThreadUntilThen() {
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
    void aRunThatWaitsGoesOnAtOnceWhenEverythingCloses() {
        long moment = clock.nanos() + Duration.ofSeconds(3).toNanos();
        Flight flight = flights.join(
                ALICE, TokenRequirement.usable(), NOW, ScriptedRun.of(() -> {}, new CycleStep.WaitUntil(moment), DONE));
        tasks.runAll();

        closing.complete(null);
        tasks.runAll();

        assertThat(flight.result()).isCompletedWithValue(TOKEN);
    }

    @Test
    void aRunThatLoadsAgainNeedsNoOtherThread() {
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
    void aRunThatGetsNoThreadAfterItsWaitFailsItsWaitersAndIsClosed() {
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

    // ---- the end of everything

    @Test
    void everythingHasLandedWhenEveryRunHasEndedHoweverItEnded() {
        assertThat(flights.allEnded()).isCompleted();
        flights.join(ALICE, TokenRequirement.usable(), NOW, bringing(tell -> TOKEN));
        flights.join(BOB, TokenRequirement.usable(), NOW, bringing(tell -> {
            throw new IllegalStateException("planned by a test");
        }));

        CompletableFuture<Void> landed = flights.allEnded();
        tasks.runNext();
        assertThat(landed).isNotDone();
        tasks.runNext();
        assertThat(landed).isCompleted();
    }

    @Test
    void whoeverWaitedTooLongIsToldSinceWhenTheRunIsUnderWay() {
        Flight flight = flights.join(ALICE, TokenRequirement.usable(), NOW, bringing(tell -> TOKEN));

        TokenException overdue = flights.overdue(ALICE, flight, Duration.ofMillis(1500));

        assertThat(overdue.problem()).isEqualTo(Problem.WAIT_TIMEOUT);
        assertThat(overdue)
                .hasMessage("google/alice: a refresh has been in progress since 2026-03-01T12:00:00Z and did not end"
                        + " within 1500 ms");
    }

    private SingleFlight<TokenKey> flights(Executor executor) {
        return new SingleFlight<>(
                executor, clock, closing, new TokenExceptions(key -> null), event -> happened.add("told"));
    }

    private static TokenException failure(Flight flight) {
        assertThat(flight.result()).isCompletedExceptionally();
        Throwable thrown = catchThrowable(() -> flight.result().get());
        assertThat(thrown).isInstanceOf(ExecutionException.class);
        return (TokenException) thrown.getCause();
    }
}
