package dev.evertoken.background;

import static dev.evertoken.background.BackgroundFixture.HOUR;
import static dev.evertoken.background.BackgroundFixture.MINUTE;
import static dev.evertoken.background.BackgroundFixture.acme;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.Tokens;
import dev.evertoken.TokensBuilder;
import dev.evertoken.faults.Fault;
import dev.evertoken.model.Schedule;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.operations.RefreshOutcome;
import dev.evertoken.store.InMemoryTokenStore;
import dev.evertoken.testing.ForwardingTimekeeper;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Several processes refresh the accounts of one store in the background without a leader. */
class ManySchedulersTest {

    private static final int ACCOUNTS = 200;

    private final BackgroundFixture fixture = new BackgroundFixture();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void close() {
        fixture.close();
        threads.shutdownNow();
    }

    @Test
    @Fault("J7")
    void fourSchedulersSendOneRequestForEachAccount() {
        BackgroundFixture shared = new BackgroundFixture(unused -> new InMemoryTokenStore());
        try (Timekeeper time = Timekeeper.system()) {
            List<Tokens> processes = Stream.generate(() -> shared.tokens(builder -> builder.timekeeper(time)))
                    .limit(4)
                    .toList();
            IntStream.range(0, ACCOUNTS)
                    .forEach(n -> processes
                            .get(0)
                            .connect(acme(n), shared.acme.consentAt(time.now().minus(HOUR))));

            List<CompletableFuture<SweepReport>> runs = processes.stream()
                    .map(tokens -> BackgroundRefresh.builder(tokens)
                            .refreshIdle()
                            .ratePerMinute(100_000)
                            .build())
                    .map(background -> CompletableFuture.supplyAsync(
                            () -> background.runOnce(time.now().plus(MINUTE)), threads))
                    .toList();
            int refreshed =
                    runs.stream().mapToInt(run -> run.join().refreshed()).sum();

            assertThat(refreshed).isGreaterThanOrEqualTo(ACCOUNTS);
            assertThat(shared.acme.calls()).hasSize(ACCOUNTS).doesNotHaveDuplicates();
            assertThat(shared.acme.presentedTwice()).isEmpty();
            assertThat(IntStream.range(0, ACCOUNTS))
                    .allMatch(n -> shared.record(acme(n)).generation() == 2);
        } finally {
            shared.close();
        }
    }

    @Test
    @Fault("J7")
    void anAccountThatAnotherProcessIsRefreshingIsNotWaitedFor() throws InterruptedException {
        Tokens one = fixture.tokens();
        Tokens two = fixture.tokens();
        fixture.connect(one, 1);
        fixture.clock.advance(HOUR);
        CompletableFuture<Void> gate = new CompletableFuture<>();
        CountDownLatch called = new CountDownLatch(1);
        fixture.acme.behaves(key -> {
            called.countDown();
            gate.join();
            return Optional.empty();
        });
        CompletableFuture<RefreshOutcome> first = one.operations().refreshIfDue(acme(0));
        assertThat(called.await(20, TimeUnit.SECONDS)).isTrue();

        assertThat(two.operations()
                        .refreshIfDue(acme(0))
                        .orTimeout(20, TimeUnit.SECONDS)
                        .join()
                        .kind())
                .isEqualTo(RefreshOutcome.Kind.ELSEWHERE);
        assertThat(fixture.runBriefly(
                                BackgroundRefresh.builder(two).refreshIdle().build())
                        .elsewhere())
                .isEqualTo(1);

        gate.complete(null);
        assertThat(first.orTimeout(20, TimeUnit.SECONDS).join().isRefreshed()).isTrue();
    }

    @Test
    @Fault("J7")
    void anAccountThatAnotherProcessIsRefreshingIsTriedAgainSoonByAProcessWhoseClockIsAhead()
            throws InterruptedException {
        Tokens one = fixture.tokens();
        Tokens ahead = fixture.tokens(builder -> builder.timekeeper(new ForwardingTimekeeper(fixture.clock) {
            @Override
            public long millis() {
                return super.millis() + MINUTE.toMillis();
            }
        }));
        fixture.connect(one, 1);
        fixture.clock.advance(HOUR.minusMinutes(2)); // due by both clocks, and valid by both
        CompletableFuture<Void> gate = new CompletableFuture<>();
        CountDownLatch called = new CountDownLatch(1);
        fixture.acme.behaves(key -> {
            called.countDown();
            gate.join();
            return Optional.empty();
        });
        CompletableFuture<RefreshOutcome> first = one.operations().refreshIfDue(acme(0));
        assertThat(called.await(20, TimeUnit.SECONDS)).isTrue();

        RefreshOutcome second = ahead.operations()
                .refreshIfDue(acme(0))
                .orTimeout(20, TimeUnit.SECONDS)
                .join();
        gate.complete(null);

        assertThat(first.orTimeout(20, TimeUnit.SECONDS).join().isRefreshed()).isTrue();
        assertThat(second.kind()).isEqualTo(RefreshOutcome.Kind.ELSEWHERE);
        assertThat(fixture.acme.presentedTwice()).isEmpty();
    }

