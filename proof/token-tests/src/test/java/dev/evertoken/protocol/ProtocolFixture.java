package dev.evertoken.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.evertoken.Tokens;
import dev.evertoken.TokensBuilder;
import dev.evertoken.model.ClientRegistration;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.TokenListener;
import dev.evertoken.spi.provider.Provider;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.store.InMemoryTokenStore;
import dev.evertoken.testing.ManualClock;
import dev.evertoken.testing.TestTokens;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;

/**
 * Several processes with their own engines over one store, one provider and one clock. The test closes it.
 */
final class ProtocolFixture implements AutoCloseable {

    static final TokenKey ANNA = TokenKey.of("acme", "anna");

    final ManualClock clock;
    final AuthorizationServer server;
    private final Provider provider;
    final TokenStore store;
    final BlockingQueue<TokenEvent> events = new LinkedBlockingQueue<>();
    private final ClientRegistration client = ClientRegistration.builder("acme-client-1")
            .clientSecret(TestTokens.clientSecret())
            .build();
    private final List<Tokens> open = new ArrayList<>();
    private final ExecutorService callers = Executors.newCachedThreadPool();

    /** Creates a fixture over a store in memory. */
    ProtocolFixture(ManualClock clock, AuthorizationServer server) {
        this(clock, server, server);
    }

    /** Creates a fixture over a store in memory, with a provider that wraps the server. */
    ProtocolFixture(ManualClock clock, AuthorizationServer server, Provider provider) {
        this(clock, server, provider, new InMemoryTokenStore(clock));
    }

    ProtocolFixture(ManualClock clock, AuthorizationServer server, TokenStore store) {
        this(clock, server, server, store);
    }

    /** @param provider the provider that the engines use; it wraps the server */
    ProtocolFixture(ManualClock clock, AuthorizationServer server, Provider provider, TokenStore store) {
        this.clock = clock;
        this.server = server;
        this.provider = provider;
        this.store = store;
    }

    /** Starts a process without a journal. */
    Tokens process() {
        return process(TokensBuilder::withoutJournal);
    }

    /** Starts a process of the host with this journal. */
    Tokens process(Path journal) {
        return process(builder -> builder.journal(journal));
    }

    Tokens process(UnaryOperator<TokensBuilder> more) {
        return processOver(store, more);
    }

    /** Starts a process over another view of the store. */
    Tokens processOver(TokenStore seen, UnaryOperator<TokensBuilder> more) {
        TokenListener all = new TokenListener() {
            @Override
            public void on(TokenEvent event) {
                events.add(event);
            }
        };
        Tokens tokens = more.apply(Tokens.builder()
                        .namespace("house")
                        .store(seen)
                        .timekeeper(clock)
                        .maxWait(Duration.ofMinutes(10))
                        .provider(provider)
                        .client("acme", client)
                        .listener(all))
                .build();
        open.add(tokens);
        return tokens;
    }

    /** Connects Anna with a new consent and lets her access token expire. */
    void connectExpired(Tokens tokens) {
        tokens.connect(ANNA, server.consent("anna"));
        clock.advance(AuthorizationServer.LIFETIME.plusSeconds(1));
    }

    /** Waits in real time until a condition holds that has no notification. */
    static void until(BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("20 s of real time").isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    /** Returns the exception of a request for Anna's token. */
    static TokenException failure(Tokens tokens) {
        return failure(() -> tokens.accessToken(ANNA));
    }

    static TokenException failure(ThrowingCallable call) {
        TokenException failure = catchThrowableOfType(TokenException.class, call);
        assertThat(failure).as("a problem").isNotNull();
        return failure;
    }

    /** Returns the stored record of an account. */
    TokenRecord record(TokenKey key) {
        return store.load(key).orElseThrow();
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
        return result;
    }

    /** Runs a call on a separate thread, and returns when it is held at a gate. */
    <T> CompletableFuture<T> heldAt(Gate gate, Callable<T> call) {
        CompletableFuture<T> result = async(call);
        gate.awaitArrival();
        return result;
    }

    /** Returns the value of a call or its exception, so that a failure of the call does not fail the test. */
    static CompletableFuture<Object> outcome(CompletableFuture<?> call) {
        return call.handle((value, failure) -> failure == null ? value : failure);
    }

    /** Waits in real time, without moving the clock. */
    static <T> T get(CompletableFuture<T> future) {
        try {
            return future.orTimeout(20, TimeUnit.SECONDS).join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException problem) {
                throw problem;
            }
            throw e;
        }
    }

    /**
     * Advances the clock until the future is done, one second at a time and only while {@code waiting} threads wait for
     * it: callers that wait for a token, and engines that wait for a peer.
     */
    <T> T drive(CompletableFuture<T> future, int waiting) {
        return drive(future, clock, waiting);
    }

    /** As {@link #drive(CompletableFuture, int)}, for a process with its own clock. */
    static <T> T drive(CompletableFuture<T> future, ManualClock clock, int waiting) {
        until(() -> {
            if (!future.isDone() && clock.waits() >= waiting) {
                clock.advance(Duration.ofSeconds(1));
            }
            return future.isDone();
        });
        return get(future);
    }

    /** Waits for the next event of a kind, skipping others. */
    <E extends TokenEvent> E event(Class<E> kind) throws InterruptedException {
        while (true) {
            @Nullable TokenEvent event = events.poll(10, TimeUnit.SECONDS);
            assertThat(event).as("no %s was published", kind.getSimpleName()).isNotNull();
            if (kind.isInstance(event)) {
                return kind.cast(event);
            }
        }
    }

    @Override
    public void close() {
        open.forEach(Tokens::close);
        callers.shutdownNow();
    }
}
