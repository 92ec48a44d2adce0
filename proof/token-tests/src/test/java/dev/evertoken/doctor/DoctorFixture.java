package dev.evertoken.doctor;

import dev.evertoken.Tokens;
import dev.evertoken.TokensBuilder;
import dev.evertoken.model.ClientRegistration;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.KeyRing;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.providers.Google;
import dev.evertoken.providers.OAuth2Provider;
import dev.evertoken.spi.provider.Provider;
import dev.evertoken.spi.store.Health;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.store.InMemoryTokenStore;
import dev.evertoken.testing.ManualClock;
import dev.evertoken.testing.TestTokens;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Accounts in a store, in the states that a diagnosis tells apart. No provider is there to be called. */
final class DoctorFixture implements AutoCloseable {

    static final KeyRing KEYS = KeyRing.of("one", new byte[32]);

    final ManualClock clock = ManualClock.start();
    private final Deque<Tokens> open = new ArrayDeque<>();

    TokenStore memory() {
        return new InMemoryTokenStore(clock);
    }

    /** Returns a builder with a Google client and a rotating client whose server does not exist. */
    TokensBuilder builder(TokenStore store) {
        return builder(store, "pool.apps.example");
    }

    TokensBuilder builder(TokenStore store, String googleClientId) {
        return Tokens.builder()
                .namespace("pool")
                .timekeeper(clock)
                .store(store)
                .withoutJournal()
                .encryption(KEYS)
                .provider(new Google())
                .provider(rotating())
                .client("google", ClientRegistration.of(googleClientId, TestTokens.clientSecret()))
                .client("acme", ClientRegistration.of("pool-acme", TestTokens.clientSecret()));
    }

    private static Provider rotating() {
        return OAuth2Provider.builder("acme")
                .tokenEndpoint(URI.create("http://127.0.0.1:9/token"))
                .refreshModel(RefreshModel.ROTATING)
                .build();
    }

    Tokens tokens(TokenStore store) {
        return open(builder(store));
    }

    Tokens open(TokensBuilder builder) {
        Tokens tokens = builder.build();
        open.push(tokens);
        return tokens;
    }

    /** Connects an account with an hour left. */
    TokenKey connect(Tokens tokens, String registration, String account) {
        return connect(tokens, TokenKey.of(registration, account), UnaryOperator.identity());
    }

    TokenKey connect(Tokens tokens, TokenKey key, UnaryOperator<TokenSet.Builder> more) {
        tokens.connect(
                key,
                more.apply(TokenSet.builder(TestTokens.access())
                                .refreshToken(TestTokens.refresh())
                                .issuedAt(clock.now())
                                .expiresAt(clock.now().plus(Duration.ofHours(1))))
                        .build());
        return key;
    }

    /** Changes the stored record of an account. */
    static void change(TokenStore store, TokenKey key, UnaryOperator<TokenRecord.Builder> change) {
        TokenRecord record = store.load(key).orElseThrow();
        TokenRecord next = change.apply(record.next()).build(record.revision() + 1, record.updatedAt());
        if (!store.compareAndSet(key, record.revision(), next)) {
            throw new IllegalStateException(key + " was changed meanwhile");
        }
    }

    /** Makes the grant of an account end at a moment. */
    static void die(TokenStore store, TokenKey key, Instant moment) {
        change(
                store,
                key,
                record -> record.health(
                        new Health(ConnectionState.NEEDS_REAUTH, Optional.of(Problem.GRANT_DEAD), moment)));
    }

    /** Returns the reports of a diagnosis. */
    static List<AccountReport> reports(TokenDoctor doctor) {
        List<AccountReport> reports = new ArrayList<>();
        doctor.examine(DoctorOutput.accounts(reports::add));
        return reports;
    }

    static AccountReport report(Tokens tokens, TokenKey key) {
        return TokenDoctor.of(tokens).examine(key).orElseThrow();
    }

    @Override
    public void close() {
        open.forEach(Tokens::close);
        clock.close();
    }
}
