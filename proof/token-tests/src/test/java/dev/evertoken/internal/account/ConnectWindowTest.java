package dev.evertoken.internal.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.faults.Fault;
import dev.evertoken.model.ConnectResult;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.testing.TestTokens;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Rows that are connected ahead of the row whose result is read. */
class ConnectWindowTest {

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<String> connected = Collections.synchronizedList(new ArrayList<>());

    @AfterEach
    void stopTheThreads() {
        threads.shutdownNow();
    }

    private final class Connector implements ConnectWindow.RowConnector {
        private final int concurrency;
        private final BiConsumer<TokenKey, TokenSet> before;

        Connector(int concurrency, BiConsumer<TokenKey, TokenSet> before) {
            this.concurrency = concurrency;
            this.before = before;
        }

        @Override
        public ConnectResult connect(TokenKey key, TokenSet tokens) {
            before.accept(key, tokens);
            connected.add(key.account() + tokens.scopes());
            return new ConnectResult(key, ConnectResult.Outcome.CONNECTED, Optional.empty(), Optional.empty());
        }

        @Override
        public int concurrency() {
            return concurrency;
        }
    }

    private static Map.Entry<TokenKey, TokenSet> row(String account, String scope) {
        return Map.entry(
                TokenKey.of("acme", account),
                TokenSet.builder(TestTokens.access()).scopes(List.of(scope)).build());
    }

    private static Stream<Map.Entry<TokenKey, TokenSet>> rows(int count) {
        return IntStream.range(0, count).mapToObj(n -> row("account-" + n, "read"));
    }

    private ConnectWindow window(Stream<Map.Entry<TokenKey, TokenSet>> rows, Connector connector, Executor executor) {
        return new ConnectWindow(rows.spliterator(), connector, executor);
    }

    private static List<String> accounts(ConnectWindow window) {
        return StreamSupport.stream(window, false)
                .map(result -> result.key().account())
                .toList();
    }

    private static List<String> names(int count) {
        return IntStream.range(0, count).mapToObj(n -> "account-" + n).toList();
    }

    @Test
    @Fault("P2")
    void rowsAreConnectedAtTheSameTimeAndTheirResultsComeInOrder() {
        CyclicBarrier four = new CyclicBarrier(4);

        ConnectWindow window = window(rows(40), new Connector(4, (key, tokens) -> meet(four)), threads);

        assertThat(accounts(window)).isEqualTo(names(40));
    }

