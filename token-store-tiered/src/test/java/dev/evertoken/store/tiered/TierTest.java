package dev.evertoken.store.tiered;

import static dev.evertoken.internal.record.SampleRecords.ALICE;
import static dev.evertoken.testing.StoreOperation.LOAD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.evertoken.faults.Fault;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenStoreException;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.UnreadableRecordException;
import dev.evertoken.store.InMemoryTokenStore;
import dev.evertoken.testing.Checkpoint;
import dev.evertoken.testing.FaultyStore;
import dev.evertoken.testing.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A store that hangs blocks only the threads of its own tier. */
class TierTest {

    private static final Duration DEADLINE = Duration.ofSeconds(2);

    private final ManualClock clock = ManualClock.start();
    private final FaultyStore store = FaultyStore.over(new InMemoryTokenStore(clock));
    private final Tier tier = new Tier("slow", store, 2, DEADLINE, clock);
    private final Tier wide = new Tier("wide", store, 8, DEADLINE, clock);
    private final ExecutorService callers = Executors.newCachedThreadPool();
    private final List<Checkpoint> holds = new ArrayList<>();

    @AfterEach
    void close() {
        holds.forEach(Checkpoint::release);
        tier.close();
        wide.close();
        callers.shutdownNow();
    }

    private CompletableFuture<Optional<TokenRecord>> load() {
        return CompletableFuture.supplyAsync(this::loadAlice, callers);
    }

    private Optional<TokenRecord> loadAlice() {
        return tier.call("load", one -> one.load(ALICE));
    }

    private Checkpoint hang() {
        Checkpoint checkpoint = store.next(LOAD).holdBefore();
        holds.add(checkpoint);
        return checkpoint;
    }

    /** Lets a call hang until it reaches the deadline. */
    private void timeOutOnce() {
        Checkpoint checkpoint = hang();
        CompletableFuture<?> call = load();
        checkpoint.awaitArrived();
        clock.awaitWaits(1);
        clock.advance(DEADLINE);
        assertThat(message(call)).isEqualTo("store slow failed to load: it did not respond within 2000 ms");
    }

    private static String message(CompletableFuture<?> call) {
        CompletionException failure = catchThrowableOfType(CompletionException.class, call::join);
        assertThat(failure).hasCauseInstanceOf(TokenStoreException.class);
        return failure.getCause().getMessage();
    }

    @Test
    @Fault("F17")
    void aHangingCallTimesOutAndTheTierIsNotCalledForAWhile() {
        timeOutOnce();
        int calls = store.calls(LOAD);

        assertThatThrownBy(this::loadAlice)
                .isInstanceOf(TokenStoreException.class)
                .hasMessage(
                        "store slow failed to load: it is not called for a while: it did not respond within 2000 ms");
        assertThat(store.calls(LOAD)).as("no further call").isEqualTo(calls);
        assertThat(tier.health(0))
                .isEqualTo(new TierHealth("slow", false, clock.now(), "it did not respond within 2000 ms", 0));

        clock.advance(DEADLINE);
        assertThat(loadAlice()).isEmpty();
        assertThat(tier.health(0)).isEqualTo(new TierHealth("slow", true, clock.now(), "", 0));
    }

    @Test
    @Fault("F17")
    void oneCallerRetriesAfterThePauseAndTheOthersFailAtOnce() {
        timeOutOnce();
        clock.advance(DEADLINE);
        Checkpoint checkpoint = hang();
        CompletableFuture<?> first = load();
        checkpoint.awaitArrived();

        assertThatThrownBy(this::loadAlice).isInstanceOf(TokenStoreException.class);

        clock.awaitWaits(1);
        clock.advance(DEADLINE);
        assertThat(message(first)).contains("did not respond within");
        clock.advance(DEADLINE);
        assertThatThrownBy(this::loadAlice)
                .as("the second pause is longer")
                .hasMessageContaining("not called for a while");
        clock.advance(DEADLINE);
        holds.forEach(Checkpoint::release);
        assertThat(loadAlice()).isEmpty();
    }

