package dev.evertoken.providers;

import static dev.evertoken.providers.GraphBodies.error;
import static dev.evertoken.providers.GraphServer.json;
import static dev.evertoken.providers.GraphServer.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.faults.Fault;
import dev.evertoken.internal.event.CapturedErrors;
import dev.evertoken.model.ClientRegistration;
import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.Schedule;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.providers.internal.meta.AppSecretProof;
import dev.evertoken.providers.internal.meta.GraphVersion;
import dev.evertoken.spi.provider.ApiRequest;
import dev.evertoken.spi.provider.Client;
import dev.evertoken.spi.provider.ProviderProfile;
import dev.evertoken.spi.provider.ProviderResponse;
import dev.evertoken.spi.provider.Signature;
import dev.evertoken.spi.provider.SigningKeys;
import dev.evertoken.spi.provider.TokenOutcome;
import dev.evertoken.spi.provider.TokenResponse;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Facebook's exact requests and every known successful response, by the sections of the fact sheet. */
class FacebookTest {

    private static final String LONG =
            "{\"access_token\":\"EAAB-long\",\"token_type\":\"bearer\",\"expires_in\":5183944}";
    private static final String SHORT =
            "{\"access_token\":\"EAAB-short\",\"token_type\":\"bearer\",\"expires_in\":5400}";
    private static final String SECRET = "&client_id=client-1&client_secret=Jefe";
    private static final Duration SIXTY_DAYS = Duration.ofDays(60);

    private static String facts(long expiresAt, long dataAccess) {
        return "{\"data\":{\"app_id\":\"client-1\",\"type\":\"USER\",\"application\":\"x\",\"data_access_expires_at\":"
                + dataAccess + ",\"expires_at\":" + expiresAt + ",\"is_valid\":true,\"issued_at\":1565636400,"
                + "\"scopes\":[\"email\"],\"granular_scopes\":[],\"user_id\":12345678901234567890}}";
    }

    // ---- consent

    @Test
    void theConsentUrlSeparatesScopesWithCommasAndHasTheVersion() {
        RelocatedProvider facebook = RelocatedProvider.nowhere(new Facebook().withVersion("v25.0"));

        assertThat(facebook.url(false, false, "email", "pages_show_list"))
                .isEqualTo(URI.create("https://www.facebook.com/v25.0/dialog/oauth?response_type=code"
                        + "&client_id=client-1&redirect_uri=https%3A%2F%2Fapp.example%2Fback%3Ftenant%3D1"
                        + "&scope=email%2Cpages_show_list&state=k1.state"));
        assertThat(facebook.url(true, false).getRawQuery()).contains("&auth_type=rerequest&");
        assertThat(facebook.url(false, true).getRawQuery()).contains("&auth_type=reauthenticate&");
        assertThat(RelocatedProvider.nowhere(new Facebook().withLoginConfiguration("77"))
                        .url(false, false)
                        .getRawQuery())
                .contains("&config_id=77&")
                .doesNotContain("scope");
    }

