package dev.evertoken;

import static dev.evertoken.ConsentFixture.BACK;
import static dev.evertoken.ConsentFixture.failure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.faults.Fault;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.ClientRegistration;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.Problem;
import dev.evertoken.model.Remedy;
import dev.evertoken.model.Revocation;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.model.Validation;
import dev.evertoken.model.Validation.Verdict;
import dev.evertoken.okhttp.TokenInterceptor;
import dev.evertoken.testing.Checkpoint;
import dev.evertoken.testing.Ledger;
import dev.evertoken.testing.MockProvider;
import dev.evertoken.testing.MockResponse;
import dev.evertoken.testing.TestTokens;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An account's connection by confidential and public clients, at an X that behaves as observed. */
class XRoundTripTest {

    private static final TokenKey XENA = TokenKey.of("x", "xena");
    private static final TokenKey YURI = TokenKey.of("x-public", "yuri");
    private static final Duration PAST_EXPIRY = Duration.ofHours(2).plusMinutes(1);
    private static final String TOKEN_INVALID =
            "{\"error\":\"invalid_request\",\"error_description\":\"Value passed for the token was invalid.\"}";

    private final ConsentFixture fixture = new ConsentFixture();
    private final MockProvider x = fixture.providers.x();
    private final Tokens tokens = fixture.process(builder -> builder.encryption(ConsentFixture.ring(7))
            .client("x-public", "x", x.publicRegistration())
            .endpoints("x-public", x.endpoints())
            .client("x-app", "x", x.applicationRegistration())
            .endpoints("x-app", x.endpoints())
            .allowHosts("x", "127.0.0.1")
            .allowHosts("x-app", "127.0.0.1"));

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void everyRefreshTokenIsUsedOnce() {
        connect(XENA);
        connect(YURI);

        for (TokenKey key : List.of(XENA, YURI)) {
            assertThat(tokens.status(key).state()).isEqualTo(ConnectionState.ACTIVE);
            assertThat(tokens.status(key).grantedScopes()).contains("offline.access");
        }
        for (int generation = 2; generation < 6; generation++) {
            fixture.later(PAST_EXPIRY);
            for (TokenKey key : List.of(XENA, YURI)) {
                AccessToken token = tokens.accessToken(key);
                assertThat(token.generation()).isEqualTo(generation);
                assertThat(x.ledger().isAccepted(token.value())).isTrue();
                assertThat(x.ledger().presented(key.account(), generation - 1)).isEqualTo(1);
            }
        }
    }

    @Test
    void aCodeThatIsExchangedTooLateIsReportedAsExpiredAndTheNextConsentWorks() {
        URI callback = approved(XENA);
        fixture.later(Duration.ofSeconds(30));

        TokenException late = failure(Problem.CONSENT_FAILED, () -> tokens.completeAuthorization(callback));
        assertThat(late)
                .hasMessage(
                        "x/xena: token endpoint answered 400 invalid_request: a code from X is valid for 30 seconds and"
                                + " one exchange; this one has expired or was used");
        URI next = approved(XENA);
        fixture.later(Duration.ofSeconds(29));
        assertThat(tokens.completeAuthorization(next).state()).isEqualTo(ConnectionState.ACTIVE);
    }

    @Test
    void offlineAccessIsRequestedEvenIfTheApplicationOmitsIt() {
        Tokens withoutOfflineAccess = fixture.process(builder -> builder.encryption(ConsentFixture.ring(7))
                .client(
                        "x-brief",
                        "x",
                        ClientRegistration.builder(x.publicRegistration().clientId())
                                .scopes("users.read")
                                .build())
                .endpoints("x-brief", x.endpoints()));
        TokenKey brief = TokenKey.of("x-brief", "bob");

        withoutOfflineAccess.completeAuthorization(
                x.approve(withoutOfflineAccess.authorize(brief, BACK).url(), "bob"));
        assertThat(withoutOfflineAccess.status(brief).state()).isEqualTo(ConnectionState.ACTIVE);
        assertThat(withoutOfflineAccess.status(brief).missingScopes()).isEmpty();
    }

