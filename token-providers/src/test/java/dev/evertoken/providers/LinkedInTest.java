package dev.evertoken.providers;

import static dev.evertoken.providers.LoopbackServer.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.model.ClientAuthentication;
import dev.evertoken.model.ClientRegistration;
import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenSet;
import dev.evertoken.model.Validation;
import dev.evertoken.model.Validation.Verdict;
import dev.evertoken.spi.provider.ProviderProfile;
import dev.evertoken.spi.provider.TokenOutcome;
import dev.evertoken.spi.provider.TokenResponse;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** LinkedIn's exact requests and its successful responses on the wire, by the sections of its fact sheet. */
class LinkedInTest {

    private static final LinkedIn LINKEDIN = new LinkedIn();
    private static final String PROOF = "&client_id=client-1&client_secret=s%3Acr%26t+of%2Bthe%25client";

    @Test
    void linkedInHasAStaticRefreshTokenAndTakesTheSecretInTheForm() {
        ProviderProfile profile = LINKEDIN.profile();

        assertThat(LINKEDIN.id()).isEqualTo("linkedin");
        assertThat(profile.refreshModel()).isEqualTo(RefreshModel.STATIC);
        assertThat(profile.replayHarmless()).isTrue();
        assertThat(profile.endpoints().address(EndpointKind.REFRESH))
                .contains(URI.create("https://www.linkedin.com/oauth/v2/accessToken"));
        assertThat(profile.authentication(EndpointKind.REFRESH)).isEqualTo(ClientAuthentication.CLIENT_SECRET_POST);
        assertThat(profile.defaultLifetime()).isEqualTo(Duration.ofDays(60));
        assertThat(profile.apiHosts()).containsExactly("api.linkedin.com");
        assertThat(LINKEDIN.revoker()).isEmpty();
    }

    @Test
    void theConsentUrlHasNoPkceAndSeparatesScopesWithBlanks() {
        assertThat(RelocatedProvider.nowhere(LINKEDIN).url(true, true, "openid", "w_member_social"))
                .isEqualTo(URI.create("https://www.linkedin.com/oauth/v2/authorization?response_type=code"
                        + "&client_id=client-1&redirect_uri=https%3A%2F%2Fapp.example%2Fback%3Ftenant%3D1"
                        + "&scope=openid%20w_member_social&state=k1.state"));
    }

    @Test
    void aClientWithoutASecretIsRefusedBeforeConsent() {
        RelocatedProvider open = RelocatedProvider.nowhere(LINKEDIN).as(ClientRegistration.ofPublic("client-1"));
        assertThatThrownBy(() -> open.url(false, false, "openid"))
                .isInstanceOfSatisfying(
                        TokenException.class, e -> assertThat(e.problem()).isEqualTo(Problem.NOT_SUPPORTED))
                .hasMessage("client linkedin has no secret, which LinkedIn requires to exchange a code");
    }

    @Test
    void linkedInsOwnRedirectErrorsAreUnderstood() {
        var flow = LINKEDIN.authorizationFlow().orElseThrow();
        assertThat(flow.redirectError("user_cancelled_login")).contains(Problem.CONSENT_DENIED);
        assertThat(flow.redirectError("user_cancelled_authorize")).contains(Problem.CONSENT_DENIED);
        assertThat(flow.redirectError("unauthorized_scope_error")).contains(Problem.SCOPE_INVALID);
        assertThat(flow.redirectError("access_denied")).isEmpty();
    }

    // ---- 4.2 successful responses

    @Test
    void theResponseToAnOrdinaryApplicationHasNoRefreshToken() throws IOException {
        TokenResponse response =
                exchanged("{\"access_token\":\"AQUv\",\"expires_in\":5184000,\"scope\":\"r_basicprofile\"}");

        assertThat(response.refreshToken()).isEmpty();
        assertThat(response.expiresAt()).hasValue(response.issuedAt().plus(Duration.ofDays(60)));
        assertThat(response.scopes()).hasValue(Set.of("r_basicprofile"));
        assertThat(response.subject()).isEmpty();
    }

    @Test
    void theResponseToAnApprovedPartnerHasTheEndOfTheYear() throws IOException {
        TokenResponse response =
                exchanged("{\"access_token\":\"AQUv\",\"expires_in\":5183999,\"refresh_token\":\"AQW\","
                        + "\"refresh_token_expires_in\":31536059,\"scope\":\"openid,profile,email,w_member_social\","
                        + "\"token_type\":\"Bearer\",\"id_token\":\"e30.eyJzdWIiOiJtZW1iZXIifQ.c2ln\"}");

        assertThat(response.refreshToken()).hasValue(Secret.of("AQW"));
        assertThat(response.refreshTokenExpiresAt())
                .hasValue(response.issuedAt().plusSeconds(31_536_059));
        assertThat(response.scopes()).hasValue(Set.of("openid", "profile", "email", "w_member_social"));
        assertThat(response.subject()).hasValue("member");
    }

