package dev.evertoken.providers;

import static dev.evertoken.providers.LoopbackServer.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.model.AccessToken;
import dev.evertoken.model.ClientRegistration;
import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.Validation.Verdict;
import dev.evertoken.spi.provider.AuthorizationFlow.Pkce;
import dev.evertoken.spi.provider.AuthorizationRequest;
import dev.evertoken.spi.provider.HeldTokens;
import dev.evertoken.spi.provider.ProviderProfile;
import dev.evertoken.spi.provider.RevokeOutcome;
import dev.evertoken.spi.provider.RevokeOutcome.Refused;
import dev.evertoken.spi.provider.RevokeOutcome.Revoked;
import dev.evertoken.spi.provider.RevokeOutcome.Unknown;
import dev.evertoken.spi.provider.TokenOutcome;
import dev.evertoken.spi.provider.TokenResponse;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** X's exact requests and its responses on the wire, by the sections of its fact sheet. */
class XTest {

    private static final X PROVIDER = new X();
    private static final ClientRegistration PUBLIC = ClientRegistration.ofPublic("client-1");
    private static final String BASIC = "Authorization: Basic "
            + Base64.getEncoder()
                    .encodeToString("client-1:s%3Acr%26t+of%2Bthe%25client".getBytes(StandardCharsets.US_ASCII))
            + "\r\n";
    private static final String REFRESH_TOKEN = "1%2F%2Frefresh%2Btoken%2Fof%26the%3Dtest";
    private static final String TOKENS = "{\"token_type\":\"bearer\",\"expires_in\":7200,\"access_token\":\"next\","
            + "\"scope\":\"tweet.read users.read offline.access\",\"refresh_token\":\"rotated\"}";

    @Test
    void refreshTokensRotateWithoutAGracePeriod() {
        ProviderProfile profile = PROVIDER.profile();

        assertThat(PROVIDER.id()).isEqualTo("x");
        assertThat(profile.refreshModel()).isEqualTo(RefreshModel.ROTATING);
        assertThat(profile.reuseGrace()).isZero();
        assertThat(profile.replayHarmless()).isFalse();
        assertThat(profile.defaultLifetime()).isEqualTo(Duration.ofHours(2));
        assertThat(profile.apiHosts()).containsExactlyInAnyOrder("api.x.com", "api.twitter.com");
        assertThat(profile.endpoints().address(EndpointKind.REFRESH))
                .contains(URI.create("https://api.x.com/2/oauth2/token"));
        assertThat(profile.endpoints().address(EndpointKind.CLIENT_CREDENTIALS))
                .contains(URI.create("https://api.x.com/oauth2/token"));
        assertThat(PROVIDER.authorizationFlow().orElseThrow().pkce()).isEqualTo(Pkce.S256);
    }

    // ---- 5A.1 consent

    @Test
    void theConsentUrlAlwaysRequestsOfflineAccessAndHasAPkceChallenge() {
        String start = "https://x.com/i/oauth2/authorize?response_type=code&client_id=client-1"
                + "&redirect_uri=https%3A%2F%2Fapp.example%2Fback%3Ftenant%3D1&scope=";
        String end = "&code_challenge=challenge&code_challenge_method=S256&state=k1.state";
        RelocatedProvider x = RelocatedProvider.nowhere(PROVIDER);

        assertThat(x.url(false, false, "tweet.read", "users.read"))
                .isEqualTo(URI.create(start + "tweet.read%20users.read%20offline.access" + end));
        assertThat(x.url(true, true, "offline.access", "users.read"))
                .isEqualTo(URI.create(start + "offline.access%20users.read" + end));
    }

    @Test
    void aStateThatIsTooLongForXIsRefusedBeforeConsent() {
        AuthorizationRequest request = new AuthorizationRequest(
                RelocatedProvider.nowhere(PROVIDER).client(),
                RelocatedProvider.REDIRECT,
                "s".repeat(501),
                Set.of("users.read"),
                Optional.of("challenge"),
                false,
                false);

        assertThatThrownBy(() -> PROVIDER.authorizationFlow().orElseThrow().url(request))
                .isInstanceOfSatisfying(
                        TokenException.class, e -> assertThat(e.problem()).isEqualTo(Problem.REQUEST_REJECTED))
                .hasMessage(
                        "the state has 501 characters and X allows 500; use a shorter redirect URI or account id, or"
                                + " fewer scopes");
    }

