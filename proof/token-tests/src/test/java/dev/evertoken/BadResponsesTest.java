package dev.evertoken;

import static dev.evertoken.ProvidersFixture.ANNA;
import static dev.evertoken.ProvidersFixture.BEN;
import static dev.evertoken.ProvidersFixture.failure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.faults.Fault;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.AccountStatus;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.Problem;
import dev.evertoken.model.Remedy;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.store.FileTokenStore;
import dev.evertoken.testing.FastForwardClock;
import dev.evertoken.testing.MockProvider;
import dev.evertoken.testing.MockResponse;
import dev.evertoken.testing.SlowBody;
import dev.evertoken.testing.TestTokens;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Invalid responses of a token endpoint, as seen by the application: each is a typed problem and loses nothing. */
class BadResponsesTest {

    private static final Duration SHORT = Duration.ofSeconds(1);

    @TempDir
    private Path folder;

    private final ProvidersFixture providers = new ProvidersFixture();

    @AfterEach
    void close() {
        providers.close();
    }

    private Tokens withShortDeadline() {
        return providers.open(stored().callDeadline(SHORT));
    }

    private TokensBuilder stored() {
        return providers.builder().store("file:" + folder.resolve("tokens")).settleWindow(SHORT);
    }

    /** Opens the tokens at a time when every pause after a failure has ended. */
    private Tokens later() {
        return providers.open(stored().timekeeper(FastForwardClock.ahead(Duration.ofMinutes(20))));
    }

    static Stream<Arguments> responses() {
        String deep = "{\"a\":".repeat(20_000);
        return Stream.of(
                row("a login page", MockResponse.html(200)),
                row("a gateway's page", MockResponse.html(502)),
                row("a firewall's page", MockResponse.html(403)),
                row("an empty 200", MockResponse.empty()),
                row("no content", MockResponse.status(204)),
                row("server error", MockResponse.status(500)),
                row("a gigabyte", MockResponse.huge(1L << 30)),
                row("an endless body", MockResponse.endless()),
                row("half a body", MockResponse.disconnectMidBody()),
                row("a closed connection", MockResponse.disconnect()),
                row("a reset connection", MockResponse.reset()),
                row("no response", MockResponse.noResponse()),
                row("one byte and no more", MockResponse.slowBody(new SlowBody())),
                row("no JSON", MockResponse.json(200, "a token: 1")),
                row("an array", MockResponse.json(200, "[1,2,3]")),
                row("deep nesting", MockResponse.json(200, deep)),
                row("an empty object", MockResponse.json(200, "{}")),
                row(
                        "a line break in a token",
                        MockResponse.json(200, "{\"access_token\":\"a\\r\\nb\",\"token_type\":\"bearer\"}")));
    }

