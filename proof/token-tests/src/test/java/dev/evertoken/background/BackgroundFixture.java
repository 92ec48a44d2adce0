package dev.evertoken.background;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.Tokens;
import dev.evertoken.TokensBuilder;
import dev.evertoken.model.ClientRegistration;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.TokenListener;
import dev.evertoken.spi.store.Claim;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.store.InMemoryTokenStore;
import dev.evertoken.testing.ManualClock;
import dev.evertoken.testing.TestTokens;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/** Engines over one store with the client {@code acme}, whose tokens live an hour, and {@code meta}, with 60 days. */
final class BackgroundFixture implements AutoCloseable {

    static final Duration HOUR = Duration.ofHours(1);
    static final Duration MINUTE = Duration.ofMinutes(1);

    final ManualClock clock = ManualClock.start();
    final CountedProvider acme = new CountedProvider("acme", RefreshModel.ROTATING, HOUR, clock);
    final CountedProvider meta = new CountedProvider("meta", RefreshModel.EXTENDING, Duration.ofDays(60), clock);
    final Collection<TokenEvent> events = new ConcurrentLinkedQueue<>();
    final TokenStore store;
    private final ClientRegistration client = ClientRegistration.builder("client-1")
            .clientSecret(TestTokens.clientSecret())
            .build();
    private final List<Tokens> open = new ArrayList<>();

    BackgroundFixture() {
        this(store -> store);
    }

    /** @param wrapped returns the store that the engines use, given the one in memory */
    BackgroundFixture(UnaryOperator<TokenStore> wrapped) {
        this.store = wrapped.apply(new InMemoryTokenStore(clock));
    }

    Tokens tokens() {
        return tokens(builder -> builder);
    }

    Tokens tokens(UnaryOperator<TokensBuilder> more) {
        TokenListener all = new TokenListener() {
            @Override
            public void on(TokenEvent event) {
                events.add(event);
            }
        };
        Tokens tokens = more.apply(Tokens.builder()
                        .namespace("house")
                        .store(store)
                        .timekeeper(clock)
                        .withoutJournal()
                        .provider(acme)
                        .provider(meta)
                        .client("acme", client)
                        .client("meta", client)
                        .listener(all))
                .build();
        open.add(tokens);
        return tokens;
    }

    static TokenKey acme(int number) {
        return TokenKey.of("acme", "account-" + number);
    }

    static TokenKey meta(int number) {
        return TokenKey.of("meta", "account-" + number);
    }

    /** Connects accounts of {@code acme} with tokens that were issued now. */
    void connect(Tokens tokens, int accounts) {
        IntStream.range(0, accounts).forEach(n -> tokens.connect(acme(n), acme.consent()));
    }

    void connectMore(Tokens tokens, int from, int to) {
        IntStream.range(from, to).forEach(n -> tokens.connect(acme(n), acme.consent()));
    }

    TokenRecord record(TokenKey key) {
        return store.load(key).orElseThrow();
    }

    /** Leaves a claim whose request may have been sent, as a process does that ends before it can save the response. */
    void claimByDeadProcess(TokenKey key) {
        TokenRecord record = record(key);
        Claim claim = new Claim(
                "dead-" + key.account(),
                "process 1 on a host that is gone",
                Duration.ofSeconds(30),
                clock.now().plusSeconds(30),
                Claim.Phase.SENT);
        assertThat(store.compareAndSet(
                        record.key(),
                        record.revision(),
                        record.next().claim(claim).build(record.revision() + 1, clock.now())))
                .isTrue();
    }

    SweepReport runOnce(BackgroundRefresh background) {
        return background.runOnce(clock.now().plus(MINUTE));
    }

    /** Runs once, without waiting for a rate or for a client to be tried again. */
    SweepReport runBriefly(BackgroundRefresh background) {
        return background.runOnce(clock.now().plusNanos(1)); // nearer than the next refresh of any rate
    }

    /** Runs again each second for some time, and returns how many accounts were refreshed. */
    int refreshedWithin(BackgroundRefresh background, Duration duration) {
        int refreshed = runBriefly(background).refreshed();
        for (long second = 0; second < duration.toSeconds(); second++) {
            clock.advance(Duration.ofSeconds(1));
            refreshed += runBriefly(background).refreshed();
        }
        return refreshed;
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
        open.forEach(Tokens::close);
    }
}
