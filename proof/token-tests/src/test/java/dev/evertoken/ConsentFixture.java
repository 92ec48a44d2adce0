package dev.evertoken;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.evertoken.model.AuthorizationOptions;
import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.KeyRing;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.providers.OAuth2Provider;
import dev.evertoken.providers.OAuth2ProviderBuilder;
import dev.evertoken.providers.Strava;
import dev.evertoken.spi.TokenListener;
import dev.evertoken.spi.provider.Provider;
import dev.evertoken.store.InMemoryTokenStore;
import dev.evertoken.testing.FaultyStore;
import dev.evertoken.testing.ManualClock;
import dev.evertoken.testing.MockProvider;
import dev.evertoken.testing.MockProviders;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;

/**
 * Providers with consent pages that a test completes, one store, and processes that share it, all on one clock. Close
 * it at the end. Not thread-safe.
 */
public final class ConsentFixture implements AutoCloseable {

    public static final TokenKey ANNA = TokenKey.of("acme", "anna");
    static final TokenKey BEN = TokenKey.of("google", "ben");
    static final TokenKey CARA = TokenKey.of("strava", "cara");
    static final URI BACK = URI.create("https://app.example/oauth/back");

    public final ManualClock clock = ManualClock.start();
    public final MockProviders providers = MockProviders.start(clock);
    public final FaultyStore store = FaultyStore.over(new InMemoryTokenStore(clock));
    final BlockingQueue<TokenEvent> events = new LinkedBlockingQueue<>();
    private final Deque<Tokens> open = new ArrayDeque<>();

    /** Returns the rotating provider as an application configures it. */
    static OAuth2ProviderBuilder acme(MockProvider mock) {
        return OAuth2Provider.builder("acme")
                .tokenEndpoint(mock.endpoints().address(EndpointKind.REFRESH).orElseThrow())
                .refreshModel(RefreshModel.ROTATING);
    }

    /** Starts a process with a key ring that all processes share. */
    public Tokens process() {
        return process(builder -> builder.encryption(ring(7)));
    }

    Tokens process(UnaryOperator<TokensBuilder> more) {
        return process(new Strava(), more);
    }

    Tokens process(Provider strava, UnaryOperator<TokensBuilder> more) {
        TokenListener all = new TokenListener() {
            @Override
            public void on(TokenEvent event) {
                events.add(event);
            }
        };
        TokensBuilder builder = Tokens.builder()
                .namespace("consents")
                .store(store)
                .timekeeper(clock)
                .withoutJournal()
                .provider(acme(providers.rotating()).build())
                .provider(strava)
                .listener(all);
        for (MockProvider mock : providers.all()) {
            builder.client(mock.id(), mock.registration()).endpoints(mock.id(), mock.endpoints());
        }
        Tokens tokens = more.apply(builder).build();
        open.push(tokens);
        return tokens;
    }

    static KeyRing ring(int fill) {
        byte[] key = new byte[32];
        Arrays.fill(key, (byte) fill);
        return KeyRing.of("k" + fill, key);
    }

    MockProvider provider(TokenKey key) {
        return providers.all().stream()
                .filter(mock -> mock.id().equals(key.registration()))
                .findFirst()
                .orElseThrow();
    }

    /** Starts an authorization, approves it as a user, and returns the address of the redirect. */
    URI approved(Tokens tokens, TokenKey key, String user, String... granted) {
        return provider(key).approve(tokens.authorize(key, BACK).url(), user, granted);
    }

    URI approved(Tokens tokens, TokenKey key, AuthorizationOptions options, String user) {
        return provider(key).approve(tokens.authorize(key, BACK, options).url(), user);
    }

    /** Runs the whole consent of a user with the name of the account. */
    void connect(Tokens tokens, TokenKey key) {
        tokens.completeAuthorization(approved(tokens, key, key.account()));
    }

    /** Returns an address with one parameter replaced by a value that is already encoded. */
    static URI with(URI callback, String name, String value) {
        return URI.create(callback.toString().replaceAll("([?&]" + name + "=)[^&]*", "$1" + value));
    }

    public static TokenException failure(Problem problem, ThrowingCallable call) {
        TokenException failure = catchThrowableOfType(TokenException.class, call);
        assertThat(failure).as("a problem").isNotNull();
        assertThat(failure.problem()).as(failure.getMessage()).isEqualTo(problem);
        return failure;
    }

    /** Waits for the next event of a kind, skipping others. */
    public <E extends TokenEvent> E event(Class<E> kind) throws InterruptedException {
        while (true) {
            @Nullable TokenEvent event = events.poll(10, TimeUnit.SECONDS);
            assertThat(event).as("the next %s", kind.getSimpleName()).isNotNull();
            if (kind.isInstance(event)) {
                return kind.cast(event);
            }
        }
    }

    public void later(Duration by) {
        clock.advance(by);
    }

    @Override
    public void close() {
        store.up();
        open.forEach(Tokens::close);
        providers.close();
    }
}
