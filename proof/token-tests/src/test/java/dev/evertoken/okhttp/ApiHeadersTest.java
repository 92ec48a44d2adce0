package dev.evertoken.okhttp;

import static dev.evertoken.providers.LoopbackServer.head;
import static dev.evertoken.providers.LoopbackServer.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.Tokens;
import dev.evertoken.jdkhttp.TokenHttpClient;
import dev.evertoken.model.ClientRegistration;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenIOException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.providers.LoopbackServer;
import dev.evertoken.providers.OAuth2Provider;
import dev.evertoken.providers.OAuth2ProviderBuilder;
import dev.evertoken.store.InMemoryTokenStore;
import dev.evertoken.testing.ManualClock;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** APIs that expect the token under another scheme than Bearer or in another header than Authorization. */
class ApiHeadersTest {

    private static final TokenKey SHOP = TokenKey.of("acme", "shop");

    private final ManualClock clock = ManualClock.start();
    private final OkHttpClient plain = new OkHttpClient.Builder()
            .callTimeout(Duration.ofSeconds(20))
            .dns(host -> List.of(InetAddress.getLoopbackAddress()))
            .build();

    @AfterEach
    void close() {
        plain.dispatcher().executorService().shutdown();
        plain.connectionPool().evictAll();
    }

    @Test
    void aSchemeOfTheApiPrecedesTheToken() throws Exception {
        try (LoopbackServer api = LoopbackServer.answering(json(200, "{}"));
                Tokens tokens = tokens(acme -> acme.apiScheme("Zoho-oauthtoken"))) {
            send(okHttp(tokens, false), api.uri("/records"));
            send(tokens, api.uri("/records"));

            assertThat(api.requests())
                    .hasSize(2)
                    .allSatisfy(request -> assertThat(request)
                            .contains("Authorization: Zoho-oauthtoken at-1\r\n")
                            .doesNotContain("Bearer"));
        }
    }

    @Test
    void aHeaderOfTheApiHasTheTokenAloneAndAuthorizationIsNotSent() throws Exception {
        try (LoopbackServer api = LoopbackServer.answering(json(200, "{}"));
                Tokens tokens = tokens(acme -> acme.apiHeader("X-Shopify-Access-Token"))) {
            send(okHttp(tokens, true), api.uri("/orders"));
            send(tokens, api.uri("/orders"));

            assertThat(api.requests())
                    .hasSize(2)
                    .allSatisfy(request -> assertThat(request)
                            .contains("X-Shopify-Access-Token: at-1\r\n")
                            .doesNotContain("Authorization"));
        }
    }

    @Test
    void aRejectedTokenInAnotherHeaderIsReplacedOnce() throws IOException {
        try (LoopbackServer api = LoopbackServer.playing((server, socket, out) ->
                        out.write(json(server.requests().size() == 1 ? 401 : 200, "{\"access_token\":\"at-2\"}")
                                .getBytes(StandardCharsets.UTF_8)));
                Tokens tokens = tokens(
                        acme -> acme.apiHeader("X-Api-Token").apiScheme("Token").tokenEndpoint(api.uri("/token")))) {
            try (Response response =
                    okHttp(tokens, true).newCall(request(api.uri("/orders"))).execute()) {
                assertThat(response.code()).isEqualTo(200);
            }

            assertThat(api.requests().get(0)).contains("X-Api-Token: Token at-1\r\n");
            assertThat(api.requests().get(1)).startsWith("POST /token ");
            assertThat(api.requests().get(2)).contains("X-Api-Token: Token at-2\r\n");
        }
    }

    @Test
    void aRedirectToAnotherHostDoesNotCarryTheHeader() throws IOException {
        try (LoopbackServer elsewhere = LoopbackServer.answering(json(200, "{}"));
                LoopbackServer api = LoopbackServer.answering(head(
                        302, "Location: http://elsewhere.example:" + elsewhere.port() + "/", "Content-Length: 0"));
                Tokens tokens = tokens(acme -> acme.apiHeader("X-Shopify-Access-Token"))) {
            send(okHttp(tokens, true), api.uri("/orders"));

            assertThat(api.requests().get(0)).contains("X-Shopify-Access-Token: at-1\r\n");
            assertThat(elsewhere.requests())
                    .hasSize(1)
                    .allSatisfy(request ->
                            assertThat(request).doesNotContain("at-1").doesNotContain("X-Shopify"));
        }
    }

    @Test
    void withoutTheNetworkInterceptorTheTokenIsNotSentAndTheCallFails() throws IOException {
        try (LoopbackServer api = LoopbackServer.answering(json(401, "{}"));
                Tokens tokens = tokens(acme -> acme.apiHeader("X-Shopify-Access-Token"))) {
            assertThatThrownBy(() -> send(okHttp(tokens, false), api.uri("/orders")))
                    .isInstanceOfSatisfying(
                            TokenIOException.class,
                            failure -> assertThat(failure.reason().problem()).isEqualTo(Problem.UNSIGNABLE_REQUEST))
                    .hasMessageContaining("addNetworkInterceptor(TokenInterceptor.network())");
            assertThat(api.requests())
                    .hasSize(1)
                    .allSatisfy(request -> assertThat(request).doesNotContain("at-1"));
        }
    }

    @Test
    void theNetworkInterceptorLeavesOtherRequestsUnchangedAndBelongsToTheNetwork() throws IOException {
        try (LoopbackServer api = LoopbackServer.answering(json(200, "{}"));
                Tokens tokens = tokens(acme -> acme)) {
            send(okHttp(tokens, true), api.uri("/orders"));

            assertThat(api.requests().get(0)).contains("Authorization: Bearer at-1\r\n");
            OkHttpClient wrong = plain.newBuilder()
                    .addInterceptor(TokenInterceptor.network())
                    .build();
            assertThatThrownBy(() -> send(wrong, api.uri("/orders")))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("TokenInterceptor.network() is added with addNetworkInterceptor");
        }
    }

    private Tokens tokens(UnaryOperator<OAuth2ProviderBuilder> more) {
        Tokens tokens = Tokens.builder()
                .namespace("shop")
                .store(new InMemoryTokenStore(clock))
                .withoutJournal()
                .timekeeper(clock)
                .provider(more.apply(OAuth2Provider.builder("acme")
                                .tokenEndpoint(URI.create("https://acme.example/token"))
                                .refreshModel(RefreshModel.STATIC)
                                .apiHosts("127.0.0.1"))
                        .build())
                .client("acme", ClientRegistration.of("client-1", "d41f0c8a97b2"))
                .build();
        tokens.connect(
                SHOP,
                TokenSet.builder("at-1")
                        .refreshToken("rt-1")
                        .issuedAt(clock.now())
                        .expiresAt(clock.now().plusSeconds(3600))
                        .build());
        return tokens;
    }

    private OkHttpClient okHttp(Tokens tokens, boolean network) {
        OkHttpClient.Builder client = plain.newBuilder().addInterceptor(TokenInterceptor.of(tokens));
        return (network ? client.addNetworkInterceptor(TokenInterceptor.network()) : client).build();
    }

    private static Request request(URI address) {
        return InterceptorFixture.request(SHOP, address).build();
    }

    private static void send(OkHttpClient http, URI address) throws IOException {
        try (Response response = http.newCall(request(address)).execute()) {
            assertThat(response.code()).isEqualTo(200);
        }
    }

    private static void send(Tokens tokens, URI address) throws IOException, InterruptedException {
        HttpClient http = TokenHttpClient.of(
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build(), tokens.source(SHOP));
        assertThat(http.send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.discarding())
                        .statusCode())
                .isEqualTo(200);
    }
}
