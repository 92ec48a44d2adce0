package dev.evertoken;

import static dev.evertoken.ProvidersFixture.failure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.model.LoggerNames;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.store.InMemoryTokenStore;
import dev.evertoken.testing.ManualClock;
import dev.evertoken.testing.MockProvider;
import dev.evertoken.testing.MockProviders;
import dev.evertoken.testing.MockResponse;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The lines about accounts and clients, at the levels that are on by default. */
class OperatorLinesTest {

    private static final TokenKey ANNA = TokenKey.of("acme", "anna");
    private static final TokenKey BEN = TokenKey.of("google", "ben");
    private static final String CLEAR = "WARN dev.evertoken.start - clear/default: tokens are stored in clear text; set"
            + " a key ring to encrypt them";
    private static final Duration AGO = Duration.ofDays(3);

    private final ManualClock clock = ManualClock.start();
    private final MockProviders providers = MockProviders.start(clock);
    private final LogLines log = LogLines.start();
    private final Tokens tokens = ProvidersFixture.builder(providers)
            .namespace("shop")
            .store("memory:")
            .timekeeper(clock)
            .reconnectUrl(key -> URI.create("https://shop.example/connect/" + key.account()))
            .executor(Runnable::run)
            .build();

    @AfterEach
    void close() {
        log.close();
        providers.close();
        tokens.close();
    }

    @Test
    void aGrantThatEndsIsOneLineHoweverOftenItIsUsed() {
        connectExpired(ANNA);
        providers.rotating().revoke("anna");
        for (int call = 0; call < 2_000; call++) {
            assertThat(failure(() -> tokens.accessToken(ANNA)).problem()).isEqualTo(Problem.GRANT_DEAD);
            clock.advance(Duration.ofSeconds(3));
        }

        assertThat(log.of(LoggerNames.ACCOUNTS))
                .containsExactly("WARN dev.evertoken.accounts - acme/anna: GRANT_DEAD, remedy RECONNECT: token endpoint"
                        + " answered 400 invalid_grant; the user reconnects at https://shop.example/connect/anna");
    }

    @Test
    void anAccountThatStallsIsOneLineForEachProblemAndOneWhenItWorksAgain() {
        connectExpired(BEN);
        for (int attempt = 0; attempt < 4; attempt++) {
            providers.google().onToken(MockResponse.json(attempt < 3 ? 503 : 200, "{}"));
            var unused = failure(() -> tokens.accessToken(BEN));
            clock.advance(Duration.ofMinutes(15));
        }
        tokens.accessToken(BEN);
        tokens.accessToken(BEN);

        assertThat(LogLines.withoutTimes(log.of(LoggerNames.ACCOUNTS)))
                .containsExactly(
                        "WARN dev.evertoken.accounts - google/ben: PROVIDER_UNAVAILABLE, remedy RETRY: token endpoint"
                                + " answered 503 without an error code; next attempt at <time>",
                        "WARN dev.evertoken.accounts - google/ben: MALFORMED_RESPONSE, remedy RETRY: token endpoint"
                                + " answered 200 without tokens; next attempt at <time>",
                        "INFO dev.evertoken.accounts - google/ben: works again; it had a problem for PT1H, first"
                                + " PROVIDER_UNAVAILABLE");
    }

    @Test
    void anAccountThatAnotherProcessHasRefreshedWorksAgain() {
        InMemoryTokenStore shared = new InMemoryTokenStore(clock);
        try (Tokens here = overStore(shared);
                Tokens there = overStore(shared)) {
            connect(here, BEN);
            providers.google().onToken(MockResponse.status(503));
            var unused = failure(() -> here.accessToken(BEN));
            clock.advance(Duration.ofMinutes(5));
            there.accessToken(BEN);
            assertThat(log.of(LoggerNames.ACCOUNTS)).hasSize(1);

            here.accessToken(BEN);
            here.accessToken(BEN);
        }

        assertThat(log.of(LoggerNames.ACCOUNTS))
                .hasSize(2)
                .last()
                .isEqualTo("INFO dev.evertoken.accounts - google/ben: works again; it had a problem for PT5M, first"
                        + " PROVIDER_UNAVAILABLE");
    }