    @Test
    void aRefreshNeverMovesTheEndOfTheYear() throws IOException {
        String body = "{\"access_token\":\"BBBB\",\"expires_in\":5183999,\"refresh_token\":\""
                + RefreshCaller.REFRESH_TOKEN + "\",\"refresh_token_expires_in\":26438400,\"scope\":\"r_ads\"}";
        Instant end = Instant.parse("2027-03-01T00:00:00Z");
        try (LoopbackServer server = LoopbackServer.answering(json(200, body))) {
            TokenSet held =
                    RefreshCaller.TOKENS.toBuilder().refreshTokenExpiresAt(end).build();
            TokenSet after = refreshed(server, held);

            assertThat(after.refreshTokenExpiresAt()).hasValue(end);
            assertThat(after.refreshToken()).isEqualTo(held.refreshToken());
            assertThat(server.requests().get(0))
                    .doesNotContain("Authorization")
                    .endsWith("\r\n\r\ngrant_type=refresh_token"
                            + "&refresh_token=1%2F%2Frefresh%2Btoken%2Fof%26the%3Dtest"
                            + "&client_id=id%3Aof+the+client&client_secret=s%3Acr%26t+of%2Bthe%25client");
        }
    }

    @Test
    void anUnknownEndOfTheYearIsLearnedFromARefresh() throws IOException {
        String body = "{\"access_token\":\"BBBB\",\"expires_in\":\"5183999\",\"refresh_token_expires_in\":\"3600\"}";
        try (LoopbackServer server = LoopbackServer.answering(json(200, body))) {
            TokenSet after = refreshed(server, RefreshCaller.TOKENS);

            assertThat(after.refreshTokenExpiresAt()).hasValue(after.issuedAt().plusSeconds(3600));
            assertThat(after.expiresAt()).hasValue(after.issuedAt().plusSeconds(5_183_999));
        }
    }

    @Test
    void aRefusalAfterTheYearSaysThatTheYearIsOver() throws IOException {
        String refusal = "{\"error\":\"invalid_request\",\"error_description\":\"The provided authorization grant or"
                + " refresh token is invalid, expired or revoked\"}";
        TokenSet old = RefreshCaller.TOKENS.toBuilder()
                .refreshTokenExpiresAt(Instant.parse("2020-01-01T00:00:00Z"))
                .build();
        try (LoopbackServer server = LoopbackServer.answering(json(400, refusal))) {
            TokenOutcome outcome = LINKEDIN.refresher()
                    .refresh(RefreshCaller.at(LINKEDIN, server).request(old, RefreshCaller.CLIENT));
            var verdict = ((TokenOutcome.Refused) outcome).verdict();

            assertThat(verdict.problem()).isEqualTo(Problem.GRANT_EXPIRED);
            assertThat(verdict.detail())
                    .isEqualTo("token endpoint answered 400 invalid_request: the year since the consent ended at"
                            + " 2020-01-01T00:00:00Z");
        }
    }

    @Test
    void theLifetimeOfClientCredentialsTokensIsReadFromAString() throws IOException {
        try (LoopbackServer server =
                LoopbackServer.answering(json(200, "{\"access_token\":\"AQV8\",\"expires_in\":\"1800\"}"))) {
            ClientRegistration scoped = ClientRegistration.builder("client-1")
                    .clientSecret(RefreshCaller.CLIENT_SECRET)
                    .scopes("openid", "w_member_social")
                    .build();
            TokenOutcome outcome =
                    RelocatedProvider.to(server, LINKEDIN).as(scoped).clientCredentialsToken();
            TokenResponse response = ((TokenOutcome.Issued) outcome).response();

            assertThat(response.expiresAt()).hasValue(response.issuedAt().plusSeconds(1800));
            assertThat(server.requests().get(0))
                    .doesNotContain("Authorization")
                    .endsWith("\r\n\r\ngrant_type=client_credentials" + PROOF);
        }
    }

    @Test
    void aClientWithoutASecretGetsNoClientCredentialsTokenAndNothingIsSent() throws IOException {
        try (LoopbackServer server = LoopbackServer.answering(json(200, "{}"))) {
            TokenOutcome outcome = RelocatedProvider.to(server, LINKEDIN)
                    .as(ClientRegistration.ofPublic("client-1"))
                    .clientCredentialsToken();

            assertThat(outcome)
                    .isEqualTo(new TokenOutcome.NotSent(
                            Problem.NOT_SUPPORTED,
                            "client credentials tokens require a client secret, and client linkedin has none;"
                                    + " nothing was sent"));
            assertThat(server.connections()).isZero();
        }
    }

