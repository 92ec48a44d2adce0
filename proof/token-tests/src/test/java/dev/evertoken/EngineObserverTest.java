package dev.evertoken;

import static dev.evertoken.ProvidersFixture.ANNA;
import static dev.evertoken.ProvidersFixture.BEN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.model.AccessToken;
import dev.evertoken.spi.operations.EngineObserver;
import dev.evertoken.spi.operations.RefreshEnd;
import dev.evertoken.spi.operations.RefreshObservation;
import dev.evertoken.spi.operations.RefreshStart;
import dev.evertoken.spi.operations.StoreCall;
import dev.evertoken.spi.operations.TokenOperations;
import dev.evertoken.testing.ConcurrentRun;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What an observer sees of refreshes, callers and store calls, and what it cannot harm. */
class EngineObserverTest {

    private final ProvidersFixture providers = new ProvidersFixture();
    private final Queue<String> seen = new ConcurrentLinkedQueue<>();

    @AfterEach
    void close() {
        providers.close();
    }

    @Test
    void aRefreshIsSeenFromItsStartToItsEndOnTheThreadsThatDoTheWork() {
        Tokens tokens = open(new Recording());
        providers.connectExpired(tokens, BEN);
        seen.clear();

        tokens.accessToken(BEN);

        assertThat(seen)
                .containsExactly(
                        "refresh google CALLER",
                        "started",
                        "step",
                        "LOAD",
                        "SAVE",
                        "SAVE",
                        "step ended",
                        "REFRESHED",
                        "wait started",
                        "wait ended");
    }

    @Test
    void theCauseOfARefreshIsSeen() {
        Tokens tokens = open(new Recording());
        providers.connectExpired(tokens, BEN);
        seen.clear();

        tokens.refresh(BEN, "a test");

        assertThat(seen).contains("refresh google FORCED", "REFRESHED");
    }

    @Test
    void aTokenFromMemoryMakesNoCall() throws Exception {
        Tokens tokens = open(new Recording());
        providers.connectExpired(tokens, BEN);
        tokens.accessToken(BEN);
        TokenSource source = tokens.source(BEN);
        seen.clear();

        tokens.accessToken(BEN);
        source.accessToken();
        tokens.accessTokenAsync(BEN).get(1, TimeUnit.SECONDS);
        tokens.accessToken(BEN, Duration.ofMinutes(1));

        assertThat(seen).isEmpty();
    }

    @Test
    void aCallerThatDoesNotBlockWaitsToo() throws Exception {
        Tokens tokens = open(new Recording());
        providers.connectExpired(tokens, BEN);
        seen.clear();

        AccessToken token = tokens.accessTokenAsync(BEN).get(20, TimeUnit.SECONDS);

        assertThat(token).isNotNull();
        assertThat(seen).contains("wait started", "wait ended");
    }

    @Test
    void callersThatRaceForARefreshAreOneStarterAndOnlyJoiners() {
        Tokens tokens = providers.open(providers.builder().store("memory:").observer(new Recording()));
        for (int round = 0; round < 20; round++) {
            providers.connectExpired(tokens, BEN);
            seen.clear();

            ConcurrentRun.run(8, thread -> Stream.of(tokens.accessToken(BEN)));

            Counts counts = new Counts(List.copyOf(seen));
            assertThat(counts.of("wait started"))
                    .isEqualTo(counts.of("started"))
                    .isPositive();
            assertThat(counts.of("wait ended")).isEqualTo(counts.of("wait started") + counts.of("wait joined"));
        }
    }

    private record Counts(List<String> calls) {
        long of(String call) {
            return calls.stream().filter(call::equals).count();
        }
    }

    @Test
    void theStartAndTheEndOfTheEngineAreSeen() {
        Recording observer = new Recording();
        Tokens tokens = open(observer);
        assertThat(observer.operations.get().clients()).hasSize(2);

        tokens.close();

        assertThat(seen).contains("closed");
        assertThat(observer.operations.get().health().clients()).hasSize(2);
    }