    @Test
    void everyEndpointHasTheVersionAndAnInvalidVersionIsRefused() {
        ProviderProfile profile = new Facebook().profile();

        assertThat(profile.refreshModel()).isEqualTo(RefreshModel.EXTENDING);
        assertThat(profile.endpoints().address(EndpointKind.REFRESH))
                .hasValue(URI.create("https://graph.facebook.com/v26.0/oauth/access_token"));
        assertThat(profile.endpoints().address(EndpointKind.API))
                .hasValue(URI.create("https://graph.facebook.com/v26.0"));
        assertThat(new Facebook().withVersion("v25.0")).hasToString("Facebook[v25.0]");
        assertThatThrownBy(() -> new Facebook().withVersion("26"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the Graph version must have the form of v26.0");
        assertThatThrownBy(() -> new Facebook().withLoginConfiguration("x")).hasMessageContaining("must be a number");
    }

    // ---- the exchange

    @Test
    void aCodeExchangeReturnsALongLivedTokenWithUserAndPermissions() throws IOException {
        long dataEnd = GraphServer.TIME.now().plus(Duration.ofDays(90)).getEpochSecond();
        try (GraphServer server = new GraphServer(new Facebook(), json(SHORT), json(LONG), json(facts(0, dataEnd)))) {
            TokenResponse response = responseOf(server.relocated().exchange());

            assertThat(response.accessToken()).hasValue(Secret.of("EAAB-long"));
            assertThat(response.expiresAt()).hasValue(response.issuedAt().plusSeconds(5_183_944));
            assertThat(response.refreshTokenExpiresAt()).hasValue(Instant.ofEpochSecond(dataEnd));
            assertThat(response.subject()).hasValue("12345678901234567890");
            assertThat(response.scopes()).hasValue(Set.of("email"));
            assertThat(server.requestLines())
                    .containsExactly(
                            "GET /token?redirect_uri=https%3A%2F%2Fapp.example%2Fback%3Ftenant%3D1"
                                    + "&code=4%2F0a+code%2Bof%26the%3Dtest" + SECRET,
                            "GET /refresh_access_token?grant_type=fb_exchange_token&fb_exchange_token=EAAB-short"
                                    + SECRET,
                            "GET /debug_token?input_token=EAAB-long&access_token=client-1%7CJefe&appsecret_proof="
                                    + AppSecretProof.of(server.client(), Secret.of("client-1|Jefe"))
                                            .orElseThrow()
                                            .reveal());
        }
    }

    @Test
    void theShortLivedTokenIsKeptIfTheSecondExchangeFails() throws IOException {
        String[] failures = {
            LoopbackServer.json(500, ""), refused(error(190, 463, "x")), json("{}"), refused(error(1, 0, "x"))
        };
        for (String failure : failures) {
            try (CapturedErrors log = CapturedErrors.start();
                    GraphServer server = new GraphServer(new Facebook(), json(SHORT), failure, refused("{}"))) {
                TokenResponse response = responseOf(server.relocated().exchange());

                assertThat(response.accessToken()).hasValue(Secret.of("EAAB-short"));
                assertThat(response.expiresAt()).hasValue(response.issuedAt().plusSeconds(5_400));
                assertThat(log.text())
                        .contains("facebook/alice: no long-lived token yet")
                        .doesNotContain("EAAB", "Jefe");
            }
        }
    }

    @Test
    void aShortLivedTokenWithoutALifetimeExpiresAfterAnHour() throws IOException {
        try (GraphServer server = new GraphServer(
                new Facebook(),
                json("{\"access_token\":\"EAAB-short\",\"token_type\":\"bearer\"}"),
                refused("{}"),
                refused("{}"))) {
            TokenResponse response = responseOf(server.relocated().exchange());
            assertThat(response.expiresAt()).hasValue(response.issuedAt().plusSeconds(3_600));
        }
    }

    @Test
    void noRequestFollowsARefusedCode() throws IOException {
        try (GraphServer server = new GraphServer(new Facebook(), refused(error(100, 36009, "used")))) {
            assertThat(server.relocated().exchange()).isInstanceOf(TokenOutcome.Refused.class);
            assertThat(server.requestLines()).hasSize(1);
        }
    }

    // ---- the refresh

    @Test
    void aRefreshSendsTheCurrentTokenByGetAndReturnsANewExpiry() throws IOException {
        try (GraphServer server = new GraphServer(new Facebook(), json(LONG))) {
            TokenResponse response = refreshed(server, GraphServer.tokens(Duration.ofDays(40), SIXTY_DAYS));

            assertThat(response.expiresAt()).hasValue(response.issuedAt().plusSeconds(5_183_944));
            assertThat(response.refreshTokenExpiresAt()).isEmpty();
            assertThat(server.requestLines())
                    .containsExactly(
                            "GET /refresh_access_token?grant_type=fb_exchange_token&fb_exchange_token=live-token"
                                    + SECRET);
        }
        try (GraphServer server = new GraphServer(new Facebook().withSystemUsers(), json(LONG))) {
            refreshed(server, GraphServer.tokens(Duration.ofDays(40), SIXTY_DAYS));
            assertThat(server.requestLines().get(0)).contains("?set_token_expires_in_60_days=true&grant_type=");
        }
    }

    @Test
    void anUnchangedExpiryIsTheEndOfTheGrant() throws IOException {
        TokenSet old = GraphServer.tokens(Duration.ofDays(40), SIXTY_DAYS);
        TokenResponse response = exchanged(old, 20 * 86_400);

        assertThat(response.refreshTokenExpiresAt()).isEqualTo(response.expiresAt());

        TokenSet unchanged = response.applyTo(old);
        assertThat(exchanged(aged(unchanged, Duration.ofDays(13)), 7 * 86_400).refreshTokenExpiresAt())
                .isPresent();
        TokenResponse renewed = exchanged(aged(unchanged, Duration.ofDays(13)), 60 * 86_400);
        assertThat(renewed.refreshTokenExpiresAt()).isEmpty();
        assertThat(renewed.applyTo(unchanged).refreshTokenExpiresAt()).isEmpty();
    }

    @Test
    @Fault("N1")
    void aTokenThatNeverExpiresHasNoEndOfTheGrantEither() throws IOException {
        TokenSet endless = GraphServer.tokens(Duration.ofDays(50), SIXTY_DAYS).toBuilder()
                .neverExpires()
                .build();
        String noLifetime = json("{\"access_token\":\"EAAB-long\",\"token_type\":\"bearer\"}");
        try (GraphServer server = new GraphServer(new Facebook(), noLifetime, json(facts(0, 0)))) {
            TokenResponse response = refreshed(server, endless);

            assertThat(response.expiresAt()).hasValue(Schedule.NEVER);
            assertThat(response.refreshTokenExpiresAt()).isEmpty();
        }
    }

    @Test
    void anUnchangedExpiryWithinADayOfTheIssueProvesNothing() throws IOException {
        TokenResponse response =
                exchanged(GraphServer.tokens(Duration.ofHours(5), SIXTY_DAYS), 60 * 86_400 - 5 * 3_600);
        assertThat(response.refreshTokenExpiresAt()).isEmpty();
    }

    @Test
    void theEndOfDataAccessIsKeptByRefreshes() throws IOException {
        Instant dataEnd = GraphServer.TIME.now().plus(Duration.ofDays(50));
        TokenSet old = GraphServer.tokens(Duration.ofDays(40), SIXTY_DAYS).toBuilder()
                .refreshTokenExpiresAt(dataEnd)
                .build();

        assertThat(exchanged(old, 60 * 86_400).refreshTokenExpiresAt()).hasValue(dataEnd);
        TokenResponse unchanged = exchanged(old, 20 * 86_400);
        assertThat(unchanged.refreshTokenExpiresAt()).isEqualTo(unchanged.expiresAt());
    }

    @Test
    void aMissingLifetimeIsLookedUpAndIsNeverZero() throws IOException {
        String endless = json("{\"access_token\":\"EAAB-long\",\"token_type\":\"bearer\"}");
        TokenSet old = GraphServer.tokens(Duration.ofDays(40), SIXTY_DAYS);
        long end = GraphServer.TIME.now().plus(Duration.ofDays(33)).getEpochSecond();
        try (GraphServer server = new GraphServer(new Facebook(), endless, json(facts(end, 0)))) {
            assertThat(refreshed(server, old).expiresAt()).hasValue(Instant.ofEpochSecond(end));
        }
        try (GraphServer server = new GraphServer(new Facebook(), endless, json(facts(0, 0)))) {
            assertThat(refreshed(server, old).expiresAt()).hasValue(Schedule.NEVER);
        }
        for (String unknown : List.of(refused(error(200, 0, "API access blocked.")), json("{\"data\":[]}"))) {
            try (GraphServer server = new GraphServer(new Facebook(), endless, unknown)) {
                assertThat(refreshed(server, old).expiresAt()).isEmpty();
            }
        }
    }

    @Test
    @Fault("C20")
    void theOldFormEncodedResponseAndItsExpiresFieldAreRead() throws IOException {
        String form = LoopbackServer.http(200, "text/plain; charset=UTF-8", "access_token=EAAB-old&expires=5183944");
        try (GraphServer server = new GraphServer(new Facebook(), form)) {
            TokenResponse response = refreshed(server, GraphServer.tokens(Duration.ofDays(40), SIXTY_DAYS));
            assertThat(response.accessToken()).hasValue(Secret.of("EAAB-old"));
            assertThat(response.expiresAt()).hasValue(response.issuedAt().plusSeconds(5_183_944));
        }
        String named = "{\"access_token\":\"EAAB-old\",\"token_type\":\"bearer\",\"expires\":\"5183944\"}";
        try (GraphServer server = new GraphServer(new Facebook(), json(named))) {
            assertThat(refreshed(server, GraphServer.tokens(Duration.ofDays(40), SIXTY_DAYS))
                            .expiresAt())
                    .isPresent();
        }
    }

    @Test
    @Fault("C20")
    void aFormFromInstagramIsReadOnlyIfItIsATokenResponse() throws IOException {
        String form = LoopbackServer.http(200, "text/plain", "access_token=IGAA&expires_in=5183944");
        String echo = LoopbackServer.http(200, "text/plain", "grant_type=ig_refresh_token&access_token=IGAA");
        try (GraphServer server = new GraphServer(new Instagram(), form, echo)) {
            assertThat(server.refresh(GraphServer.tokens(Duration.ofDays(40), SIXTY_DAYS)))
                    .isInstanceOf(TokenOutcome.Issued.class);
            assertThat(server.refresh(GraphServer.tokens(Duration.ofDays(40), SIXTY_DAYS)))
                    .isInstanceOf(TokenOutcome.MaybeSent.class);
        }
    }

    // ---- the application

    @Test
    void theClientCredentialsTokenIsRequestedByGet() throws IOException {
        try (GraphServer server =
                new GraphServer(new Facebook(), json("{\"access_token\":\"1|opaque\",\"token_type\":\"bearer\"}"))) {
            TokenOutcome outcome =
                    new Facebook().clientCredentialsGrant().orElseThrow().token(server.clientCredentialsRequest());

            assertThat(responseOf(outcome).accessToken()).hasValue(Secret.of("1|opaque"));
            assertThat(server.requestLines()).containsExactly("GET /token?grant_type=client_credentials" + SECRET);
        }
    }

    @Test
    void theAppSecretProofMatchesTheTestVector() throws IOException {
        Secret token = Secret.of("what do ya want for nothing?"); // RFC 4231 section 4.3
        String proof = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        try (GraphServer server = new GraphServer(new Facebook())) {
            assertThat(AppSecretProof.of(server.client(), token).map(Secret::reveal))
                    .hasValue(proof);
            SigningKeys keys = new SigningKeys(
                    TokenKey.of("facebook", "alice"), server.client(), token, Map.of(), GraphServer.TIME);
            Signature signed = new Facebook()
                    .withAppSecretProof()
                    .requestSigner()
                    .orElseThrow()
                    .sign(request(), keys);
            assertThat(signed.authorization()).isEqualTo(Secret.of("Bearer " + token.reveal()));
            assertThat(signed.query()).isEqualTo(Map.of("appsecret_proof", Secret.of(proof)));
        }
        assertThat(new Facebook().requestSigner()).isEmpty();
    }

    @Test
    void aClientWithoutASecretCannotCreateAnAppSecretProof() {
        SigningKeys keys = new SigningKeys(
                TokenKey.of("facebook", "alice"),
                new Client("facebook", "facebook", ClientRegistration.ofPublic("client-1"), new Facebook().profile()),
                Secret.of("t"),
                Map.of(),
                GraphServer.TIME);
        assertThatThrownBy(() -> new AppSecretProof().sign(request(), keys))
                .isInstanceOfSatisfying(
                        TokenException.class, e -> assertThat(e.problem()).isEqualTo(Problem.CLIENT_REJECTED));
    }

    private static ApiRequest request() {
        return new ApiRequest("GET", URI.create("https://graph.facebook.com/v26.0/me"), Map.of(), Optional.empty());
    }

    @Test
    void anotherVersionThanThePinnedOneIsLoggedOnce() {
        GraphVersion version = GraphVersion.of("v26.0");
        try (CapturedErrors log = CapturedErrors.start()) {
            for (String value : List.of("v26.0", "v24.0", "v23.0", "nonsense")) {
                version.compare(
                        new ProviderResponse(200, Map.of("Facebook-API-Version", List.of(value)), "", Instant.EPOCH));
            }
            assertThat(log.text().lines().filter(line -> line.contains("WARN")))
                    .singleElement()
                    .asString()
                    .contains("answers with version v24.0, not v26.0");
        }
    }

    private static TokenResponse exchanged(TokenSet old, long expiresIn) throws IOException {
        String body = "{\"access_token\":\"next\",\"token_type\":\"bearer\",\"expires_in\":" + expiresIn + "}";
        try (GraphServer server = new GraphServer(new Facebook(), json(body))) {
            return refreshed(server, old);
        }
    }

    /** Returns the tokens with all their times moved into the past by {@code by}. */
    private static TokenSet aged(TokenSet tokens, Duration by) {
        TokenSet.Builder older = tokens.toBuilder()
                .issuedAt(tokens.issuedAt().minus(by))
                .expiresAt(tokens.expiresAt().map(end -> end.minus(by)));
        return older.refreshTokenExpiresAt(tokens.refreshTokenExpiresAt().map(end -> end.minus(by)))
                .build();
    }

    private static TokenResponse refreshed(GraphServer server, TokenSet tokens) {
        return ((TokenOutcome.Issued) server.refresh(tokens)).response();
    }

    private static TokenResponse responseOf(TokenOutcome outcome) {
        return ((TokenOutcome.Issued) outcome).response();
    }
}