    private static void meet(CyclicBarrier all) {
        try {
            all.await(20, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException("the others are not connected at the same time", e);
        }
    }

    @Test
    void noMoreRowsAreConnectedAtTheSameTimeThanTheStoreWants() {
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        Connector connector = new Connector(3, (key, tokens) -> {
            most.accumulateAndGet(running.incrementAndGet(), Math::max);
            running.decrementAndGet();
        });

        assertThat(accounts(window(rows(200), connector, threads))).hasSize(200);
        assertThat(most.get()).isBetween(1, 3);
    }

    @Test
    void aStoreThatDoesNotGainByItHasItsRowsConnectedOnTheCallersThreadAsTheyAreRead() {
        Thread caller = Thread.currentThread();
        AtomicBoolean elsewhere = new AtomicBoolean();
        Connector connector = new Connector(1, (key, tokens) -> {
            if (Thread.currentThread() != caller) {
                elsewhere.set(true);
            }
        });
        ConnectWindow window = window(rows(5), connector, threads);

        assertThat(window.tryAdvance(result -> {})).isTrue();
        assertThat(connected).hasSize(1);
        assertThat(window.tryAdvance(result -> {})).isTrue();
        assertThat(connected).hasSize(2);
        assertThat(elsewhere).isFalse();
    }

    @Test
    @Fault("P2")
    void noMoreThanTheWindowIsReadAhead() {
        AtomicInteger read = new AtomicInteger();
        ConnectWindow window = window(
                rows(1000).peek(row -> read.incrementAndGet()), new Connector(8, ConnectWindowTest::nothing), threads);

        assertThat(window.tryAdvance(result -> {})).isTrue();

        assertThat(read).hasValue(ConnectWindow.LONGEST);
        window.close();
    }

    @Test
    @Fault("P2")
    void twoRowsOfOneAccountAreConnectedOneAfterTheOther() {
        CountDownLatch othersDone = new CountDownLatch(2);
        Connector connector = new Connector(4, (key, tokens) -> {
            if (tokens.scopes().contains("first")) {
                await(othersDone);
            } else if (!key.account().equals("anna")) {
                othersDone.countDown();
            }
        });

        assertThat(accounts(window(
                        Stream.of(row("anna", "first"), row("anna", "second"), row("ben", "x"), row("carl", "x")),
                        connector,
                        threads)))
                .containsExactly("anna", "anna", "ben", "carl");
        assertThat(connected).containsSubsequence("anna[first]", "anna[second]");
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    @Fault("P2")
    void closingWaitsForTheRowsThatAreBeingConnectedAndStartsNoOther() throws InterruptedException {
        CountDownLatch both = new CountDownLatch(2);
        CountDownLatch released = new CountDownLatch(1);
        Connector connector = new Connector(2, (key, tokens) -> {
            if (!key.account().equals("account-0")) {
                both.countDown();
                await(released);
            }
        });
        ConnectWindow window = window(rows(100), connector, threads);
        assertThat(window.tryAdvance(result -> {})).isTrue();
        await(both);

        Thread closing = new Thread(window::close);
        closing.start();
        while (closing.getState() != Thread.State.WAITING) {
            assertThat(closing.getState()).isNotEqualTo(Thread.State.TERMINATED);
            Thread.onSpinWait();
        }
        released.countDown();
        closing.join();

        assertThat(connected).hasSize(3);
        assertThat(window.tryAdvance(result -> {})).isTrue();
    }

    @Test
    void aFailureOfTheSourceComesAfterTheResultsOfTheRowsBeforeIt() {
        Stream<Map.Entry<TokenKey, TokenSet>> failing = IntStream.range(0, 5).mapToObj(n -> {
            if (n == 3) {
                throw new IllegalStateException("the file ends here");
            }
            return row("account-" + n, "read");
        });
        List<String> seen = new ArrayList<>();
        ConnectWindow window = window(failing, new Connector(4, ConnectWindowTest::nothing), threads);

        assertThatThrownBy(() ->
                        window.forEachRemaining(result -> seen.add(result.key().account())))
                .hasMessage("the file ends here");

        assertThat(seen).isEqualTo(names(3));
    }

    @Test
    void anErrorOfOneRowIsThrownInItsPlace() {
        Connector connector = new Connector(4, (key, tokens) -> {
            if (key.account().equals("account-1")) {
                throw new StackOverflowError("planned by a test");
            }
        });
        List<String> seen = new ArrayList<>();
        ConnectWindow window = window(rows(4), connector, threads);

        assertThatThrownBy(() ->
                        window.forEachRemaining(result -> seen.add(result.key().account())))
                .isInstanceOf(StackOverflowError.class);

        assertThat(seen).containsExactly("account-0");
        window.close();
    }

    @Test
    void rowsAreConnectedOnTheCallersThreadIfThereIsNoOther() {
        Executor none = task -> {
            throw new RejectedExecutionException("shut down");
        };

        assertThat(accounts(window(rows(50), new Connector(4, ConnectWindowTest::nothing), none)))
                .isEqualTo(names(50));
    }

    @Test
    void aCallerThatWasInterruptedConnectsTheRowsItself() {
        Thread caller = Thread.currentThread();
        AtomicInteger here = new AtomicInteger();
        Connector connector = new Connector(4, (key, tokens) -> {
            if (Thread.currentThread() == caller) {
                here.incrementAndGet();
            }
        });
        caller.interrupt();

        List<String> results = accounts(window(rows(5), connector, threads));

        assertThat(Thread.interrupted()).isTrue();
        assertThat(results).isEqualTo(names(5));
        assertThat(here).hasValue(5);
    }

    private static void nothing(TokenKey key, TokenSet tokens) {}
}