    @Test
    @Fault("F17")
    void aCallThatFindsAllThreadsBlockedTimesOutTooAndNeverStarts() {
        Checkpoint one = hang();
        Checkpoint two = hang();
        CompletableFuture<?> first = load();
        CompletableFuture<?> second = load();
        one.awaitArrived();
        two.awaitArrived();
        CompletableFuture<?> third = load();
        clock.awaitWaits(3);
        clock.advance(DEADLINE);
        assertThat(List.of(message(first), message(second), message(third)))
                .allMatch(text -> text.contains("did not respond within"));

        holds.forEach(Checkpoint::release);
        clock.advance(Duration.ofMinutes(1));
        assertThat(loadAlice()).isEmpty();
        assertThat(store.calls(LOAD)).as("no call of the third").isEqualTo(3);
    }

    private CompletableFuture<Optional<TokenRecord>> load(TokenKey key) {
        return CompletableFuture.supplyAsync(() -> loadNow(key), callers);
    }

    private Optional<TokenRecord> loadNow(TokenKey key) {
        return tier.call(key, "load", one -> one.load(key));
    }

    /** Lets the calls for these accounts hang at the same time until they reach the deadline. */
    private void timeOut(TokenKey... keys) {
        List<CompletableFuture<?>> calls = new ArrayList<>();
        for (TokenKey key : keys) {
            Checkpoint checkpoint = hang();
            calls.add(load(key));
            checkpoint.awaitArrived();
        }
        clock.awaitWaits(keys.length);
        clock.advance(DEADLINE);
        calls.forEach(call -> assertThat(message(call)).contains("did not respond within"));
        holds.forEach(Checkpoint::release);
    }

    private static TokenKey account(int number) {
        return TokenKey.of("google", "user-" + number);
    }

    private List<TokenKey> refusedOf(IntStream accounts) {
        return accounts.mapToObj(TierTest::account)
                .filter(key -> {
                    try {
                        return loadNow(key).isPresent();
                    } catch (TokenStoreException e) {
                        return true;
                    }
                })
                .toList();
    }

    @Test
    @Fault("L4")
    void aSlowAccountIsNotCalledForAWhileAndAllOthersAreServed() {
        timeOut(ALICE);

        assertThatThrownBy(() -> loadNow(ALICE))
                .isInstanceOf(TokenStoreException.class)
                .hasMessage(
                        "store slow failed to load: it is not called for this account for a while: it did not respond"
                                + " within 2000 ms");
        assertThat(refusedOf(IntStream.range(0, 60))).isEmpty();
        assertThat(tier.isUp()).isTrue();
        clock.advance(DEADLINE);
        assertThat(loadNow(ALICE)).isEmpty();
    }

    @Test
    @Fault("L4")
    void slowAccountsWithSuccessesInBetweenAreCutOffOneByOne() {
        for (int i = 0; i < 5; i++) {
            timeOut(account(i));
            assertThat(loadNow(ALICE)).isEmpty();
        }

        assertThat(refusedOf(IntStream.range(0, 60)))
                .hasSizeLessThanOrEqualTo(5)
                .contains(account(4));
    }

    @Test
    @Fault("L4")
    void threeSlowAccountsWithNoSuccessInBetweenShutTheTier() {
        timeOut(account(1));
        timeOut(account(2));
        assertThat(tier.isUp()).isFalse();
        int calls = store.calls(LOAD);
        timeOut(account(3));

        assertThatThrownBy(() -> loadNow(ALICE))
                .hasMessage(
                        "store slow failed to load: it is not called for a while: it did not respond within 2000 ms");
        assertThat(store.calls(LOAD)).as("one more, which timed out").isEqualTo(calls + 1);
        clock.advance(DEADLINE);
        assertThat(loadNow(ALICE)).isEmpty();
        assertThat(refusedOf(IntStream.range(0, 60)))
                .as("the failures were those of the store")
                .isEmpty();
    }

    @Test
    @Fault("L4")
    void anAccountThatWasCutOffLetsAnotherTryTheTierFirst() {
        timeOut(account(1));
        clock.advance(DEADLINE);
        timeOut(account(2));
        timeOut(account(3));
        clock.advance(DEADLINE);

        assertThatThrownBy(() -> loadNow(account(1))).isInstanceOf(TokenStoreException.class);
        assertThat(loadNow(ALICE)).isEmpty();
        assertThat(loadNow(account(1))).isEmpty();
    }

