package dev.evertoken.micrometer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.evertoken.Tokens;
import dev.evertoken.TokensBuilder;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.store.InMemoryTokenStore;
import dev.evertoken.testing.FaultyStore;
import dev.evertoken.testing.ManualClock;
import dev.evertoken.testing.MockProvider;
import dev.evertoken.testing.MockProviders;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Engines over one store and the mock provider of Google, with a clock that the test moves. A refresh runs on the
 * thread that needs it, so everything is observed when a call returns. The test closes it.
 */
final class MeasuredFixture implements AutoCloseable {

    /** An account whose id must not be in a meter or a span. */
    static final TokenKey ANNA = TokenKey.of("google", "anna-canary");

    final ManualClock clock = ManualClock.start();
    final MockProviders providers = MockProviders.start(clock);
    final MockProvider google = providers.google();
    final FaultyStore store = FaultyStore.over(new InMemoryTokenStore(clock));
    private final Deque<Tokens> open = new ArrayDeque<>();
    private final ExecutorService callers = Executors.newCachedThreadPool();

    /** Returns a builder whose refreshes run on the thread of the caller. */
    TokensBuilder builder() {
        return google.configure(
                Tokens.builder().namespace("metrics").store(store).executor(Runnable::run));
    }

    Tokens open(TokensBuilder builder) {
        Tokens tokens = builder.build();
        open.push(tokens);
        return tokens;
    }

    /** Connects Anna with an access token that is valid for an hour. */
    TokenSet connect(Tokens tokens) {
        TokenSet consent = google.consent(ANNA.account());
        tokens.connect(ANNA, consent);
        return consent;
    }

    /** Connects Anna with an access token that has expired, and that is not refreshed yet. */
    void connectExpired(Tokens tokens) {
        connect(tokens);
        clock.advance(Duration.ofHours(2));
    }

    /** Returns the problem of a request for Anna's token. */
    static TokenException failure(Tokens tokens) {
        TokenException failure = catchThrowableOfType(TokenException.class, () -> tokens.accessToken(ANNA));
        assertThat(failure).as("a problem").isNotNull();
        return failure;
    }

    /** Runs a call on a separate thread. */
    <T> CompletableFuture<T> async(Callable<T> call) {
        CompletableFuture<T> result = new CompletableFuture<>();
        callers.execute(() -> {
            try {
                result.complete(call.call());
            } catch (Throwable e) {
                result.completeExceptionally(e);
            }
        });
        return result.orTimeout(20, TimeUnit.SECONDS);
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
    public void close() {
        providers.close();
        open.forEach(Tokens::close);
        callers.shutdownNow();
    }
}
