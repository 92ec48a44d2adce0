package dev.evertoken.internal.refresh;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.jetbrains.lincheck.datastructures.ManagedStrategyGuaranteeKt.forClasses;

import dev.evertoken.internal.client.TaskQueue;
import dev.evertoken.internal.client.TokenExceptions;
import dev.evertoken.internal.refresh.SingleFlight.Flight;
import dev.evertoken.internal.refresh.SingleFlight.Start;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenKey;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jetbrains.lincheck.LincheckAssertionError;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Model checks the orders in which threads can run through one flight. The same check detects the two most likely
 * mistakes.
 */
@Tag("interleavings")
class SingleFlightInterleavingsTest {

    private static final TokenKey ALICE = TokenKey.of("acme", "alice");
    private static final TaskQueue DIRECT = task -> {
        task.run();
        return () -> 0;
    };

    @Test
    void oneRunIsActiveAtATimeAndNoCallerGetsTheResultOfAnEarlierRun() {
        explore(TheFlight.class);
    }

    @Test
    void aSlotThatIsFreedAfterItsWaitersWakeIsDetected() {
        assertThatThrownBy(() -> explore(WakesBeforeItFrees.class))
                .isInstanceOf(LincheckAssertionError.class)
                .hasMessageContaining("the result of a run that had ended");
    }

    @Test
    void aSlotThatIsCheckedBeforeItIsTakenIsDetected() {
        assertThatThrownBy(() -> explore(LooksBeforeItTakes.class))
                .isInstanceOf(LincheckAssertionError.class)
                .hasMessageContaining("two runs at once");
    }

    /** Two threads with two requests each: every result is right in one thread, so it must be right in every order. */
    private static void explore(Class<? extends Callers> flights) {
        new ModelCheckingOptions()
                .iterations(1)
                .invocationsPerIteration(400)
                .threads(2)
                .actorsPerThread(2)
                .actorsBefore(0)
                .actorsAfter(0)
                .minimizeFailedScenario(false)
                .addGuarantee(forClasses("java.util.concurrent.ConcurrentHashMap", "dev.evertoken.model.AccessToken")
                        .allMethods()
                        .treatAsAtomic())
                .check(flights);
    }

    /** Threads that request one token, and the conditions that their results must meet. */
    abstract static class Callers {
        private final AtomicLong running = new AtomicLong();
        private final AtomicLong runs = new AtomicLong();
        private final AtomicLong newestResult = new AtomicLong();
        private volatile boolean concurrent;

        abstract Flight join(Start work);

        /** Runs work that does not wait. */
        static AccessToken token(Start work) {
            return ((CycleStep.Done) work.begin(event -> {}).step()).token();
        }

        @Operation
        public String ask() {
            long ended = newestResult.get();
            long result = join(ScriptedRun.bringing(this::run)).result().join().generation();
            newestResult.accumulateAndGet(result, Math::max);
            if (result <= ended) {
                return "the result of a run that had ended";
            }
            return concurrent ? "two runs at once" : "right";
        }

        private AccessToken run(Consumer<?> events) {
            if (running.incrementAndGet() > 1) {
                concurrent = true;
            }
            long number = runs.incrementAndGet();
            running.decrementAndGet();
            return new AccessToken(Secret.of("at-" + number), "Bearer", Optional.empty(), "grant-1", number);
        }
    }

    public static final class TheFlight extends Callers {
        private final SingleFlight<TokenKey> flights = new SingleFlight<>(
                key -> DIRECT,
                new OneProcess.ConstantTime(),
                new CompletableFuture<>(),
                new TokenExceptions(key -> null),
                event -> {});

        @Override
        Flight join(Start work) {
            return flights.join(ALICE, TokenRequirement.usable(), Instant.EPOCH, work);
        }
    }

    /** Frees the slot after the waiters have been woken. */
    public static final class WakesBeforeItFrees extends Callers {
        private final ConcurrentMap<TokenKey, Flight> inFlight = new ConcurrentHashMap<>();

        @Override
        Flight join(Start work) {
            Flight own = new Flight(TokenRequirement.usable(), Instant.EPOCH);
            Flight running = inFlight.putIfAbsent(ALICE, own);
            if (running != null) {
                return running;
            }
            own.result().complete(token(work));
            inFlight.remove(ALICE, own);
            return own;
        }
    }

    /** Takes the slot without an atomic check that it is still free. */
    public static final class LooksBeforeItTakes extends Callers {
        private final ConcurrentMap<TokenKey, Flight> inFlight = new ConcurrentHashMap<>();

        @Override
        Flight join(Start work) {
            Flight running = inFlight.get(ALICE);
            if (running != null) {
                return running;
            }
            Flight own = new Flight(TokenRequirement.usable(), Instant.EPOCH);
            inFlight.put(ALICE, own);
            AccessToken token = token(work);
            inFlight.remove(ALICE, own);
            own.result().complete(token);
            return own;
        }
    }
}