    // ---- 4.3 introspection

    static Stream<ValidationRow> introspections() {
        return Stream.of(
                new ValidationRow("4.3 active", 200, introspection(true, "active", "client-1"), Verdict.VALID, null),
                new ValidationRow(
                        "4.3 expired", 200, introspection(false, "expired", "client-1"), Verdict.REJECTED, null),
                new ValidationRow(
                        "4.3 revoked", 200, introspection(false, "revoked", "client-1"), Verdict.REJECTED, null),
                new ValidationRow("4.3 foreign token", 200, "{\"active\":false}", Verdict.REJECTED, null),
                new ValidationRow(
                        "a token of another client",
                        200,
                        introspection(true, "active", "client-2"),
                        Verdict.UNUSABLE,
                        Problem.CLIENT_MISMATCH),
                new ValidationRow(
                        "4.3 bad client_id",
                        400,
                        "{\"error\":\"invalid_client_id\"}",
                        Verdict.UNKNOWN,
                        Problem.CLIENT_REJECTED),
                new ValidationRow(
                        "4.3 bad token",
                        400,
                        "{\"error\":\"invalid_request\"}",
                        Verdict.UNKNOWN,
                        Problem.UNRECOGNIZED_RESPONSE),
                new ValidationRow("4.3 bad client_secret", 401, "", Verdict.UNKNOWN, Problem.CLIENT_REJECTED),
                new ValidationRow("4.4 500", 500, "", Verdict.UNKNOWN, Problem.PROVIDER_UNAVAILABLE),
                new ValidationRow("4.4 429", 429, "", Verdict.UNKNOWN, Problem.RATE_LIMITED));
    }

    @ParameterizedTest
    @MethodSource("introspections")
    void everyDocumentedResponseToAnIntrospectionHasItsVerdict(ValidationRow row) throws IOException {
        row.check(validated(row.status(), row.body()));
    }

    @Test
    void introspectionReturnsScopesAndExpiryOrTheReasonForARejection() throws IOException {
        Validation valid = validated(200, introspection(true, "active", "client-1"));
        assertThat(valid.scopes()).isEqualTo(Set.of("r_liteprofile", "w_member_social"));
        assertThat(valid.expiresAt()).hasValue(Instant.ofEpochSecond(1_800_000_000));

        assertThat(validated(200, introspection(false, "revoked", "client-1")).detail())
                .isEqualTo("validation endpoint answered 200 without tokens: the token is revoked");
    }

    @Test
    void anIntrospectionRequestHasTheSecretInTheForm() throws IOException {
        try (LoopbackServer server = LoopbackServer.answering(json(200, "{\"active\":false}"))) {
            RelocatedProvider.to(server, LINKEDIN).validate();
            assertThat(server.requests().get(0))
                    .doesNotContain("Authorization")
                    .endsWith("\r\n\r\ntoken=" + RefreshCaller.ACCESS_TOKEN + PROOF);
        }
    }

    private static Validation validated(int status, String body) throws IOException {
        try (LoopbackServer server = LoopbackServer.answering(json(status, body))) {
            return RelocatedProvider.to(server, LINKEDIN).validate();
        }
    }

    private static String introspection(boolean active, String status, String client) {
        return "{\"active\":" + active + ",\"client_id\":\"" + client + "\",\"authorized_at\":1493055596,"
                + "\"created_at\":1493055596,\"status\":\"" + status + "\",\"expires_at\":1800000000,"
                + "\"scope\":\"r_liteprofile,w_member_social\",\"auth_type\":\"3L\"}";
    }

    private static TokenResponse exchanged(String body) throws IOException {
        try (LoopbackServer server = LoopbackServer.answering(json(200, body))) {
            TokenResponse response = ((TokenOutcome.Issued)
                            RelocatedProvider.to(server, LINKEDIN).exchange())
                    .response();
            assertThat(server.requests().get(0))
                    .doesNotContain("Authorization", "code_verifier")
                    .endsWith("\r\n\r\ngrant_type=authorization_code&code=4%2F0a+code%2Bof%26the%3Dtest"
                            + "&redirect_uri=https%3A%2F%2Fapp.example%2Fback%3Ftenant%3D1" + PROOF);
            return response;
        }
    }

    private static TokenSet refreshed(LoopbackServer server, TokenSet held) {
        TokenOutcome outcome =
                LINKEDIN.refresher().refresh(RefreshCaller.at(LINKEDIN, server).request(held, RefreshCaller.CLIENT));
        return ((TokenOutcome.Issued) outcome).response().applyTo(held);
    }
}
