package dev.evertoken;

import static dev.evertoken.providers.LoopbackServer.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.jdkhttp.TokenHttpClient;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.ClientRegistration;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenIOException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.okhttp.TokenInterceptor;
import dev.evertoken.providers.LoopbackServer;
import dev.evertoken.providers.OAuth2Provider;
import dev.evertoken.store.InMemoryTokenStore;
import dev.evertoken.testing.ManualClock;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An account whose API host is named by the response of its own consent, and fields that are kept with its tokens. */
class AccountHostsTest {

    private static final TokenKey ANNA = TokenKey.of("acme", "anna");
    private static final TokenKey BERT = TokenKey.of("acme", "bert");
    private static final URI REDIRECT = URI.create("https://app.example/back");

    private final ManualClock clock = ManualClock.start();
    private LoopbackServer server;
    private Tokens tokens;
    private OkHttpClient http;

    @BeforeEach
    void start() throws IOException {
        server = LoopbackServer.answering(json(
                200,
                "{\"access_token\":\"at-1\",\"refresh_token\":\"rt-1\",\"expires_in\":3600,"
                        + "\"instance_url\":\"http://localhost:80/services\"}"));
        tokens = Tokens.builder()
                .namespace("desk")
                .store(new InMemoryTokenStore(clock))
                .withoutJournal()
                .timekeeper(clock)
                .provider(OAuth2Provider.builder("acme")
                        .authorizationEndpoint(URI.create("https://acme.example/authorize"))
                        .tokenEndpoint(server.uri("/token"))
                        .refreshModel(RefreshModel.STATIC)
                        .keep("instance", "instance_url")
                        .keepFromRedirect("realmId")
                        .accountHosts("localhost")
                        .accountHostsAt("instance_url")
                        .build())
                .client("acme", ClientRegistration.of("client-1", "d41f0c8a97b2"))
                .build();
        http = new OkHttpClient.Builder()
                .dns(host -> List.of(InetAddress.getLoopbackAddress()))
                .addInterceptor(TokenInterceptor.of(tokens))
                .build();
    }

    @AfterEach
    void stop() throws IOException {
        tokens.close();
        server.close();
        http.dispatcher().executorService().shutdown();
        http.connectionPool().evictAll();
    }

    @Test
    void theTokenIsSentToTheHostThatItsOwnResponseNames() throws Exception {
        consent(ANNA);

        assertThat(get(ANNA, named("localhost"))).isEqualTo(200);
        HttpClient jdk = TokenHttpClient.of(HttpClient.newHttpClient(), tokens.source(ANNA));
        assertThat(jdk.send(HttpRequest.newBuilder(named("localhost")).build(), HttpResponse.BodyHandlers.discarding())
                        .statusCode())
                .isEqualTo(200);
        assertThat(server.requests().get(1)).contains("Authorization: Bearer at-1");
        assertThat(tokens.accessToken(ANNA).hosts()).containsExactly("localhost");
    }

    @Test
    void theTokenOfAnAccountWhoseResponseNamesNoHostIsNotSentThere() {
        tokens.connect(
                BERT,
                TokenSet.builder("at-9")
                        .refreshToken("rt-9")
                        .issuedAt(clock.now())
                        .expiresAt(clock.now().plusSeconds(3600))
                        .build());

        assertThatThrownBy(() -> get(BERT, named("localhost")))
                .isInstanceOfSatisfying(
                        TokenIOException.class,
                        failure -> assertThat(failure.reason().problem()).isEqualTo(Problem.HOST_NOT_ALLOWED))
                .hasMessageContaining("only if the provider's response has named it for the account");
        HttpClient jdk = TokenHttpClient.of(HttpClient.newHttpClient(), tokens.source(BERT));
        assertThatThrownBy(() -> jdk.send(
                        HttpRequest.newBuilder(named("localhost")).build(), HttpResponse.BodyHandlers.discarding()))
                .isInstanceOf(TokenIOException.class);
        assertThat(server.connections()).isZero();
    }

    @Test
    void theTokenIsSentToNoOtherHost() {
        consent(ANNA);

        assertThatThrownBy(() -> get(ANNA, named("127.0.0.1"))).isInstanceOf(TokenIOException.class);
        assertThat(server.requests()).as("the exchange alone").hasSize(1);
    }

    @Test
    void fieldsOfTheResponseAndOfTheRedirectAreReadWithTheToken() {
        consent(ANNA);

        AccessToken token = tokens.accessToken(ANNA);

        assertThat(token.field("instance")).contains("http://localhost:80/services");
        assertThat(token.field("realmId")).contains("4620816365");
        assertThat(token.field("id_token")).isEmpty();
        assertThat(token.toString()).doesNotContain("4620816365");
        clock.advance(Duration.ofHours(2));
        assertThat(tokens.accessToken(ANNA).field("realmId"))
                .as("after a refresh, whose response does not have it")
                .contains("4620816365");
    }

    private void consent(TokenKey key) {
        String state = tokens.authorize(key, REDIRECT).state();
        tokens.completeAuthorization(URI.create(REDIRECT + "?code=c-1&realmId=4620816365&state=" + state));
    }

    private URI named(String host) {
        return URI.create("http://" + host + ":" + server.port() + "/orders");
    }

    private int get(TokenKey key, URI address) throws IOException {
        try (Response response = http.newCall(new Request.Builder()
                        .url(address.toString())
                        .tag(TokenKey.class, key)
                        .build())
                .execute()) {
            return response.code();
        }
    }
}
