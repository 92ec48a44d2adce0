package dev.evertoken;

import static dev.evertoken.ConsentFixture.BACK;
import static dev.evertoken.ConsentFixture.failure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.faults.Fault;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.AccountStatus;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.Problem;
import dev.evertoken.model.Remedy;
import dev.evertoken.model.Revocation;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.Validation;
import dev.evertoken.model.Validation.Verdict;
import dev.evertoken.okhttp.TokenInterceptor;
import dev.evertoken.testing.MockProvider;
import dev.evertoken.testing.MockResponse;
import dev.evertoken.testing.TestTokens;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A member's connection from consent to the end of its year, at a LinkedIn that behaves as documented. */
class LinkedInRoundTripTest {

    private static final TokenKey LENA = TokenKey.of("linkedin", "lena");
    private static final TokenKey MAX = TokenKey.of("linkedin", "max");
    private static final String GRANT_INVALID = "{\"error\":\"invalid_request\",\"error_description\":\"The provided"
            + " authorization grant or refresh token is invalid, expired or revoked\"}";

    private final ConsentFixture fixture = new ConsentFixture();
    private final MockProvider linkedIn = fixture.providers.linkedIn();
    private final Tokens tokens = fixture.process(
            builder -> builder.encryption(ConsentFixture.ring(7)).allowHosts("linkedin", "127.0.0.1"));

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void noRefreshMovesTheDayOfTheReconnect() {
        fixture.connect(tokens, LENA);
        Instant end = fixture.clock.now().plus(Duration.ofDays(365));
        assertThat(tokens.status(LENA).state()).isEqualTo(ConnectionState.ACTIVE);
        assertThat(tokens.status(LENA).reconnectBy()).hasValue(end);

        for (int i = 0; i < 5; i++) {
            fixture.later(Duration.ofDays(60).plusMinutes(1));
            tokens.accessToken(LENA);
            assertThat(tokens.status(LENA).reconnectBy()).hasValue(end);
        }
        fixture.later(Duration.ofDays(60));
        assertThat(tokens.accessToken(LENA).expiresAt()).hasValue(end);

        fixture.later(Duration.ofDays(5));
        assertThat(failure(Problem.GRANT_EXPIRED, () -> tokens.accessToken(LENA))
                        .remedy())
                .isEqualTo(Remedy.RECONNECT);
        assertThat(tokens.status(LENA).state()).isEqualTo(ConnectionState.NEEDS_REAUTH);
        fixture.connect(tokens, LENA);
        assertThat(tokens.status(LENA).state()).isEqualTo(ConnectionState.ACTIVE);
    }

    @Test
    void aLaterEndInAResponseIsIgnored() {
        fixture.connect(tokens, LENA);
        Instant end = tokens.status(LENA).reconnectBy().orElseThrow();
        fixture.later(Duration.ofDays(61));
        linkedIn.onTokenOf(
                "lena",
                MockResponse.json(
                        200,
                        "{\"access_token\":\"" + TestTokens.access()
                                + "\",\"expires_in\":5184000,\"refresh_token_expires_in\":31536000}"));

        assertThat(tokens.accessToken(LENA).generation()).isEqualTo(2);
        assertThat(tokens.status(LENA).reconnectBy()).hasValue(end);
    }

    @Test
    @Fault("D17")
    void theReconnectDayIsKnownFromTheStartForAnApplicationWithoutRefreshTokens() {
        linkedIn.withoutRefreshTokens();
        fixture.connect(tokens, LENA);
        AccountStatus status = tokens.status(LENA);

        assertThat(status.state()).isEqualTo(ConnectionState.NOT_REFRESHABLE);
        assertThat(status.problem()).hasValue(Problem.NO_REFRESH_TOKEN);
        assertThat(status.reconnectBy()).hasValue(fixture.clock.now().plus(Duration.ofDays(60)));
        fixture.later(Duration.ofDays(59));
        assertThat(tokens.accessToken(LENA).generation()).isEqualTo(1);
        fixture.later(Duration.ofDays(1));
        failure(Problem.NO_REFRESH_TOKEN, () -> tokens.accessToken(LENA));
        assertThat(linkedIn.ledger().tokenRequests()).isEqualTo(1);
    }