    @Test
    @Fault("L4")
    void aCallThatNeverReturnsHoldsThreeThreadsAtMost() {
        for (int i = 0; i < 3; i++) {
            Checkpoint checkpoint = hang();
            CompletableFuture<?> call = CompletableFuture.supplyAsync(() -> loadOn(wide, ALICE), callers);
            checkpoint.awaitArrived();
            clock.awaitWaits(1);
            clock.advance(DEADLINE);
            assertThat(message(call)).contains("did not respond within");
            clock.advance(Duration.ofMinutes(1));
        }

        assertThatThrownBy(() -> loadOn(wide, ALICE)).hasMessageContaining("not called for this account");
        assertThat(loadOn(wide, account(1))).isEmpty();
        clock.advance(Duration.ofMinutes(5));
        assertThat(loadOn(wide, ALICE)).isEmpty();
    }

    private static Optional<TokenRecord> loadOn(Tier tier, TokenKey key) {
        return tier.call(key, "load", one -> one.load(key));
    }

    @Test
    @Fault("L5")
    void anAccountThatAlwaysFailsTakesTheTierDownOnce() {
        AtomicInteger recoveries = new AtomicInteger();
        tier.onRecovery(recoveries::incrementAndGet);
        for (int i = 0; i < 10; i++) {
            assertThatThrownBy(() -> tier.call(ALICE, "save", one -> {
                        throw TokenStoreException.refused("the record is too large", null);
                    }))
                    .isInstanceOf(TokenStoreException.class);
            assertThat(tier.isUp()).isEqualTo(i > 0);
            assertThat(loadNow(account(i))).isEmpty();
        }
        assertThat(recoveries).hasValue(1);
    }

    @Test
    void aStoreThatFailsAtOnceIsCalledEveryTime() {
        AtomicInteger recoveries = new AtomicInteger();
        tier.onRecovery(recoveries::incrementAndGet);
        store.down();
        clock.advance(Duration.ofSeconds(1));
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(this::loadAlice).isInstanceOf(TokenStoreException.class);
        }
        assertThat(store.calls(LOAD)).isEqualTo(3);
        assertThat(tier.isUp()).isFalse();
        assertThat(tier.health(7))
                .isEqualTo(new TierHealth("slow", false, clock.now(), "the store is down: LOAD of google/alice", 7));

        store.up();
        assertThat(loadAlice()).isEmpty();
        assertThat(loadAlice()).isEmpty();
        assertThat(recoveries).as("one recovery").hasValue(1);
    }

    @Test
    void anExceptionAboutTheRecordOrTheCallerDoesNotTakeTheTierDown() {
        assertThatThrownBy(() -> tier.call("load", one -> {
                    throw new UnreadableRecordException(
                            ALICE, UnreadableRecordException.Reason.CORRUPT, "the record is torn", null);
                }))
                .isInstanceOf(UnreadableRecordException.class);
        assertThatThrownBy(() -> tier.call("save", one -> {
                    throw new IllegalArgumentException("too large");
                }))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(tier.isUp()).isTrue();
    }

    @Test
    void anyOtherExceptionIsReportedAsAnUnavailableStore() {
        assertThatThrownBy(() -> tier.call("load", one -> {
                    throw new IllegalStateException("a bug");
                }))
                .isInstanceOf(TokenStoreException.class)
                .hasMessage("slow failed to load with IllegalStateException");
        assertThat(tier.isUp()).isFalse();
    }

    @Test
    void anInterruptedThreadStopsWaitingAndStaysInterrupted() throws Exception {
        Checkpoint checkpoint = hang();
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        Thread waiting = new Thread(() -> {
            try {
                tier.call("load", one -> one.load(ALICE));
                interrupted.complete(false);
            } catch (TokenStoreException e) {
                interrupted.complete(Thread.currentThread().isInterrupted());
            }
        });
        waiting.start();
        checkpoint.awaitArrived();
        waiting.interrupt();

        assertThat(interrupted.get()).isTrue();
        waiting.join();
    }
}
