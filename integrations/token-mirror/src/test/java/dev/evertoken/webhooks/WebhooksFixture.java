package dev.evertoken.webhooks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.Tokens;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenKey;
import dev.evertoken.outbox.InMemoryOutbox;
import dev.evertoken.spi.outbox.Outbox;
import dev.evertoken.store.InMemoryTokenStore;
import dev.evertoken.testing.ManualClock;
import dev.evertoken.testing.MockProvider;
import dev.evertoken.testing.MockProviders;
import dev.evertoken.testing.WebhookVerifier;
import dev.evertoken.testing.WebhookVerifier.Verdict;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

/** Engines over one store and a clock that the test moves, and a receiver on loopback. The test closes it. */
final class WebhooksFixture implements AutoCloseable {

    static final TokenKey ALICE = TokenKey.of("google", "alice");
    static final TokenKey BOB = TokenKey.of("google", "bob");
    static final Secret SECRET = WebhookEndpoint.newSecret();

    final ManualClock clock = ManualClock.start();
    final MockProviders providers = MockProviders.start(clock);
    final MockProvider google = providers.google();
    final InMemoryTokenStore store = new InMemoryTokenStore(clock);
    final Outbox outbox = new InMemoryOutbox();
    final Receiver receiver = Receiver.start();
    final WebhookVerifier verifier = WebhookVerifier.of(SECRET.reveal()).withTime(clock);
    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    final Tokens tokens = anotherProcess();

    /** Returns another engine over the same store. */
    Tokens anotherProcess() {
        return keep(
                google.configure(Tokens.builder().namespace("crm").store(store)).build());
    }

    <T extends AutoCloseable> T keep(T closeable) {
        open.push(closeable);
        return closeable;
    }

    /** Returns webhooks of an engine to the receiver, which are not started. */
    Webhooks webhooks(Tokens of) {
        return Webhooks.builder(of)
                .outbox(outbox)
                .endpoint(receiver.url(), SECRET)
                .build();
    }

    void connect(TokenKey account) {
        tokens.connect(account, google.consent(account.account()));
    }

    /** Waits until so many messages are in the outbox, and sends those that are due. */
    int deliver(Webhooks webhooks, int waiting) {
        until(() -> webhooks.endpoints().get(0).backlog().messages() == waiting);
        return deliverDue(webhooks);
    }

    int deliverDue(Webhooks webhooks) {
        return webhooks.deliverOnce(clock.now().plus(Duration.ofSeconds(1)));
    }

    /** Connects an account and returns its message, after the delivery. */
    Receiver.Message connectAndDeliver(Webhooks webhooks, TokenKey account) throws InterruptedException {
        connect(account);
        deliver(webhooks, 1);
        return receiver.take();
    }

    /** Returns the next messages, each verified. */
    List<String> verified(int count) {
        return IntStream.range(0, count).mapToObj(i -> verified()).toList();
    }

    private String verified() {
        try {
            Receiver.Message message = receiver.take();
            assertThat(verifier.verify(message::header, message.body())).isEqualTo(Verdict.ACCEPTED);
            return message.text();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Waits in real time until a condition holds that has no notification. */
    static void until(BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("20 s of real time").isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    @Override
    public void close() throws Exception {
        for (AutoCloseable one : open) {
            one.close();
        }
        receiver.close();
        providers.close();
    }
}