    @Test
    void anAccountThatAPersonConnectsAgainIsRefreshedEvenIfItsLastCallWasLostBefore() {
        UnaryOperator<TokensBuilder> early = builder ->
                builder.refreshPolicy(facts -> new Schedule(facts.issuedAt().plus(MINUTE), facts.expiresAt()));
        Tokens tokens = fixture.tokens(early);
        fixture.connect(tokens, 1);
        fixture.claimByDeadProcess(acme(0));
        BackgroundRefresh background =
                BackgroundRefresh.builder(tokens).refreshIdle().build();
        for (int minutes = 0, failed = 0; failed == 0; minutes++) {
            assertThat(minutes).isLessThan(30);
            fixture.clock.advance(MINUTE);
            failed = ran(background).failed();
        }
        assertThat(fixture.acme.count())
                .as("the last call may have been received")
                .isZero();

        fixture.connect(fixture.tokens(early), 1);
        fixture.clock.advance(Duration.ofMinutes(11));

        assertThat(ran(background).refreshed()).isEqualTo(1);
    }

    @Test
    @Fault("J6")
    void accountsWhoseLastCallWasLostByAWorkerThatDiedDelayNoOtherOnes() {
        Tokens tokens = fixture.tokens(builder ->
                builder.refreshPolicy(facts -> new Schedule(facts.issuedAt().plus(MINUTE), facts.expiresAt())));
        fixture.connect(tokens, 2 * Breaker.MOST_IN_A_ROW);
        IntStream.range(0, 2 * Breaker.MOST_IN_A_ROW).forEach(n -> fixture.claimByDeadProcess(acme(n)));
        BackgroundRefresh background =
                BackgroundRefresh.builder(tokens).refreshIdle().build();
        int failed = 0;
        for (int minutes = 0; failed < 2 * Breaker.MOST_IN_A_ROW; minutes++) {
            assertThat(minutes).isLessThan(20);
            fixture.clock.advance(MINUTE);
            fixture.connectMore(tokens, 100 + minutes, 101 + minutes);
            SweepReport report = fixture.runBriefly(background);
            failed += report.failed();
            assertThat(report.refreshed()).as("minute " + minutes).isEqualTo(minutes == 0 ? 0 : 1);
        }
    }

    @Test
    @Fault("J6")
    void aWorkerThatDiedWithClaimsCostsEachAccountOneTakeover() {
        Tokens tokens = fixture.tokens();
        fixture.connect(tokens, 50);
        fixture.clock.advance(HOUR);
        IntStream.range(0, 50).forEach(n -> fixture.claimByDeadProcess(acme(n)));
        BackgroundRefresh background =
                BackgroundRefresh.builder(tokens).refreshIdle().build();

        SweepReport early = fixture.runBriefly(background);
        assertThat(early.refreshed()).isZero();
        for (int minutes = 0; fixture.acme.count() < 50; minutes++) {
            assertThat(minutes).isLessThan(30);
            fixture.clock.advance(MINUTE);
            ran(background);
        }

        assertThat(fixture.acme.calls()).hasSize(50).doesNotHaveDuplicates();
        assertThat(fixture.acme.presentedTwice()).isEmpty();
    }

    /** Runs once, and advances the clock while the engine waits for a claim to lapse. */
    private SweepReport ran(BackgroundRefresh background) {
        CompletableFuture<SweepReport> run = CompletableFuture.supplyAsync(() -> fixture.runOnce(background), threads);
        BackgroundFixture.until(() -> {
            if (!run.isDone() && fixture.clock.waits() > 1) {
                fixture.clock.advance(Duration.ofMillis(500));
            }
            return run.isDone();
        });
        return run.join();
    }
}
