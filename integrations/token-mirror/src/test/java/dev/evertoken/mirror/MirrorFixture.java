package dev.evertoken.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.Tokens;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.outbox.DeliveryReport;
import dev.evertoken.outbox.InMemoryOutbox;
import dev.evertoken.spi.outbox.Outbox;
import dev.evertoken.store.InMemoryTokenStore;
import dev.evertoken.testing.ManualClock;
import dev.evertoken.testing.MockProvider;
import dev.evertoken.testing.MockProviders;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.BooleanSupplier;

/**
 * An engine over the mock provider of Google, a receiver on loopback, and a clock that the test moves. The test closes
 * it.
 */
final class MirrorFixture implements AutoCloseable {

    static final TokenKey ANNA = TokenKey.of("google", "anna");
    static final TokenKey BEN = TokenKey.of("google", "ben");

    final ManualClock clock = ManualClock.start();
    final MockProviders providers = MockProviders.start(clock);
    final MockProvider google = providers.google();
    final InMemoryTokenStore store = new InMemoryTokenStore(clock);
    final Outbox outbox = new InMemoryOutbox();
    final FakeReceiver receiver = new FakeReceiver();
    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    final Tokens tokens = open(google);

    Tokens open(MockProvider provider) {
        return keep(provider.configure(Tokens.builder().namespace("mirror").store(store))
                .build());
    }

    <T extends AutoCloseable> T keep(T closeable) {
        open.push(closeable);
        return closeable;
    }

    Mirror.Builder builder() {
        return Mirror.builder(tokens).url(receiver.url()).outbox(outbox);
    }

    /** Connects Anna with an access token that is valid for an hour. */
    TokenSet connect(TokenKey account) {
        TokenSet consent = google.consent(account.account());
        tokens.connect(account, consent);
        return consent;
    }

    /** Waits until this many messages are in the outbox, and delivers what is due. */
    DeliveryReport deliver(Mirror mirror, int waiting) {
        return deliver(mirror, "mirror", waiting);
    }

    /** As {@link #deliver(Mirror, int)}, for a mirror with an id of its own. */
    DeliveryReport deliver(Mirror mirror, String id, int waiting) {
        awaitMessages(id, waiting);
        return mirror.deliverOnce(clock.now().plus(Duration.ofSeconds(1)));
    }

    /** Waits until this many messages are in the outbox, as events reach a mirror on a thread of their own. */
    void awaitMessages(String id, int waiting) {
        until(() -> outbox.backlog(id).messages() == waiting);
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
        receiver.close();
        for (AutoCloseable one : open) {
            one.close();
        }
        providers.close();
    }
}
