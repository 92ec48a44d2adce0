package dev.evertoken.internal.refresh;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.jetbrains.lincheck.datastructures.ManagedStrategyGuaranteeKt.forClasses;

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
 * The orders in which threads can go through one flight, by model checking; the same check finds the two
 * mistakes that are easiest to make.
 */
@Tag("interleavings")
class SingleFlightInterleavingsTest {

    private static final TokenKey ALICE = TokenKey.of("acme", "alice");

    @Test
    void thereIsOneRunAtATimeAndNobodyGetsTheResultOfOneThatEndedBeforeItAsked() {
        explore(TheFlight.class);
    }

    @Test
    void aSlotThatIsFreedAfterItsWaitersWakeIsFound() {
        assertThatThrownBy(() -> explore(WakesBeforeItFrees.class))
                .isInstanceOf(LincheckAssertionError.class)
                .hasMessageContaining("the result of a run that had ended");
    }

    @Test
    void aSlotThatIsLookedAtBeforeItIsTakenIsFound() {
        assertThatThrownBy(() -> explore(LooksBeforeItTakes.class))
                .isInstanceOf(LincheckAssertionError.class)
                .hasMessageContaining("two runs at once");
    }

    /** Two threads that ask twice each: in one thread every answer is right, so it must be in every order. */
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

    /** Threads that ask for one token, and what must be true of what they get. */
    abstract static class Callers {
        private final AtomicLong running = new AtomicLong();
        private final AtomicLong runs = new AtomicLong();
        private final AtomicLong newestResult = new AtomicLong();
        private volatile boolean together;

        abstract Flight join(Start work);

        /** Runs work that waits for nothing. */
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
            return together ? "two runs at once" : "right";
        }

        private AccessToken run(Consumer<?> tell) {
            if (running.incrementAndGet() > 1) {
                together = true;
            }
            long number = runs.incrementAndGet();
            running.decrementAndGet();
            return new AccessToken(Secret.of("at-" + number), "Bearer", Optional.empty(), "grant-1", number);
        }
    }

    public static final class TheFlight extends Callers {
        private final SingleFlight<TokenKey> flights = new SingleFlight<>(
                Runnable::run,
                new OneProcess.OneMoment(),
                new CompletableFuture<>(),
                new TokenExceptions(key -> null),
                event -> {});

        @Override
        Flight join(Start work) {
            return flights.join(ALICE, TokenRequirement.usable(), Instant.EPOCH, work);
        }
    }

    /** Frees the slot when the waiters are awake already. */
    public static final class WakesBeforeItFrees extends Callers {
        private final ConcurrentMap<TokenKey, Flight> inFlight = new ConcurrentHashMap<>();

        @Override
        Flight join(Start work) {
            Flight mine = new Flight(new CompletableFuture<>(), TokenRequirement.usable(), Instant.EPOCH);
            Flight running = inFlight.putIfAbsent(ALICE, mine);
            if (running != null) {
                return running;
            }
            mine.result().complete(token(work));
            inFlight.remove(ALICE, mine);
            return mine;
        }
    }

    /** Takes the slot without looking whether it is still free. */
    public static final class LooksBeforeItTakes extends Callers {
        private final ConcurrentMap<TokenKey, Flight> inFlight = new ConcurrentHashMap<>();

        @Override
        Flight join(Start work) {
            Flight running = inFlight.get(ALICE);
            if (running != null) {
                return running;
            }
            Flight mine = new Flight(new CompletableFuture<>(), TokenRequirement.usable(), Instant.EPOCH);
            inFlight.put(ALICE, mine);
            AccessToken token = token(work);
            inFlight.remove(ALICE, mine);
            mine.result().complete(token);
            return mine;
        }
    }
}