    @Test
    @Fault("D17")
    void anImportWithoutARefreshTokenIsReportedWithItsEnd() {
        Instant end = fixture.clock.now().plus(Duration.ofHours(2));
        tokens.connect(
                XENA, TokenSet.builder(TestTokens.access()).expiresAt(end).build());

        assertThat(tokens.status(XENA).state()).isEqualTo(ConnectionState.NOT_REFRESHABLE);
        assertThat(tokens.status(XENA).reconnectBy()).hasValue(end);
    }

    @Test
    @Fault("D6")
    void aRefreshTokenThatXRejectsEndsTheGrantOfThatAccountOnly() throws InterruptedException {
        connect(XENA);
        connect(TokenKey.of("x", "zoe"));
        fixture.later(PAST_EXPIRY);
        x.onTokenOf("xena", MockResponse.json(400, TOKEN_INVALID));

        failure(Problem.GRANT_DEAD, () -> tokens.accessToken(XENA));
        assertThat(tokens.status(XENA).state()).isEqualTo(ConnectionState.NEEDS_REAUTH);
        assertThat(fixture.event(TokenEvent.ReauthorizationRequired.class).key())
                .isEqualTo(XENA);
        assertThat(tokens.accessToken(TokenKey.of("x", "zoe")).generation()).isEqualTo(2);
    }

    @Test
    void aRejectedTokenDoesNotEndANewerGrantConnectedMeanwhile() throws Exception {
        connect(XENA);
        fixture.later(PAST_EXPIRY);
        Checkpoint checkpoint = x.holdRequest();
        CompletableFuture<AccessToken> waiting = tokens.accessTokenAsync(XENA);
        checkpoint.awaitArrived();
        x.revoke("xena");
        tokens.connect(XENA, x.consent("xena"));
        checkpoint.release();

        assertThat(x.ledger().isAccepted(waiting.get(20, TimeUnit.SECONDS).value()))
                .isTrue();
        assertThat(tokens.status(XENA).state()).isEqualTo(ConnectionState.ACTIVE);
    }

    @Test
    void aDeclinedConsentIsReported() {
        URI denied = x.deny(tokens.authorize(XENA, BACK).url());
        failure(Problem.CONSENT_DENIED, () -> tokens.completeAuthorization(denied));
    }

    @Test
    @Fault("D6")
    void anUnauthorizedClientNeverEndsAGrant() {
        connect(XENA);
        fixture.later(PAST_EXPIRY);
        String refusal =
                "{\"error\":\"unauthorized_client\",\"error_description\":\"Missing valid authorization header\"}";
        for (int i = 0; i < 5; i++) {
            x.onToken(MockResponse.json(401, refusal));
            TokenException problem = failure(Problem.CLIENT_REJECTED, () -> tokens.accessToken(XENA));
            assertThat(problem.remedy()).isEqualTo(Remedy.FIX_CONFIGURATION);
            fixture.later(Duration.ofDays(1));
        }
        assertThat(tokens.accessToken(XENA).generation()).isEqualTo(2);
    }

    @Test
    void anUnknownInvalidRequestIsCountedAndUsesNoToken() {
        connect(XENA);
        fixture.later(PAST_EXPIRY);
        x.onToken(MockResponse.json(400, "{\"error\":\"invalid_request\",\"error_description\":\"new\"}"));

        failure(Problem.UNRECOGNIZED_RESPONSE, () -> tokens.accessToken(XENA));
        assertThat(tokens.status(XENA).state()).isEqualTo(ConnectionState.STALLED);
        fixture.later(Duration.ofHours(1));
        assertThat(tokens.accessToken(XENA).generation()).isEqualTo(2);
    }

    @Test
    void aRefreshSucceedsAfterAResponseThatWasLostBeforeXRotated() {
        connect(XENA);
        fixture.later(PAST_EXPIRY);
        x.onToken(MockResponse.disconnect());

        failure(Problem.OUTCOME_UNKNOWN, () -> tokens.accessToken(XENA));
        assertThat(tokens.status(XENA).state()).isEqualTo(ConnectionState.UNCERTAIN);
        fixture.later(Duration.ofHours(1));
        assertThat(tokens.accessToken(XENA).generation()).isEqualTo(2);
    }