    @Test
    void confidentialClientsSendBasicAuthenticationAndTheirIdAndPublicClientsOnlyTheirId() throws IOException {
        String code = "\r\n\r\ngrant_type=authorization_code&code=4%2F0a+code%2Bof%26the%3Dtest"
                + "&redirect_uri=https%3A%2F%2Fapp.example%2Fback%3Ftenant%3D1&code_verifier="
                + RelocatedProvider.VERIFIER
                + "&client_id=client-1";
        try (LoopbackServer server = LoopbackServer.answering(json(200, TOKENS))) {
            RelocatedProvider x = RelocatedProvider.to(server, PROVIDER);
            x.exchange();
            x.as(PUBLIC).exchange();

            assertThat(server.requests().get(0)).contains(BASIC).endsWith(code);
            assertThat(server.requests().get(1)).doesNotContain("Authorization").endsWith(code);
        }
    }

    @Test
    void aRefreshAuthenticatesConfidentialAndPublicClientsLikeAnExchange() throws IOException {
        String form = "\r\n\r\ngrant_type=refresh_token&refresh_token=" + REFRESH_TOKEN + "&client_id=client-1";
        try (LoopbackServer server = LoopbackServer.answering(json(200, TOKENS))) {
            RefreshCaller caller = RefreshCaller.at(PROVIDER, server);
            caller.refresh(ClientRegistration.of("client-1", RefreshCaller.CLIENT_SECRET));
            caller.refresh(PUBLIC);

            assertThat(server.requests().get(0)).contains(BASIC).endsWith(form);
            assertThat(server.requests().get(1)).doesNotContain("Authorization").endsWith(form);
        }
    }

    // ---- 5A.2 successful responses

    @Test
    void everyRefreshReturnsTheNextRefreshToken() throws IOException {
        try (LoopbackServer server = LoopbackServer.answering(json(200, TOKENS))) {
            TokenResponse response =
                    ((TokenOutcome.Issued) RefreshCaller.at(PROVIDER, server).refresh()).response();

            assertThat(response.refreshToken()).hasValue(Secret.of("rotated"));
            assertThat(response.expiresAt()).hasValue(response.issuedAt().plusSeconds(7200));
            assertThat(response.scopes()).hasValue(Set.of("tweet.read", "users.read", "offline.access"));
        }
    }

    @Test
    void aResponseWithoutOfflineAccessHasNoRefreshTokenAndIsNoError() throws IOException {
        String online =
                "{\"token_type\":\"bearer\",\"expires_in\":7200,\"access_token\":\"a\",\"scope\":\"users.read\"}";
        try (LoopbackServer server = LoopbackServer.answering(json(200, online))) {
            TokenOutcome outcome = RelocatedProvider.to(server, PROVIDER).exchange();
            assertThat(((TokenOutcome.Issued) outcome).response().refreshToken())
                    .isEmpty();
        }
    }

    // ---- 5A.1 validation

    static Stream<ValidationRow> validations() {
        return Stream.of(
                new ValidationRow(
                        "5A.1 user",
                        200,
                        "{\"data\":{\"id\":\"2244994945\",\"name\":\"X Dev\",\"username\":\"TwitterDev\"}}",
                        Verdict.VALID,
                        null),
                new ValidationRow("5A.4 401", 401, "{\"title\":\"Unauthorized\"}", Verdict.REJECTED, null),
                new ValidationRow(
                        "5A.1 without users.read",
                        403,
                        "{\"title\":\"Forbidden\",\"type\":\"about:blank\"}",
                        Verdict.UNUSABLE,
                        Problem.SCOPE_MISSING),
                new ValidationRow("5A.4 402", 402, "", Verdict.UNUSABLE, Problem.APP_BLOCKED),
                new ValidationRow("5A.4 429", 429, "", Verdict.UNKNOWN, Problem.RATE_LIMITED),
                new ValidationRow("5A.4 503", 503, "<html>", Verdict.UNKNOWN, Problem.PROVIDER_UNAVAILABLE),
                new ValidationRow(
                        "5A.4 errors in a successful response",
                        200,
                        "{\"errors\":[{\"title\":\"x\"}]}",
                        Verdict.UNKNOWN,
                        Problem.UNRECOGNIZED_RESPONSE));
    }

    @ParameterizedTest
    @MethodSource("validations")
    void everyResponseToAValidationHasItsVerdict(ValidationRow row) throws IOException {
        try (LoopbackServer server = LoopbackServer.answering(json(row.status(), row.body()))) {
            row.check(RelocatedProvider.to(server, PROVIDER).validate());
            assertThat(server.requests().get(0))
                    .startsWith("GET ")
                    .contains("Authorization: Bearer " + RefreshCaller.ACCESS_TOKEN + "\r\n");
        }
    }

    // ---- 5A.1 revocation

