package dev.evertoken;

import static dev.evertoken.providers.LoopbackServer.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.model.ClientRegistration;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenKey;
import dev.evertoken.okhttp.TokenInterceptor;
import dev.evertoken.providers.LoopbackServer;
import dev.evertoken.providers.OAuth2Provider;
import dev.evertoken.providers.OAuth2ProviderBuilder;
import dev.evertoken.store.InMemoryTokenStore;
import dev.evertoken.testing.ManualClock;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Described providers whose access tokens do not end, used until their API rejects them. */
class EndlessTokensTest {

    private static final TokenKey ANNA = TokenKey.of("acme", "anna");
    private static final URI REDIRECT = URI.create("https://app.example/back");

    private final ManualClock clock = ManualClock.start();
    private LoopbackServer server;
    private volatile int apiStatus = 200;
    private volatile int userStatus = 200;

    @BeforeEach
    void start() throws IOException {
        server = LoopbackServer.playing((here, socket, out) -> {
            String request = here.requests().get(here.requests().size() - 1);
            String response = json(200, "{\"access_token\":\"at-1\",\"scope\":\"repo,gist\"}");
            if (request.startsWith("GET /api")) {
                response = json(request.contains("at-2") ? 200 : apiStatus, "{}");
            } else if (request.startsWith("GET /user")) {
                response = json(userStatus, userStatus == 200 ? "{\"id\":42}" : "{}");
            } else if (request.contains("grant_type=refresh_token")) {
                response = json(200, "{\"access_token\":\"at-2\"}");
            } else if (request.contains("code=with-refresh-token")) {
                response = json(200, "{\"access_token\":\"at-1\",\"refresh_token\":\"rt-1\",\"expires_in\":0}");
            }
            out.write(response.getBytes(StandardCharsets.UTF_8));
        });
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    @Test
    void aTokenThatNeverExpiresIsKeptIfTheProviderStillAcceptsItAndEndsIfItDoesNot() throws IOException {
        OAuth2ProviderBuilder github = acme().refreshModel(RefreshModel.NON_EXPIRING);
        try (Tokens tokens = connected(github, "c-1")) {
            clock.advance(Duration.ofDays(300));
            assertThat(call(tokens)).isEqualTo(200);
            assertThat(requests("/token")).as("the exchange alone").isEqualTo(1);

            apiStatus = 401;
            assertThat(call(tokens)).isEqualTo(401);
            assertThat(tokens.status(ANNA).state()).isEqualTo(ConnectionState.ACTIVE);

            clock.advance(Duration.ofHours(2));
            userStatus = 401;
            assertThat(call(tokens)).isEqualTo(401);
            assertThat(tokens.status(ANNA).state()).isEqualTo(ConnectionState.NEEDS_REAUTH);
        }
    }

    @Test
    void aTokenWhoseLifetimeIsZeroIsRefreshedOnlyWhenTheApiRejectsIt() throws IOException {
        try (Tokens tokens =
                connected(acme().refreshModel(RefreshModel.STATIC).endlessIfZero(), "with-refresh-token")) {
            clock.advance(Duration.ofDays(300));
            assertThat(call(tokens)).isEqualTo(200);
            assertThat(requests("/token")).as("the exchange alone").isEqualTo(1);

            apiStatus = 401;
            assertThat(call(tokens)).isEqualTo(200);
            assertThat(tokens.accessToken(ANNA).value().reveal()).isEqualTo("at-2");
        }
    }

    private OAuth2ProviderBuilder acme() {
        return OAuth2Provider.builder("acme")
                .authorizationEndpoint(URI.create("https://acme.example/authorize"))
                .tokenEndpoint(server.uri("/token"))
                .userEndpoint(server.uri("/user").toString(), "id")
                .apiHosts("127.0.0.1");
    }

    private Tokens connected(OAuth2ProviderBuilder provider, String code) {
        Tokens tokens = Tokens.builder()
                .namespace("desk")
                .store(new InMemoryTokenStore(clock))
                .withoutJournal()
                .timekeeper(clock)
                .provider(provider.build())
                .client("acme", ClientRegistration.of("client-1", "d41f0c8a97b2"))
                .build();
        String state = tokens.authorize(ANNA, REDIRECT).state();
        tokens.completeAuthorization(URI.create(REDIRECT + "?code=" + code + "&state=" + state));
        return tokens;
    }

    private int call(Tokens tokens) throws IOException {
        OkHttpClient http = new OkHttpClient.Builder()
                .addInterceptor(TokenInterceptor.of(tokens))
                .build();
        try (Response response = http.newCall(new Request.Builder()
                        .url(server.uri("/api").toString())
                        .tag(TokenKey.class, ANNA)
                        .build())
                .execute()) {
            return response.code();
        } finally {
            http.connectionPool().evictAll();
        }
    }

    private long requests(String path) {
        return server.requests().stream()
                .filter(request -> request.contains(" " + path + " "))
                .count();
    }
}
