package dev.evertoken.providers.internal.oauth2;

import static dev.evertoken.providers.LoopbackServer.json;
import static dev.evertoken.providers.RefreshCaller.acme;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.model.ClientAuthentication;
import dev.evertoken.model.ClientRegistration;
import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Problem;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenSet;
import dev.evertoken.providers.LoopbackServer;
import dev.evertoken.providers.RefreshCaller;
import dev.evertoken.spi.provider.Provider;
import dev.evertoken.spi.provider.TokenOutcome;
import dev.evertoken.spi.provider.TokenOutcome.Issued;
import dev.evertoken.spi.provider.TokenOutcome.NotSent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import org.junit.jupiter.api.Test;

/** The parameters of a refresh request, and the tokens of a plain response. */
class RefreshParametersTest {

    private static final String GOOD =
            "{\"access_token\":\"at-2\",\"refresh_token\":\"rt-2\",\"expires_in\":3600,\"token_type\":\"bearer\"}";

    private final Provider acme = acme().build();

    @Test
    void aRefreshIsOneFormPostAndItsResponseHasTheNextTokens() throws IOException {
        Provider posting = acme().authentication(ClientAuthentication.CLIENT_SECRET_POST)
                .refreshParameter("resource", "https://api.acme.example")
                .sendScopesOnRefresh()
                .build();
        try (LoopbackServer server = LoopbackServer.answering(json(200, GOOD))) {
            Instant before = Instant.now();
            Issued issued = (Issued) RefreshCaller.at(posting, server).refresh();

            assertThat(issued.response().accessToken()).contains(Secret.of("at-2"));
            assertThat(issued.response().refreshToken()).contains(Secret.of("rt-2"));
            assertThat(issued.response().expiresAt())
                    .contains(issued.response().issuedAt().plusSeconds(3600));
            assertThat(issued.response().issuedAt()).isBetween(before.truncatedTo(ChronoUnit.MILLIS), Instant.now());
            assertThat(server.requests()).hasSize(1);
            assertThat(server.requests().get(0))
                    .startsWith("POST /token HTTP/1.1\r\n")
                    .contains("Content-Type: application/x-www-form-urlencoded\r\n", "Accept: application/json\r\n")
                    .doesNotContain("Authorization", "Cookie")
                    .endsWith("\r\n\r\nresource=https%3A%2F%2Fapi.acme.example&grant_type=refresh_token"
                            + "&refresh_token=1%2F%2Frefresh%2Btoken%2Fof%26the%3Dtest&scope=read"
                            + "&client_id=id%3Aof+the+client&client_secret=s%3Acr%26t+of%2Bthe%25client");
        }
    }

    @Test
    void basicAuthenticationFormEncodesIdAndSecret() throws IOException {
        try (LoopbackServer server = LoopbackServer.answering(json(200, GOOD))) {
            RefreshCaller.at(acme, server).refresh();

            String pair = "id%3Aof+the+client:s%3Acr%26t+of%2Bthe%25client";
            assertThat(server.requests().get(0))
                    .contains("Authorization: Basic "
                            + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.US_ASCII)) + "\r\n")
                    .doesNotContain("client_secret", "client_id");
        }
    }

    @Test
    void aPublicClientSendsOnlyItsId() throws IOException {
        try (LoopbackServer server = LoopbackServer.answering(json(200, GOOD))) {
            RefreshCaller.at(acme, server).refresh(ClientRegistration.ofPublic("mobile-app"));

            assertThat(server.requests().get(0))
                    .endsWith("&client_id=mobile-app")
                    .doesNotContain("Authorization");
        }
    }

    @Test
    void theAuthenticationOfTheRegistrationHasPrecedence() throws IOException {
        ClientRegistration none = ClientRegistration.builder("gateway-client")
                .clientSecret("behind-the-gateway")
                .authentication(EndpointKind.REFRESH, ClientAuthentication.NONE)
                .build();
        try (LoopbackServer server = LoopbackServer.answering(json(200, GOOD))) {
            RefreshCaller.at(acme, server).refresh(none);

            assertThat(server.requests().get(0)).doesNotContain("client_id", "client_secret", "Authorization");
        }
    }

    @Test
    void nothingIsSentWithoutARefreshToken() throws IOException {
        try (LoopbackServer server = LoopbackServer.answering(json(200, GOOD))) {
            TokenSet accessOnly = TokenSet.builder("at-1").build();
            TokenOutcome outcome =
                    acme.refresher().refresh(RefreshCaller.at(acme, server).request(accessOnly, RefreshCaller.CLIENT));

            assertThat(outcome).isEqualTo(new NotSent(Problem.NO_REFRESH_TOKEN, "the account has no refresh token"));
            assertThat(server.connections()).isZero();
        }
    }

    @Test
    void aDeadlineOfZeroIsRefusedBeforeAnythingIsSent() throws IOException {
        try (LoopbackServer server = LoopbackServer.answering(json(200, GOOD))) {
            assertThatThrownBy(() ->
                            RefreshCaller.at(acme, server).within(Duration.ZERO).refresh())
                    .hasMessage("call deadline PT0S is shorter than a millisecond");
            assertThat(server.connections()).isZero();
        }
    }
}
