package dev.evertoken;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.evertoken.model.AccessToken;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.store.InMemoryTokenStore;
import dev.evertoken.testing.Checkpoint;
import dev.evertoken.testing.EngineCluster;
import dev.evertoken.testing.ManualClock;
import dev.evertoken.testing.MockProviders;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * Engines with two clients over one store and one manual clock: the provider {@code acme} hangs as often as a test says,
 * {@code google} responds. Close it at the end. Not thread-safe.
 */
final class HangingProviderFixture implements AutoCloseable {

    /** An account of the client whose provider responds. */
    static final TokenKey BEN = TokenKey.of("google", "ben");

    /** The number of calls of one client that run at the same time unless it is set. */
    static final int LIMIT = 64;

    final ManualClock clock = ManualClock.start();
    final MockProviders providers = MockProviders.start(clock);
    private final InMemoryTokenStore store = new InMemoryTokenStore(clock);
    private final List<Checkpoint> held = new ArrayList<>();
    private final Deque<Tokens> open = new ArrayDeque<>();

    /** Returns a builder with both clients. */
    TokensBuilder builder() {
        return ProvidersFixture.builder(providers)
                .namespace("isolation")
                .store(store)
                .withoutJournal()
                .timekeeper(clock);
    }

    /** Builds an engine, which is closed with this fixture. */
    Tokens open(TokensBuilder builder) {
        Tokens tokens = builder.build();
        open.push(tokens);
        return tokens;
    }

    /** Lets the next calls of acme hang until they are released, and returns their checkpoints. */
    List<Checkpoint> hang(int calls) {
        List<Checkpoint> more = IntStream.range(0, calls)
                .mapToObj(call -> providers.rotating().holdRequest())
                .toList();
        held.addAll(more);
        return more;
    }

    /** Returns the number of calls of acme that hang or have been released. */
    int arrived() {
        return (int) held.stream().filter(Checkpoint::hasArrived).count();
    }

    void release() {
        held.forEach(Checkpoint::release);
    }

    /** Connects accounts of acme whose access tokens have expired. */
    List<TokenKey> connectExpired(Tokens tokens, int accounts) {
        return IntStream.range(0, accounts)
                .mapToObj(number -> connectExpired(tokens, TokenKey.of("acme", "account-" + number)))
                .toList();
    }

    /** Connects an account whose access token has expired. */
    TokenKey connectExpired(Tokens tokens, TokenKey key) {
        tokens.connect(key, expiredConsent(key));
        return key;
    }

    TokenSet expiredConsent(TokenKey key) {
        return EngineCluster.expired(providers.provider(key.registration()).consent(key.account()));
    }

    /** Requests the tokens of accounts without waiting. */
    static List<CompletableFuture<AccessToken>> request(Tokens tokens, List<TokenKey> keys) {
        return keys.stream().map(tokens::accessTokenAsync).toList();
    }

    /** Waits in real time for a token. */
    static AccessToken get(CompletableFuture<AccessToken> token) {
        return token.orTimeout(10, TimeUnit.SECONDS).join();
    }

    /** Waits in real time for a failure. */
    static TokenException failure(CompletableFuture<AccessToken> token) {
        ExecutionException failed =
                catchThrowableOfType(ExecutionException.class, () -> token.get(10, TimeUnit.SECONDS));
        assertThat(failed).as("a failure").isNotNull();
        return (TokenException) failed.getCause();
    }

    /** Requests the token of Ben, whose provider responds, and returns its generation. */
    long refreshOfBen(Tokens tokens) {
        connectExpired(tokens, BEN);
        return get(tokens.accessTokenAsync(BEN)).generation();
    }

    @Override
    public void close() {
        release();
        providers.close();
        open.forEach(Tokens::close);
    }
}