    @Test
    void aResponseThatWasLostAfterXRotatedRequiresANewConsentWithTheReason() {
        connect(XENA);
        fixture.later(PAST_EXPIRY);
        x.onToken(MockResponse.disconnect().afterProcessing());

        failure(Problem.OUTCOME_UNKNOWN, () -> tokens.accessToken(XENA));
        fixture.later(Duration.ofHours(1));
        failure(Problem.REFRESH_TOKEN_LOST, () -> tokens.accessToken(XENA));
        assertThat(tokens.status(XENA).state()).isEqualTo(ConnectionState.NEEDS_REAUTH);
        assertThat(x.ledger().familiesRevoked()).isEmpty();
    }

    @Test
    void aPauseLastsUntilTheResetThatXReports() {
        connect(XENA);
        fixture.later(PAST_EXPIRY);
        Instant reset = fixture.clock.now().plus(Duration.ofMinutes(10));
        x.onToken(MockResponse.json(429, "{\"title\":\"Too Many Requests\"}")
                .header("x-rate-limit-reset", Long.toString(reset.getEpochSecond() + 1)));

        TokenException limited = failure(Problem.RATE_LIMITED, () -> tokens.accessToken(XENA));
        assertThat(limited.retryAt().orElseThrow()).isAfterOrEqualTo(reset);
        fixture.later(Duration.ofMinutes(9));
        failure(Problem.RATE_LIMITED, () -> tokens.accessToken(XENA));
        fixture.later(Duration.ofMinutes(10));
        assertThat(tokens.accessToken(XENA).generation()).isEqualTo(2);
        assertThat(x.ledger().presented("xena", 1)).isEqualTo(2);
    }

    @Test
    @Fault("C16")
    void aScopeThatIsMissingAfterARefreshIsReported() throws InterruptedException {
        connect(XENA);
        fixture.later(PAST_EXPIRY);
        x.onToken(MockResponse.json(
                200,
                "{\"token_type\":\"bearer\",\"expires_in\":7200,\"access_token\":\"" + TestTokens.access()
                        + "\",\"scope\":\"users.read offline.access\",\"refresh_token\":\"" + TestTokens.refresh()
                        + "\"}"));
        tokens.accessToken(XENA);

        assertThat(fixture.event(TokenEvent.ScopeReduced.class).lost()).isEqualTo(Set.of("tweet.read"));
    }

    @Test
    @Fault("C18")
    void aTokenThatIsNotABearerTokenIsRefusedWhenConnecting() {
        x.onToken(MockResponse.json(
                200, "{\"token_type\":\"mac\",\"expires_in\":7200,\"access_token\":\"" + TestTokens.access() + "\"}"));
        failure(Problem.UNSUPPORTED_TOKEN_TYPE, () -> tokens.completeAuthorization(approved(XENA)));
    }

    @Test
    void aTokenIsValidatedByRequestingTheUser() {
        connect(XENA);
        Validation valid = tokens.validate(XENA);
        assertThat(valid.verdict()).isEqualTo(Verdict.VALID);
        assertThat(valid.subject()).isPresent();

        x.expire("xena");
        assertThat(tokens.validate(XENA).verdict()).isEqualTo(Verdict.REJECTED);
        URI narrow = x.approve(tokens.authorize(XENA, BACK).url(), "xena", "tweet.read", "offline.access");
        tokens.completeAuthorization(narrow);
        Validation unusable = tokens.validate(XENA);
        assertThat(unusable.verdict()).isEqualTo(Verdict.UNUSABLE);
        assertThat(unusable.problem()).hasValue(Problem.SCOPE_MISSING);
    }

    @Test
    void aRevocationEndsBothTokens() {
        connect(XENA);
        connect(YURI);
        for (TokenKey key : List.of(XENA, YURI)) {
            AccessToken token = tokens.accessToken(key);
            Revocation revocation = tokens.revoke(key);

            assertThat(revocation.outcome()).as(revocation.detail()).isEqualTo(Revocation.Outcome.REVOKED);
            assertThat(revocation.disconnected()).isTrue();
            assertThat(x.ledger().isAccepted(token.value())).isFalse();
        }
    }

