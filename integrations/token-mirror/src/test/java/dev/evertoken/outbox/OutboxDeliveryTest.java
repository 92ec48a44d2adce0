package dev.evertoken.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.outbox.Backlog;
import dev.evertoken.spi.outbox.LeasedMessage;
import dev.evertoken.spi.outbox.OutboxMessage;
import dev.evertoken.testing.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OutboxDeliveryTest {

    private final ManualClock clock = ManualClock.start();
    private final InMemoryOutbox outbox = new InMemoryOutbox();
    private final List<String> delivered = new CopyOnWriteArrayList<>();
    private final List<OutboxDelivery> open = new CopyOnWriteArrayList<>();

    /** A destination that gives a message up after three attempts. Thread-safe if its function is. */
    private record ScriptedDestination(Function<LeasedMessage, DeliveryResult> result) implements Destination {
        @Override
        public String id() {
            return "test";
        }

        @Override
        public DeliveryResult deliver(LeasedMessage message) {
            return result.apply(message);
        }

        @Override
        public Duration timeout() {
            return Duration.ofSeconds(10);
        }

        @Override
        public Optional<Duration> delayAfter(int failedAttempts) {
            return failedAttempts < 3 ? Optional.of(Duration.ofSeconds(10)) : Optional.empty();
        }
    }

    private OutboxDelivery delivery(int threads, Function<LeasedMessage, DeliveryResult> result) {
        OutboxDelivery delivery = OutboxDelivery.of(outbox, new ScriptedDestination(result), clock, threads);
        open.add(delivery);
        return delivery;
    }

    private DeliveryResult deliver(LeasedMessage leased) {
        delivered.add(leased.message().id());
        return DeliveryResult.delivered();
    }

    private void add(String id, String account) {
        outbox.add(new OutboxMessage(
                id, "test", TokenKey.of("google", account), "event", Optional.empty(), "{}", clock.now()));
    }

    private Instant soon() {
        return clock.now().plusSeconds(1);
    }

    @AfterEach
    void close() {
        open.forEach(OutboxDelivery::close);
    }

    @Test
    void aMessageIsGivenUpWhenItsDestinationSaysSo() {
        OutboxDelivery delivery = delivery(1, leased -> DeliveryResult.retry("not now"));
        add("1", "anna");

        assertThat(delivery.deliverOnce(soon()).failed()).isEqualTo(1);
        assertThat(delivery.deliverOnce(soon()).failed())
                .as("before the delay has passed")
                .isZero();
        clock.advance(Duration.ofSeconds(10));
        assertThat(delivery.deliverOnce(soon()).failed()).isEqualTo(1);
        clock.advance(Duration.ofSeconds(10));

        assertThat(delivery.deliverOnce(soon())).isEqualTo(new DeliveryReport(0, 0, 1, Backlog.empty()));
    }

    @Test
    void aDestinationThatThrowsDelaysItsMessageAlone() {
        OutboxDelivery delivery = delivery(1, leased -> {
            if (leased.message().id().equals("bad")) {
                throw new IllegalStateException("a defect");
            }
            return deliver(leased);
        });
        add("bad", "anna");
        add("good", "ben");

        DeliveryReport report = delivery.deliverOnce(soon());

        assertThat(report.delivered()).isEqualTo(1);
        assertThat(report.failed()).isEqualTo(1);
        assertThat(delivered).containsExactly("good");
    }

    @Test
    void aDestinationInTroubleGetsOneMessageAtATime() throws Exception {
        CountDownLatch probing = new CountDownLatch(1);
        CountDownLatch held = new CountDownLatch(1);
        OutboxDelivery delivery = delivery(4, leased -> {
            delivered.add(leased.message().id());
            if (delivered.size() == 1) {
                return DeliveryResult.unavailable("down");
            }
            if (delivered.size() == 2) {
                probing.countDown();
                awaitQuietly(held);
            }
            return DeliveryResult.delivered();
        });
        add("0", "user-0");
        assertThat(delivery.deliverOnce(soon()).failed()).isEqualTo(1);
        for (int i = 1; i < 20; i++) {
            add("" + i, "user-" + i);
        }
        clock.advance(Duration.ofSeconds(1));
        delivery.start();
        assertThat(probing.await(10, TimeUnit.SECONDS)).isTrue();
        for (int i = 0; i < 10; i++) {
            delivery.wake();
        }

        assertThat(delivery.deliverOnce(soon()).delivered())
                .as("while the first one probes")
                .isZero();
        held.countDown();

        until(() -> delivery.backlog().messages() == 1);
    }

    @Test
    void messagesOfDifferentAccountsAreDeliveredAtTheSameTime() throws Exception {
        CyclicBarrier together = new CyclicBarrier(2);
        OutboxDelivery delivery = delivery(2, leased -> {
            awaitQuietly(together);
            return deliver(leased);
        });
        add("1", "anna");
        add("2", "ben");

        delivery.start();
        delivery.wake();

        until(() -> delivered.size() == 2);
    }

    @Test
    void twoDeliveriesOfOneOutboxDeliverEachMessageOnceAndInOrder() {
        ConcurrentHashMap<String, List<Integer>> perAccount = new ConcurrentHashMap<>();
        Function<LeasedMessage, DeliveryResult> receive = leased -> {
            perAccount
                    .computeIfAbsent(leased.message().account().account(), any -> new CopyOnWriteArrayList<>())
                    .add(Integer.parseInt(leased.message().id()));
            return DeliveryResult.delivered();
        };
        for (int i = 0; i < 200; i++) {
            add("" + i, "user-" + i % 7);
        }

        delivery(3, receive).start();
        delivery(3, receive).start();

        until(() -> outbox.backlog("test").messages() == 0);
        assertThat(perAccount.values().stream().mapToInt(List::size).sum()).isEqualTo(200);
        assertThat(perAccount.values()).allSatisfy(ids -> assertThat(ids).isSorted());
    }

    @Test
    void aStartedDeliverySendsWhatAnotherProcessHasAdded() {
        OutboxDelivery delivery = delivery(1, this::deliver);
        delivery.start();
        clock.awaitTimers(1);

        add("1", "anna");
        clock.advance(Duration.ofSeconds(30));

        until(() -> delivered.equals(List.of("1")));
    }

    @Test
    void aClosedDeliveryDeliversNothing() {
        OutboxDelivery delivery = delivery(1, this::deliver);
        delivery.start();
        delivery.close();
        add("1", "anna");

        delivery.wake();

        assertThatThrownBy(() -> delivery.deliverOnce(soon()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the delivery to test is closed");
        assertThat(delivered).isEmpty();
        assertThat(delivery.lag()).isZero();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void awaitQuietly(CyclicBarrier barrier) {
        try {
            int unused = barrier.await(10, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException("the other message did not arrive", e);
        }
    }

    private static void until(BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("20 s of real time").isLessThan(deadline);
            Thread.onSpinWait();
        }
    }
}