    @Test
    void aDeclinedConsentAndAnUnavailableProductAreReportedSeparately() {
        String state = tokens.authorize(LENA, BACK).state();
        failure(
                Problem.CONSENT_DENIED,
                () -> tokens.completeAuthorization(
                        linkedIn.deny(tokens.authorize(LENA, BACK).url())));
        failure(
                Problem.SCOPE_INVALID,
                () -> tokens.completeAuthorization(
                        URI.create(BACK + "?error=unauthorized_scope_error&error_description=x&state=" + state)));
        failure(Problem.NOT_CONNECTED, () -> tokens.status(LENA));
    }

    @Test
    @Fault("C17")
    void anotherMembersConsentDoesNotReplaceTheFirst() {
        linkedIn.onToken(ConsentResponses.response(linkedIn.consent("lena"), "member-1"));
        fixture.connect(tokens, LENA);
        linkedIn.onToken(ConsentResponses.response(linkedIn.consent("mia"), "member-2"));

        failure(Problem.WRONG_ACCOUNT, () -> tokens.completeAuthorization(fixture.approved(tokens, LENA, "mia")));
        assertThat(tokens.status(LENA).subject()).hasValue("member-1");
    }

    @Test
    @Fault("C18")
    void aTokenThatIsNotABearerTokenIsRefusedWhenConnecting() {
        linkedIn.onToken(MockResponse.json(
                200,
                "{\"access_token\":\"" + TestTokens.access() + "\",\"token_type\":\"mac\",\"expires_in\":5184000}"));
        failure(
                Problem.UNSUPPORTED_TOKEN_TYPE,
                () -> tokens.completeAuthorization(fixture.approved(tokens, LENA, "lena")));
    }

    @Test
    @Fault("C16")
    void aScopeThatIsMissingAfterARefreshIsReported() throws InterruptedException {
        fixture.connect(tokens, LENA);
        fixture.later(Duration.ofDays(61));
        linkedIn.onToken(MockResponse.json(
                200,
                "{\"access_token\":\"" + TestTokens.access()
                        + "\",\"expires_in\":5184000,\"scope\":\"openid,profile\"}"));
        tokens.accessToken(LENA);

        assertThat(fixture.event(TokenEvent.ScopeReduced.class).lost()).isEqualTo(Set.of("w_member_social"));
    }

    @Test
    @Fault("D6")
    void anInvalidGrantReportedAsAnInvalidRequestEndsForItsAccountOnly() {
        fixture.connect(tokens, LENA);
        fixture.connect(tokens, MAX);
        fixture.later(Duration.ofDays(61));
        linkedIn.onTokenOf("lena", MockResponse.json(400, GRANT_INVALID));

        failure(Problem.GRANT_DEAD, () -> tokens.accessToken(LENA));
        assertThat(tokens.status(LENA).state()).isEqualTo(ConnectionState.NEEDS_REAUTH);
        assertThat(tokens.accessToken(MAX).generation()).isEqualTo(2);
    }

    @Test
    void anUnknownInvalidRequestIsCountedAndEndsNoGrant() {
        fixture.connect(tokens, LENA);
        fixture.later(Duration.ofDays(61));
        linkedIn.onToken(MockResponse.json(400, "{\"error\":\"invalid_request\",\"error_description\":\"new\"}"));

        failure(Problem.UNRECOGNIZED_RESPONSE, () -> tokens.accessToken(LENA));
        AccountStatus status = tokens.status(LENA);
        assertThat(status.state()).isEqualTo(ConnectionState.STALLED);
        assertThat(status.nextAttempt()).isPresent();
        fixture.later(Duration.ofHours(1));
        assertThat(tokens.accessToken(LENA).generation()).isEqualTo(2);
    }

    @Test
    void aWrongSecretIsReportedForTheClientAndMarksNoAccount() {
        fixture.connect(tokens, LENA);
        fixture.later(Duration.ofDays(61));
        linkedIn.onToken(
                MockResponse.json(401, "{\"error\":\"invalid_client\"}"),
                MockResponse.json(401, "{\"error\":\"invalid_client\"}"));

        for (int i = 0; i < 2; i++) {
            failure(Problem.CLIENT_REJECTED, () -> tokens.accessToken(LENA));
            fixture.later(Duration.ofHours(1));
        }
        assertThat(tokens.accessToken(LENA).generation()).isEqualTo(2);
    }

