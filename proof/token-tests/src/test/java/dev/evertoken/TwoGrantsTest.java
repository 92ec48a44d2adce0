package dev.evertoken;

import static dev.evertoken.providers.LoopbackServer.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.model.ClientRegistration;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.providers.LoopbackServer;
import dev.evertoken.providers.OAuth2Provider;
import dev.evertoken.store.InMemoryTokenStore;
import dev.evertoken.testing.ManualClock;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A response that brings the grant of a bot and that of a user, as at Slack. */
class TwoGrantsTest {

    private static final TokenKey BOT = TokenKey.of("slack", "team-1");
    private static final TokenKey USER = TokenKey.of("slack", "team-1/user");
    private static final URI REDIRECT = URI.create("https://app.example/back");
    private static final String BOTH = """
            {"ok":true,"access_token":"bot-1","token_type":"bot","refresh_token":"bot-r1","expires_in":43200,
             "scope":"chat:write","team":{"id":"T1"},
             "authed_user":{"id":"U1","access_token":"user-1","token_type":"user","refresh_token":"user-r1",
              "expires_in":43200,"scope":"search:read"}}
            """;
    private static final String BOT_ALONE =
            "{\"ok\":true,\"access_token\":\"bot-1\",\"token_type\":\"bot\",\"authed_user\":{\"id\":\"U1\"}}";

    private final ManualClock clock = ManualClock.start();
    private LoopbackServer server;
    private Tokens tokens;

    @AfterEach
    void stop() throws IOException {
        tokens.close();
        server.close();
    }

    @Test
    void bothGrantsAreConnectedAndRefreshedSeparately() throws IOException {
        connect(BOTH);

        assertThat(tokens.accessToken(BOT).value().reveal()).isEqualTo("bot-1");
        assertThat(tokens.accessToken(USER).value().reveal()).isEqualTo("user-1");
        assertThat(tokens.accessToken(USER).scopes()).containsExactly("search:read");
        assertThat(tokens.accessToken(USER).grantId())
                .isNotEqualTo(tokens.accessToken(BOT).grantId());

        clock.advance(Duration.ofHours(13));
        assertThat(tokens.accessToken(USER).value().reveal()).isEqualTo("user-2");
        assertThat(server.requests().get(1)).contains("refresh_token=user-r1");
        assertThat(tokens.accessToken(BOT).value().reveal()).isEqualTo("bot-2");
        assertThat(server.requests().get(2)).contains("refresh_token=bot-r1");
    }

    @Test
    void aResponseWithoutTheSecondGrantConnectsTheFirst() throws IOException {
        connect(BOT_ALONE);

        assertThat(tokens.accessToken(BOT).value().reveal()).isEqualTo("bot-1");
        assertThatThrownBy(() -> tokens.accessToken(USER)).isInstanceOf(TokenException.class);
    }

    private void connect(String body) throws IOException {
        server = LoopbackServer.playing((here, socket, out) -> {
            String request = here.requests().get(here.requests().size() - 1);
            String kind = request.contains("refresh_token=user") ? "user" : "bot";
            String refreshed = "{\"ok\":true,\"access_token\":\"" + kind + "-2\",\"token_type\":\"" + kind
                    + "\",\"refresh_token\":\"" + kind + "-r2\",\"expires_in\":43200}";
            String response = request.contains("grant_type=authorization_code") ? body : refreshed;
            out.write(json(200, response).getBytes(StandardCharsets.UTF_8));
        });
        tokens = Tokens.builder()
                .namespace("desk")
                .store(new InMemoryTokenStore(clock))
                .withoutJournal()
                .timekeeper(clock)
                .provider(OAuth2Provider.builder("slack")
                        .authorizationEndpoint(URI.create("https://slack.example/authorize"))
                        .tokenEndpoint(server.uri("/token"))
                        .refreshModel(RefreshModel.ROTATING)
                        .bearerTypes("bot", "user")
                        .otherGrant("user", "authed_user")
                        .build())
                .client("slack", ClientRegistration.of("client-1", "d41f0c8a97b2"))
                .build();
        String state = tokens.authorize(BOT, REDIRECT).state();
        tokens.completeAuthorization(URI.create(REDIRECT + "?code=c-1&state=" + state));
    }
}