    @Test
    void bothTokensAreRevoked() throws IOException {
        try (LoopbackServer server = LoopbackServer.answering(json(200, "{\"revoked\":true}"))) {
            RelocatedProvider x = RelocatedProvider.to(server, PROVIDER);
            assertThat(revoked(x.held())).isEqualTo(new Revoked(false));
            assertThat(revoked(x.as(PUBLIC).held())).isEqualTo(new Revoked(false));

            List<String> requests = server.requests();
            assertThat(requests).hasSize(4);
            assertThat(requests.get(0))
                    .contains(BASIC)
                    .endsWith("\r\n\r\ntoken=" + REFRESH_TOKEN + "&token_type_hint=refresh_token");
            assertThat(requests.get(1))
                    .contains(BASIC)
                    .endsWith("\r\n\r\ntoken=" + RefreshCaller.ACCESS_TOKEN + "&token_type_hint=access_token");
            assertThat(requests.get(2))
                    .doesNotContain("Authorization")
                    .endsWith("\r\n\r\ntoken=" + REFRESH_TOKEN + "&token_type_hint=refresh_token&client_id=client-1");
        }
    }

    @Test
    void anExpiredAccessTokenIsNotRevoked() throws IOException {
        try (LoopbackServer server = LoopbackServer.answering(json(200, "{\"revoked\":true}"))) {
            HeldTokens held = RelocatedProvider.to(server, PROVIDER).held();
            HeldTokens ended =
                    new HeldTokens(held.key(), held.client(), RefreshCaller.TOKENS, held.callDeadline(), held.time());

            assertThat(revoked(ended)).isEqualTo(new Revoked(false));
            assertThat(server.requests()).hasSize(1);
        }
    }

    @Test
    void theOutcomeIncludesTheRevocationOfTheAccessToken() throws IOException {
        String invalidToken =
                "{\"error\":\"invalid_request\",\"error_description\":\"Value passed for the token was invalid.\"}";
        assertThat(revoked(json(200, "{\"revoked\":true}"), json(400, invalidToken)))
                .isEqualTo(new Revoked(false));
        assertThat(revoked(json(400, invalidToken), json(400, invalidToken))).isEqualTo(new Revoked(true));
        assertThat(revoked(json(200, "{\"revoked\":true}"), json(503, "")))
                .isEqualTo(new Unknown(
                        Problem.PROVIDER_UNAVAILABLE, "revocation endpoint answered 503 with an empty body"));
        assertThat(revoked(json(200, "{\"revoked\":false}"), json(200, ""))).isInstanceOf(Refused.class);
        assertThat(revoked(json(401, "{\"error\":\"unauthorized_client\"}"), json(200, "")))
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.problem()).isEqualTo(Problem.CLIENT_REJECTED));
    }

    private static RevokeOutcome revoked(String first, String second) throws IOException {
        AtomicInteger count = new AtomicInteger();
        try (LoopbackServer server =
                LoopbackServer.answeringInTurn(() -> count.getAndIncrement() == 0 ? first : second)) {
            return revoked(RelocatedProvider.to(server, PROVIDER).held());
        }
    }

    private static RevokeOutcome revoked(HeldTokens held) {
        return PROVIDER.revoker().orElseThrow().revoke(held);
    }

    // ---- 5B app-only

    @Test
    void theAppOnlyTokenIsRequestedWithTheApiKeysAndUsedUnchanged() throws IOException {
        String body = "{\"token_type\":\"bearer\",\"access_token\":\"AAAA%2FAAA%3DAAAAAAAA\"}";
        try (LoopbackServer server = LoopbackServer.answering(json(200, body))) {
            ClientRegistration scoped = ClientRegistration.builder("client-1")
                    .clientSecret(RefreshCaller.CLIENT_SECRET)
                    .scopes("tweet.read")
                    .build();
            TokenOutcome outcome =
                    RelocatedProvider.to(server, PROVIDER).as(scoped).clientCredentialsToken();
            TokenResponse response = ((TokenOutcome.Issued) outcome).response();

            assertThat(server.requests().get(0)).contains(BASIC).endsWith("\r\n\r\ngrant_type=client_credentials");
            assertThat(response.expiresAt()).isEmpty();
            AccessToken token = new AccessToken(
                    response.accessToken().orElseThrow(),
                    response.tokenType(),
                    Optional.empty(),
                    "grant",
                    1,
                    Instant.EPOCH,
                    Set.of());
            assertThat(token.header()).isEqualTo("Bearer AAAA%2FAAA%3DAAAAAAAA");
        }
    }

    @Test
    void aRegistrationWithoutASecretGetsNoAppOnlyToken() {
        TokenOutcome outcome = RelocatedProvider.nowhere(PROVIDER).as(PUBLIC).clientCredentialsToken();
        assertThat(outcome)
                .isInstanceOfSatisfying(
                        TokenOutcome.NotSent.class,
                        notSent -> assertThat(notSent.problem()).isEqualTo(Problem.NOT_SUPPORTED));
    }
}