    private static Arguments row(String name, MockResponse response) {
        return Arguments.of(name, response);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("responses")
    @Fault({"C1", "C2", "C4", "C10", "C11"})
    void anInvalidResponseIsATypedProblemAndTheGrantStaysValid(String name, MockResponse response) {
        for (TokenKey key : new TokenKey[] {ANNA, BEN}) {
            MockProvider provider = providers.provider(key);
            Tokens tokens = withShortDeadline();
            TokenSet consent = providers.connectExpired(tokens, key);
            provider.onToken(response);

            TokenException problem = failure(() -> tokens.accessToken(key));

            assertThat(problem.remedy()).as(problem.getMessage()).isIn(Remedy.RETRY, Remedy.WAIT);
            assertThat(problem.retryAt()).isPresent();
            assertThat(problem.getMessage()).hasSizeLessThan(300).doesNotContain("sign in", "<html");
            AccountStatus status = tokens.status(key);
            assertThat(status.generation()).isEqualTo(1);
            assertThat(status.state())
                    .as(problem.getMessage())
                    .isNotIn(ConnectionState.NEEDS_REAUTH, ConnectionState.UNREADABLE);
            failure(() -> tokens.accessToken(key));
            assertThat(provider.ledger().tokenRequests())
                    .as("no second request")
                    .isEqualTo(1);
            assertThat(provider.ledger().isValid(consent.refreshToken().orElseThrow()))
                    .isTrue();

            assertThat(later().accessToken(key).generation()).isEqualTo(2);
        }
    }

    @Test
    void aRotatingGrantIsReportedAsUncertainAfterAnInvalidResponse() {
        Tokens tokens = withShortDeadline();
        providers.connectExpired(tokens, ANNA);
        providers.providers.rotating().onToken(MockResponse.html(502));
        assertThat(failure(() -> tokens.accessToken(ANNA)).problem()).isEqualTo(Problem.OUTCOME_UNKNOWN);
        assertThat(tokens.status(ANNA).state()).isEqualTo(ConnectionState.UNCERTAIN);
    }

    @Test
    @Fault("M1")
    void aNewRefreshTokenBesideAnUnusableAccessTokenIsSavedAndTheReasonReported() {
        Tokens tokens = withShortDeadline();
        providers.connectExpired(tokens, ANNA);
        for (int i = 0; i < 2; i++) {
            providers
                    .providers
                    .rotating()
                    .onToken(MockResponse.json(
                            200,
                            "{\"access_token\":\"" + TestTokens.access()
                                    + "\",\"token_type\":\"mac\",\"refresh_token\":\"" + TestTokens.refresh()
                                    + "\",\"expires_in\":3600}"));
        }

        TokenException unusable = failure(() -> tokens.accessToken(ANNA));

        assertThat(unusable.problem()).isEqualTo(Problem.MALFORMED_RESPONSE);
        assertThat(unusable.detail())
                .isEqualTo("the provider responded without a usable access token: token_type is not Bearer");
        assertThat(tokens.status(ANNA).generation()).isEqualTo(3);
        assertThat(tokens.status(ANNA).state()).isEqualTo(ConnectionState.STALLED);
        assertThat(failure(() -> tokens.accessToken(ANNA)).retryAt()).isEqualTo(unusable.retryAt());
    }

    // ---- reported lifetimes

    static Stream<Arguments> lifetimes() {
        return Stream.of(
                Arguments.of("no value", "", Duration.ofHours(1), true),
                Arguments.of("null", ",\"expires_in\":null", Duration.ofHours(1), true),
                Arguments.of("zero", ",\"expires_in\":0", Duration.ofSeconds(30), true),
                Arguments.of("a negative number", ",\"expires_in\":-3600", Duration.ofSeconds(30), true),
                Arguments.of("a string", ",\"expires_in\":\"3600\"", Duration.ofHours(1), false),
                Arguments.of("a fraction", ",\"expires_in\":7200.0", Duration.ofHours(2), false),
                Arguments.of("not a number", ",\"expires_in\":\"soon\"", Duration.ofHours(1), true),
                Arguments.of("sixty days", ",\"expires_in\":5184000", Duration.ofDays(60), false),
                Arguments.of("sixty days in milliseconds", ",\"expires_in\":5184000000", Duration.ofDays(60), false),
                Arguments.of("out of range", ",\"expires_in\":1e300", Duration.ofHours(1), true));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("lifetimes")
    @Fault({"C8", "C9"})
    void aTokenWithALifetimeInAnyFormIsUsedAndNotRequestedAgain(
            String name, String expiresIn, Duration expected, boolean assumed) {
        Tokens tokens = providers.open(stored());
        providers.connectExpired(tokens, ANNA);
        providers
                .providers
                .rotating()
                .onToken(MockResponse.json(
                        200,
                        "{\"access_token\":\"" + TestTokens.access()
                                + "\",\"token_type\":\"bearer\",\"refresh_token\":\"" + TestTokens.refresh() + "\""
                                + expiresIn + "}"));
        Instant before = Instant.now();

        AccessToken token = tokens.accessToken(ANNA);

        assertThat(token.generation()).isEqualTo(2);
        assertThat(token.expiresAt().orElseThrow())
                .isBetween(
                        before.plus(expected).minusSeconds(2),
                        before.plus(expected).plusSeconds(25));
        assertThat(tokens.status(ANNA).state()).isEqualTo(ConnectionState.ACTIVE);
        try (TokenStore store = FileTokenStore.open(folder.resolve("tokens"), "bench")) {
            assertThat(store.load(ANNA).orElseThrow().lifetime().expiryAssumed())
                    .isEqualTo(assumed);
        }
        assertThat(tokens.accessToken(ANNA)).isEqualTo(token);
        assertThat(providers.providers.rotating().ledger().tokenRequests()).isEqualTo(1);
    }
}