    @Test
    void anEngineIsClosedWhenItsObserversHaveSeenTheEndOfARefresh() {
        CountDownLatch closed = new CountDownLatch(1);
        EngineObserver slow = new EngineObserver() {
            @Override
            public RefreshObservation refresh(RefreshStart start) {
                return new RefreshObservation() {
                    @Override
                    public void ended(RefreshEnd end) {
                        seen.add("ended before the engine is closed: " + !isWithinMoments(closed));
                    }
                };
            }

            @Override
            public void closed() {
                closed.countDown();
            }
        };
        Tokens tokens = providers.open(providers.builder().store("memory:").observer(slow));
        providers.connectExpired(tokens, BEN);
        tokens.accessToken(BEN);

        tokens.close();

        assertThat(closed.getCount()).isZero();
        assertThat(seen).containsExactly("ended before the engine is closed: true");
    }

    private static boolean isWithinMoments(CountDownLatch event) {
        try {
            return event.await(100, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted", e);
        }
    }

    @Test
    void anObserverThatThrowsHarmsNeitherTheRefreshNorTheOthers() throws ExecutionException, InterruptedException {
        Tokens tokens = providers.open(providers
                .builder()
                .store("memory:")
                .executor(Runnable::run)
                .observer(new Throwing(false))
                .observer(new Throwing(true))
                .observer(new Recording()));
        providers.connectExpired(tokens, ANNA);
        providers.connectExpired(tokens, BEN);

        assertThat(tokens.accessToken(ANNA)).isNotNull();
        assertThat(tokens.accessTokenAsync(BEN).get()).isNotNull();

        assertThat(seen)
                .contains("refresh acme CALLER", "refresh google CALLER", "step ended", "REFRESHED", "wait ended")
                .contains("SAVE");
    }

    @Test
    void anObserverThatRequestsTheSameTokenDoesNotWaitForItself() {
        AtomicReference<Tokens> engine = new AtomicReference<>();
        EngineObserver greedy = new EngineObserver() {
            @Override
            public RefreshObservation refresh(RefreshStart start) {
                engine.get().accessToken(BEN);
                return RefreshObservation.none();
            }
        };
        engine.set(open(greedy));
        providers.connectExpired(engine.get(), BEN);

        assertThat(engine.get().accessToken(BEN)).isNotNull();
    }

    private Tokens open(EngineObserver observer) {
        return providers.open(
                providers.builder().store("memory:").executor(Runnable::run).observer(observer));
    }

    /** Notes each call in one word. */
    private final class Recording implements EngineObserver {
        private final AtomicReference<TokenOperations> operations = new AtomicReference<>();

        @Override
        public void started(TokenOperations all) {
            operations.set(all);
        }

        @Override
        public RefreshObservation refresh(RefreshStart start) {
            seen.add("refresh " + start.registration() + " " + start.cause());
            return new RefreshObservation() {
                @Override
                public void started() {
                    seen.add("started");
                }

                @Override
                public CallerWait callerWaits(boolean joined) {
                    seen.add(joined ? "wait joined" : "wait started");
                    return (took, problem) -> seen.add("wait ended");
                }

                @Override
                public Step stepStarts() {
                    seen.add("step");
                    return () -> seen.add("step ended");
                }

                @Override
                public void ended(RefreshEnd end) {
                    seen.add(end.outcome().name());
                }
            };
        }

        @Override
        public void storeCalled(StoreCall call) {
            seen.add(call.operation().name());
        }

        @Override
        public void closed() {
            seen.add("closed");
        }
    }

    /** Throws from each method, from those of the engine or from those of a refresh. */
    private record Throwing(boolean later) implements EngineObserver {

        private static IllegalStateException failure() {
            return new IllegalStateException("the registry is broken");
        }

        @Override
        public void started(TokenOperations operations) {
            throw failure();
        }

        @Override
        public RefreshObservation refresh(RefreshStart start) {
            if (!later) {
                throw new NoClassDefFoundError("a library of the observer is missing");
            }
            return new RefreshObservation() {
                @Override
                public void started() {
                    throw failure();
                }

                @Override
                public CallerWait callerWaits(boolean joined) {
                    return (took, problem) -> {
                        throw failure();
                    };
                }

                @Override
                public Step stepStarts() {
                    return () -> {
                        throw failure();
                    };
                }

                @Override
                public void ended(RefreshEnd end) {
                    throw failure();
                }
            };
        }

        @Override
        public void storeCalled(StoreCall call) {
            throw failure();
        }

        @Override
        public void closed() {
            throw failure();
        }
    }
}