    @Test
    void aTokenIsValidatedByIntrospection() {
        fixture.connect(tokens, LENA);
        Validation valid = tokens.validate(LENA);
        assertThat(valid.verdict()).isEqualTo(Verdict.VALID);
        assertThat(valid.expiresAt()).isEqualTo(tokens.status(LENA).expiresAt());

        linkedIn.revoke("lena");
        assertThat(tokens.validate(LENA).verdict()).isEqualTo(Verdict.REJECTED);
    }

    @Test
    void linkedInReportsRevocationAsUnsupported() {
        fixture.connect(tokens, LENA);
        Revocation revocation = tokens.revoke(LENA);

        assertThat(revocation.outcome()).isEqualTo(Revocation.Outcome.NOT_REVOKED);
        assertThat(revocation.problem()).hasValue(Problem.NOT_SUPPORTED);
        assertThat(revocation.detail()).isEqualTo("provider linkedin does not support revocation");
        assertThat(revocation.disconnected()).isTrue();
    }

    @Test
    void applicationTokensAreRequestedAgainAfterHalfAnHour() {
        AccessToken first = tokens.clientCredentialsToken("linkedin");
        assertThat(first.expiresAt()).hasValue(fixture.clock.now().plus(Duration.ofMinutes(30)));
        fixture.later(Duration.ofMinutes(28));
        assertThat(tokens.clientCredentialsToken("linkedin")).isSameAs(first);
        fixture.later(Duration.ofMinutes(2));
        assertThat(tokens.clientCredentialsToken("linkedin").value()).isNotEqualTo(first.value());

        linkedIn.onToken(MockResponse.json(
                401,
                "{\"error\":\"access_denied\",\"error_description\":\"This application is not allowed to create"
                        + " application tokens\"}"));
        fixture.later(Duration.ofMinutes(30));
        assertThat(failure(Problem.APP_BLOCKED, () -> tokens.clientCredentialsToken("linkedin"))
                        .remedy())
                .isEqualTo(Remedy.CONTACT_SUPPORT);
    }

    @Test
    void anAccountOfTheApplicationItselfIsRefreshedByANewRequest() {
        TokenKey app = TokenKey.of("linkedin", "the application");
        assertThat(tokens.connectClientCredentials(app).state()).isEqualTo(ConnectionState.ACTIVE);
        fixture.later(Duration.ofMinutes(31));

        AccessToken second = tokens.accessToken(app);
        assertThat(second.generation()).isEqualTo(2);
        assertThat(second.expiresAt()).hasValue(fixture.clock.now().plus(Duration.ofMinutes(30)));
    }

    @Test
    void aFreshTokenReportedAsRevokedIsNotRefreshedAndAnOldOneIs() throws IOException {
        fixture.connect(tokens, LENA);
        OkHttpClient http = new OkHttpClient.Builder()
                .addInterceptor(TokenInterceptor.of(tokens))
                .build();
        String revoked = "{\"status\":401,\"serviceErrorCode\":65601,\"code\":\"REVOKED_ACCESS_TOKEN\","
                + "\"message\":\"The token used in the request has been revoked by the user\"}";
        linkedIn.onApi(MockResponse.json(401, revoked));
        try (Response response = get(http)) {
            assertThat(response.code()).isEqualTo(401);
            var verdict = TokenInterceptor.verdict(response).orElseThrow();
            assertThat(verdict.problem().orElseThrow().remedy()).isEqualTo(Remedy.RETRY);
            assertThat(verdict.until()).hasValue(fixture.clock.now().plusSeconds(30));
        }
        assertThat(linkedIn.ledger().tokenRequests()).isEqualTo(1);

        fixture.later(Duration.ofMinutes(5));
        linkedIn.onApi(MockResponse.json(401, revoked));
        for (int code : List.of(200, 200)) {
            try (Response response = get(http)) {
                assertThat(response.code()).isEqualTo(code);
            }
        }
        assertThat(linkedIn.ledger().tokenRequests()).isEqualTo(2);
    }

    private Response get(OkHttpClient http) throws IOException {
        return http.newCall(new Request.Builder()
                        .url(linkedIn.apiUrl().toString())
                        .tag(TokenKey.class, LENA)
                        .build())
                .execute();
    }
}
