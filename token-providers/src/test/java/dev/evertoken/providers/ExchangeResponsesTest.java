package dev.evertoken.providers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.model.Problem;
import dev.evertoken.model.Secret;
import dev.evertoken.spi.provider.Provider;
import dev.evertoken.spi.provider.TokenOutcome;
import dev.evertoken.spi.provider.TokenOutcome.Issued;
import dev.evertoken.spi.provider.TokenOutcome.MaybeSent;
import dev.evertoken.spi.provider.TokenOutcome.Refused;
import dev.evertoken.spi.provider.TokenResponse;
import dev.evertoken.spi.provider.TokenVerdict;
import dev.evertoken.spi.provider.TokenVerdict.Kind;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every documented response to a code exchange on the wire, by the sections of the fact sheet. */
class ExchangeResponsesTest {

    private static final Provider GOOGLE = new Google();
    private static final Provider STRAVA = new Strava();

    /** {@code acted}: whether the code may have been used. */
    private record Row(String line, Provider provider, int status, String body, boolean acted, Kind kind, Problem is) {
        @Override
        public String toString() {
            return provider.id() + " " + line;
        }
    }

    static Stream<Row> refusals() {
        return Stream.of(
                google("2.6 malformed code", 400, error("invalid_grant", "Malformed auth code."), Kind.GRANT_DEAD),
                google("2.6 Bad Request", 400, error("invalid_grant", "Bad Request"), Kind.GRANT_DEAD),
                google("2.6 no description", 400, "{\"error\":\"invalid_grant\"}", Kind.GRANT_DEAD),
                google("2.6 PKCE", 400, error("invalid_grant", "Missing code verifier."), Kind.GRANT_DEAD),
                row(
                        GOOGLE,
                        "2.6 redirect_uri_mismatch",
                        400,
                        "{\"error\":\"redirect_uri_mismatch\"}",
                        Kind.UNKNOWN,
                        Problem.REQUEST_REJECTED),
                row(
                        GOOGLE,
                        "2.6 invalid_client",
                        401,
                        error("invalid_client", "The OAuth client was not found."),
                        Kind.CLIENT_INVALID,
                        Problem.CLIENT_REJECTED),
                row(
                        GOOGLE,
                        "2.6 deleted_client",
                        401,
                        error("deleted_client", "The OAuth client was deleted."),
                        Kind.CLIENT_INVALID,
                        Problem.CLIENT_REJECTED),
                row(
                        GOOGLE,
                        "2.6 admin_policy_enforced",
                        400,
                        "{\"error\":\"admin_policy_enforced\"}",
                        Kind.ACCOUNT_UNUSABLE,
                        Problem.ADMIN_BLOCKED),
                row(
                        GOOGLE,
                        "2.6 org_internal",
                        403,
                        error("org_internal", "This client is restricted to users within its organization."),
                        Kind.ACCOUNT_UNUSABLE,
                        Problem.REQUEST_REJECTED),
                row(
                        GOOGLE,
                        "2.6 client_secret is missing",
                        400,
                        error("invalid_request", "client_secret is missing."),
                        Kind.CLIENT_INVALID,
                        Problem.CLIENT_REJECTED),
                row(
                        GOOGLE,
                        "2.3 use_dpop_nonce",
                        400,
                        "{\"error\":\"use_dpop_nonce\"}",
                        Kind.UNKNOWN,
                        Problem.REQUEST_REJECTED),
                row(
                        GOOGLE,
                        "2.6 internal_failure with 400",
                        400,
                        error("internal_failure", "Backend Error"),
                        Kind.TRANSIENT,
                        Problem.PROVIDER_UNAVAILABLE),
                maybeSent(GOOGLE, "2.6 500", 500, "", Problem.PROVIDER_UNAVAILABLE),
                maybeSent(
                        GOOGLE,
                        "2.6 502 page",
                        502,
                        "<html><title>Error 502 (Server Error)!!1</title></html>",
                        Problem.PROVIDER_UNAVAILABLE),
                row(GOOGLE, "2.6 403 page", 403, "<html>", Kind.RATE_LIMITED, Problem.RATE_LIMITED),
                row(GOOGLE, "2.6 429", 429, "", Kind.RATE_LIMITED, Problem.RATE_LIMITED),
                row(
                        STRAVA,
                        "4.4 code",
                        400,
                        fault("AuthorizationCode", "code"),
                        Kind.TRANSIENT,
                        Problem.PROVIDER_UNAVAILABLE),
                row(
                        STRAVA,
                        "4.4 code, form of 2018",
                        400,
                        fault("RequestToken", "code"),
                        Kind.TRANSIENT,
                        Problem.PROVIDER_UNAVAILABLE),
                row(
                        STRAVA,
                        "4.4 client_id",
                        400,
                        fault("Application", "client_id"),
                        Kind.CLIENT_INVALID,
                        Problem.CLIENT_REJECTED),
                row(
                        STRAVA,
                        "4.4 client_secret",
                        400,
                        fault("Application", "client_secret"),
                        Kind.CLIENT_INVALID,
                        Problem.CLIENT_REJECTED),
                row(
                        STRAVA,
                        "4.4 redirect_uri",
                        400,
                        fault("Application", "redirect_uri"),
                        Kind.UNKNOWN,
                        Problem.REQUEST_REJECTED),
                row(STRAVA, "4.4 scope", 400, fault("Authorize", "scope"), Kind.SCOPE_INVALID, Problem.SCOPE_INVALID),
                row(
                        STRAVA,
                        "4.4 too many athletes",
                        403,
                        "Error 403: Limit of connected athletes exceeded",
                        Kind.ACCOUNT_UNUSABLE,
                        Problem.ACCOUNT_UNUSABLE),
                row(
                        STRAVA,
                        "4.6 429",
                        429,
                        "{\"errors\":\"Rate Limit Exceeded\",\"status\":429,\"message\":\"Too Many Requests\"}",
                        Kind.RATE_LIMITED,
                        Problem.RATE_LIMITED),
                maybeSent(STRAVA, "4.4 5xx", 503, "<html>", Problem.PROVIDER_UNAVAILABLE));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void everyRefusalHasItsVerdictAndItsBodyIsNeverShown(Row row) throws IOException {
        TokenOutcome outcome = exchange(row.provider(), row.status(), row.body());

        assertThat(outcome).isInstanceOf(row.acted() ? MaybeSent.class : Refused.class);
        TokenVerdict verdict = outcome instanceof Refused refused ? refused.verdict() : ((MaybeSent) outcome).verdict();
        assertThat(verdict.kind()).isEqualTo(row.kind());
        assertThat(verdict.problem()).isEqualTo(row.is());
        assertThat(verdict.detail())
                .startsWith("token endpoint answered " + row.status())
                .doesNotContain("<", "{");
    }

    @Test
    void googlesResponseHasTokensSubjectAndBothNamesOfAScope() throws IOException {
        TokenResponse response = responseOf(
                GOOGLE,
                "{\"access_token\":\"ya29.a\",\"expires_in\":3599,\"refresh_token\":\"1//r\","
                        + "\"scope\":\"openid https://www.googleapis.com/auth/userinfo.email\","
                        + "\"token_type\":\"Bearer\",\"id_token\":\"e30.eyJzdWIiOiIxMTAifQ.c2ln\","
                        + "\"refresh_token_expires_in\":604799}");

        assertThat(response.refreshToken()).hasValue(Secret.of("1//r"));
        assertThat(response.expiresAt()).hasValue(response.issuedAt().plusSeconds(3599));
        assertThat(response.refreshTokenExpiresAt())
                .hasValue(response.issuedAt().plus(Duration.ofSeconds(604_799)));
        assertThat(response.subject()).hasValue("110");
        assertThat(response.scopes())
                .hasValue(Set.of("openid", "email", "https://www.googleapis.com/auth/userinfo.email"));
    }

    @Test
    void googlesResponseToASecondConsentHasNoRefreshToken() throws IOException {
        TokenResponse response = responseOf(
                GOOGLE,
                "{\"access_token\":\"ya29.a\",\"expires_in\":3599,\"scope\":\"a b\",\"token_type\":\"Bearer\"}");

        assertThat(response.refreshToken()).isEmpty();
        assertThat(response.subject()).isEmpty();
    }

    @Test
    void theSubjectOfStravasResponseIsTheAthleteIdWithAllDigits() throws IOException {
        TokenResponse response = responseOf(
                STRAVA,
                "{\"token_type\":\"Bearer\",\"expires_at\":1542940199,\"expires_in\":21600,\"refresh_token\":\"r\","
                        + "\"access_token\":\"a\",\"athlete\":{\"id\":1234567898765432123,\"username\":\"...\","
                        + "\"resource_state\":2,\"firstname\":\"...\",\"lastname\":\"...\",\"city\":\"...\","
                        + "\"state\":\"...\",\"country\":\"\",\"sex\":\"M\",\"premium\":true,\"summit\":true,"
                        + "\"created_at\":\"2017-11-28T19:05:35Z\",\"updated_at\":\"...\",\"badge_type_id\":1,"
                        + "\"profile_medium\":\"https://...\",\"profile\":\"https://...\",\"friend\":null,"
                        + "\"follower\":null}}");

        assertThat(response.subject()).hasValue("1234567898765432123");
        assertThat(response.expiresAt()).hasValue(response.issuedAt().plus(Duration.ofHours(6)));
        assertThat(response.scopes()).isEmpty();
    }

    @Test
    void theRefusalOfACodeThatStravaDoesNotKnowYetHasARetryTime() throws IOException {
        Refused refused = (Refused) exchange(STRAVA, 400, fault("AuthorizationCode", "code"));
        assertThat(refused.verdict().until()).isPresent();
    }

    @Test
    void aRepeatedCodeOrSecretIsNotQuoted() throws IOException {
        for (String secret : List.of(RelocatedProvider.VERIFIER, RefreshCaller.CLIENT_SECRET, RelocatedProvider.CODE)) {
            TokenOutcome outcome = exchange(GOOGLE, 400, error("invalid_grant", secret));
            assertThat(((Refused) outcome).verdict().detail()).doesNotContain(secret);
            TokenOutcome unknown = exchange(GOOGLE, 400, "{\"error\":\"" + secret + "\"}");
            assertThat(unknown.toString()).doesNotContain(secret);
        }
    }

    private static TokenResponse responseOf(Provider provider, String body) throws IOException {
        return ((Issued) exchange(provider, 200, body)).response();
    }

    private static TokenOutcome exchange(Provider provider, int status, String body) throws IOException {
        String type = body.startsWith("{") ? "application/json" : "text/html";
        try (LoopbackServer server = LoopbackServer.answering(LoopbackServer.http(status, type, body))) {
            return RelocatedProvider.to(server, provider).exchange();
        }
    }

    private static Row google(String line, int status, String body, Kind kind) {
        return row(GOOGLE, line, status, body, kind, Problem.GRANT_DEAD);
    }

    private static Row row(Provider provider, String line, int status, String body, Kind kind, Problem problem) {
        return new Row(line, provider, status, body, false, kind, problem);
    }

    private static Row maybeSent(Provider provider, String line, int status, String body, Problem problem) {
        return new Row(line, provider, status, body, true, Kind.TRANSIENT, problem);
    }

    private static String error(String code, String description) {
        return "{\"error\":\"" + code + "\",\"error_description\":\"" + description + "\"}";
    }

    private static String fault(String resource, String field) {
        return "{\"message\":\"Bad Request\",\"errors\":[{\"resource\":\"" + resource + "\",\"field\":\"" + field
                + "\",\"code\":\"invalid\"}]}";
    }
}
