package dev.evertoken.okhttp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.Tokens;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.ClientRegistration;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.spi.provider.DialectContext.TokenOf;
import dev.evertoken.spi.provider.ResourceVerdict;
import dev.evertoken.store.InMemoryTokenStore;
import dev.evertoken.testing.ManualClock;
import dev.evertoken.testing.SecretCanary;
import dev.evertoken.testing.TestTokens;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import okhttp3.OkHttpClient;
import okhttp3.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Requests with a token that is derived from another account's token and that the API rejects. */
class RefusedPageTokenTest {

    private static final TokenKey USER = TokenKey.of("network", "user");
    private static final TokenKey PAGE = TokenKey.of("network", "page");

    private final ManualClock clock = ManualClock.start();
    private final PageServer server = new PageServer();
    private final Tokens tokens = Tokens.builder()
            .namespace("pages")
            .store(new InMemoryTokenStore(clock))
            .withoutJournal()
            .timekeeper(clock)
            .provider(server)
            .client(
                    "network",
                    ClientRegistration.builder("network-client-1")
                            .clientSecret(TestTokens.clientSecret())
                            .build())
            .build();
    private final OkHttpClient http = new OkHttpClient.Builder()
            .addInterceptor(TokenInterceptor.of(tokens))
            .build();

    @BeforeEach
    void connect() {
        connectUser();
        tokens.connectDerived(PAGE, USER, "p-1");
    }

    private void connectUser() {
        tokens.connect(
                USER,
                TokenSet.builder(server.issue())
                        .issuedAt(clock.now())
                        .expiresAt(clock.now().plus(Duration.ofDays(60)))
                        .build());
    }

    @AfterEach
    void close() {
        http.dispatcher().executorService().shutdownNow();
        http.connectionPool().evictAll();
        tokens.close();
        server.close();
    }

    private Response get(TokenKey key) throws IOException {
        return http.newCall(InterceptorFixture.request(key, server.api()).build())
                .execute();
    }

    private static Optional<Problem> problem(Response response) {
        return TokenInterceptor.verdict(response).flatMap(ResourceVerdict::problem);
    }

    @Test
    void aRejectedPageTokenIsDerivedAgainOnceAndTheRequestSucceeds() throws IOException {
        server.end(tokens.accessToken(PAGE).value());
        server.reissuePageToken();

        try (Response response = get(PAGE)) {
            assertThat(response.code()).isEqualTo(200);
            assertThat(response.request().tag(AccessToken.class).generation()).isEqualTo(2);
        }
        assertThat(server.apiRequests()).isEqualTo(2);
        assertThat(server.derivations()).as("for the connection, and once more").isEqualTo(2);
        assertThat(server.judged()).containsExactly(TokenOf.PAGE);
    }

    @Test
    void anUnchangedTokenStartsACoolDown() throws IOException {
        server.end(tokens.accessToken(PAGE).value());

        try (Response response = get(PAGE)) {
            assertThat(response.code()).isEqualTo(400);
            ResourceVerdict verdict = TokenInterceptor.verdict(response).orElseThrow();
            assertThat(verdict.problem()).contains(Problem.API_REJECTS_TOKEN);
            assertThat(verdict.until()).contains(clock.now().plusSeconds(60));
            SecretCanary.ofTestTokens().assertNonePrintedBy(response, response.request(), verdict);
        }
        long before = server.derivations();
        get(PAGE).close();
        assertThat(server.derivations()).isEqualTo(before);

        clock.advance(Duration.ofSeconds(61));
        server.reissuePageToken();
        try (Response response = get(PAGE)) {
            assertThat(response.code()).isEqualTo(200);
        }
    }

    @Test
    void aSecondRejectionOfANewTokenStartsACoolDownToo() throws IOException {
        server.end(tokens.accessToken(PAGE).value());
        server.givePageToken(TestTokens.access());

        try (Response response = get(PAGE)) {
            assertThat(response.code()).isEqualTo(400);
            assertThat(TokenInterceptor.verdict(response).orElseThrow().detail())
                    .isEqualTo("127.0.0.1 answered 400 to a token that was just issued");
        }
        assertThat(server.apiRequests()).isEqualTo(2);
    }

    @Test
    void aUserTokenIsNotDerivedAgain() throws IOException {
        server.end(tokens.accessToken(USER).value());

        try (Response response = get(USER)) {
            assertThat(response.code()).isEqualTo(400);
        }
        assertThat(server.judged()).containsExactly(TokenOf.USER);
        assertThat(server.derivations()).isEqualTo(1);
    }

    @Test
    void aParentWithAnInvalidTokenIsNamedInTheVerdictAndItsReconnectRestoresThePage() throws IOException {
        server.end(tokens.accessToken(PAGE).value());
        server.end(tokens.accessToken(USER).value());
        server.reissuePageToken();

        try (Response response = get(PAGE)) {
            assertThat(response.code()).isEqualTo(400);
            assertThat(problem(response)).contains(Problem.GRANT_DEAD);
            assertThat(TokenInterceptor.verdict(response).orElseThrow().detail())
                    .isEqualTo("its parent network/user: the token to trade is dead");
        }
        assertThat(tokens.status(USER).problem()).contains(Problem.GRANT_DEAD);

        connectUser();
        try (Response response = get(PAGE)) {
            assertThat(response.code()).isEqualTo(200);
        }
    }
}