    private Tokens overStore(TokenStore shared) {
        return ProvidersFixture.builder(providers)
                .namespace("shop")
                .store(shared)
                .timekeeper(clock)
                .executor(Runnable::run)
                .build();
    }

    @Test
    void aRefusedClientIsOneLineForAllItsAccounts() {
        List<TokenKey> keys = IntStream.range(0, 50)
                .mapToObj(i -> TokenKey.of("google", "user-" + i))
                .toList();
        keys.forEach(this::connectExpired);
        providers.google().onToken(MockResponse.json(401, "{\"error\":\"invalid_client\"}"));
        for (TokenKey key : keys) {
            assertThat(failure(() -> tokens.accessToken(key)).problem()).isEqualTo(Problem.CLIENT_REJECTED);
        }
        clock.advance(Duration.ofMinutes(6));
        keys.forEach(tokens::accessToken);

        assertThat(LogLines.withoutTimes(log.of(LoggerNames.CLIENTS)))
                .containsExactly(
                        "WARN dev.evertoken.clients - google: CLIENT_REJECTED, remedy FIX_CONFIGURATION: no account can"
                                + " refresh: token endpoint answered 401 invalid_client; next attempt at <time>",
                        "INFO dev.evertoken.clients - google: works again; it was CLIENT_REJECTED since <time>");
        assertThat(log.of(LoggerNames.ACCOUNTS)).isEmpty();
    }

    @Test
    void theStartIsOneLineAndClearTextOneWarningForEachStore(@TempDir Path folder) {
        for (String name : List.of("a", "a", "b")) {
            Tokens more = ProvidersFixture.builder(providers)
                    .namespace("clear")
                    .store("file:" + folder.resolve(name))
                    .clustered()
                    .build();
            connect(more, BEN);
            more.close();
        }
        Tokens sealed = ProvidersFixture.builder(providers)
                .namespace("clear")
                .store("file:" + folder.resolve("c"))
                .encryption(ConsentFixture.ring(7))
                .build();
        sealed.close();

        assertThat(log.of(LoggerNames.START))
                .filteredOn(line -> line.contains("clear text"))
                .containsExactly(CLEAR, CLEAR);
        assertThat(log.of(LoggerNames.START))
                .filteredOn(line -> line.startsWith("INFO"))
                .filteredOn(line -> line.contains("Tokens[clear/default, store FileTokenStore"))
                .hasSize(4);
    }

    @Test
    void aRecordInClearTextIsReportedOnceAlthoughThereAreMany(@TempDir Path folder) {
        TokensBuilder clear =
                ProvidersFixture.builder(providers).namespace("later").store("file:" + folder);
        List<TokenKey> keys = IntStream.range(0, 5)
                .mapToObj(i -> TokenKey.of("google", "user-" + i))
                .toList();
        try (Tokens before = clear.build()) {
            keys.forEach(key -> connect(before, key));
        }
        try (Tokens sealing =
                clear.encryption(ConsentFixture.ring(7)).allowClearText().build()) {
            keys.forEach(sealing::accessToken);
        }

        assertThat(log.of(LoggerNames.STORE))
                .containsExactly("WARN dev.evertoken.store - google/user-0: stored in clear text although there is a"
                        + " key ring, and others may be; a refresh seals it");
    }

    private MockProvider mock(TokenKey key) {
        return key.registration().equals("acme") ? providers.rotating() : providers.google();
    }

    private void connectExpired(TokenKey key) {
        connect(tokens, key);
    }

    private void connect(Tokens application, TokenKey key) {
        TokenSet consent = mock(key).consent(key.account());
        application.connect(
                key,
                consent.toBuilder()
                        .issuedAt(consent.issuedAt().minus(AGO))
                        .expiresAt(consent.issuedAt().minus(AGO.dividedBy(2)))
                        .build());
    }
}