    @Test
    void theApplicationTokenRequiresTheApiKeys() {
        AccessToken first = tokens.clientCredentialsToken("x-app");
        assertThat(x.ledger().isAccepted(first.value())).isTrue();
        fixture.later(Duration.ofHours(3));
        AccessToken again = tokens.clientCredentialsToken("x-app");
        assertThat(again.value()).isEqualTo(first.value());
        assertThat(x.ledger().isAccepted(again.value())).isTrue();

        assertThat(failure(Problem.CLIENT_REJECTED, () -> tokens.clientCredentialsToken("x")))
                .hasMessage(
                        "token endpoint answered 403 code 99: app-only tokens require the API key and secret, which are"
                                + " not OAuth 2.0's client id and secret");
        failure(Problem.NOT_SUPPORTED, () -> tokens.clientCredentialsToken("x-public"));
    }

    @Test
    void theApplicationTokenIsFetchedAgainOnceWhenTheApiRejectsIt() throws IOException {
        TokenKey app = TokenKey.of("x-app", "the application");
        tokens.connectClientCredentials(app);
        assertThat(status(app, 200)).isEmpty();

        x.revoke(Ledger.APPLICATION);
        assertThat(status(app, 200)).isEmpty();
        assertThat(tokens.status(app).generation()).isEqualTo(2);

        fixture.later(Duration.ofMinutes(1));
        x.onApi(MockResponse.json(401, "{\"errors\":[{\"code\":89,\"message\":\"Invalid or expired token\"}]}"));
        assertThat(status(app, 401)).endsWith("answered 401 to a token that the provider issued again");
        assertThat(tokens.status(app).state()).isEqualTo(ConnectionState.ACTIVE);
    }

    @Test
    void aRejectedTokenIsRefreshedOnceButNotForAMissingEnrollment() throws IOException {
        connect(XENA);
        x.expire("xena");
        assertThat(status(XENA, 200)).isEmpty();
        assertThat(x.ledger().tokenRequests("xena")).isEqualTo(2);

        x.onApi(MockResponse.json(
                403,
                "{\"title\":\"Client Forbidden\",\"reason\":\"client-not-enrolled\","
                        + "\"type\":\"https://api.twitter.com/2/problems/client-forbidden\"}"));
        assertThat(status(XENA, 403))
                .isEqualTo("API answered 403: the application is not enrolled; attach it to a project"
                        + " with the access that it needs");
        x.onApi(MockResponse.json(402, "{\"title\":\"CreditsDepleted\"}"));
        assertThat(status(XENA, 402)).contains("no credits");
        assertThat(x.ledger().tokenRequests("xena")).isEqualTo(2);
    }

    @Test
    void theMockRejectsAnAuthorizationUrlWithoutAProofKey() {
        URI url = URI.create(tokens.authorize(XENA, BACK).url().toString().replaceAll("&code_challenge=[^&]*", ""));
        assertThatThrownBy(() -> x.approve(url, "xena"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the authorization URL has no code_challenge");
    }

    private URI approved(TokenKey key) {
        return x.approve(tokens.authorize(key, BACK).url(), key.account());
    }

    private void connect(TokenKey key) {
        tokens.completeAuthorization(approved(key));
    }

    /** Sends a request of an account and returns the detail of the verdict, or an empty string without a verdict. */
    private String status(TokenKey key, int expected) throws IOException {
        OkHttpClient http = new OkHttpClient.Builder()
                .addInterceptor(TokenInterceptor.of(tokens))
                .build();
        Request request = new Request.Builder()
                .url(x.apiUrl().toString())
                .tag(TokenKey.class, key)
                .build();
        try (Response response = http.newCall(request).execute()) {
            assertThat(response.code()).isEqualTo(expected);
            return TokenInterceptor.verdict(response)
                    .map(verdict -> verdict.detail())
                    .orElse("");
        }
    }
}
