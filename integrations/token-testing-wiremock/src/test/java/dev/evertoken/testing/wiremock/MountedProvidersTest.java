package dev.evertoken.testing.wiremock;

import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.matching;
import static com.github.tomakehurst.wiremock.client.WireMock.ok;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.serviceUnavailable;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.tomakehurst.wiremock.WireMockServer;
import dev.evertoken.Tokens;
import dev.evertoken.jdkhttp.TokenHttpClient;
import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.testing.Checkpoint;
import dev.evertoken.testing.ManualClock;
import dev.evertoken.testing.MockProvider;
import dev.evertoken.testing.MockProviders;
import dev.evertoken.testing.MockResponse;
import dev.evertoken.testing.SlowBody;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Providers in a WireMock server that was built without them share it with the stubs of the test. */
class MountedProvidersTest {

    private static final WireMockServer SERVER = new WireMockServer(options().dynamicPort());
    private static final String TOKEN_PATH = "/mock-providers/google/token";

    private final TokenKey key = TokenKey.of("google", "user-42");
    private MockProviders mocks;
    private MockProvider google;

    @BeforeAll
    static void start() {
        SERVER.start();
    }

    @AfterAll
    static void stop() {
        SERVER.stop();
    }

    @BeforeEach
    void mount() {
        SERVER.resetAll();
        mocks = WireMockProviders.mountOn(SERVER);
        google = mocks.google();
    }

    @AfterEach
    void unmount() {
        mocks.close();
    }

    @Test
    void aStubOfTheTestGetsTheTokensOfAProvider() throws Exception {
        SERVER.stubFor(get("/calendars").willReturn(ok("[]")));
        try (Tokens tokens = connected()) {
            HttpClient http = TokenHttpClient.of(HttpClient.newHttpClient(), tokens.source(key));

            assertThat(http.send(request("/calendars").build(), BodyHandlers.ofString())
                            .body())
                    .isEqualTo("[]");

            SERVER.verify(getRequestedFor(urlPathEqualTo("/calendars"))
                    .withHeader(
                            "Authorization", matching(tokens.accessToken(key).header())));
        }
    }

    @Test
    void aRejectedTokenIsRefreshedAndBothRequestsAreInTheJournalAndInTheLedger() throws Exception {
        try (Tokens tokens = connected()) {
            google.expire("user-42");
            HttpClient http = TokenHttpClient.of(HttpClient.newHttpClient(), tokens.source(key));

            assertThat(http.send(HttpRequest.newBuilder(google.apiUrl()).build(), BodyHandlers.ofString())
                            .statusCode())
                    .isEqualTo(200);
        }

        assertThat(google.ledger().tokenRequests("user-42")).isEqualTo(1);
        assertThat(google.ledger().apiRequests("user-42")).isEqualTo(2);
        SERVER.verify(1, postRequestedFor(urlPathEqualTo(TOKEN_PATH)));
        SERVER.verify(2, getRequestedFor(urlPathEqualTo("/mock-providers/google/api")));
        assertThat(SERVER.findAllUnmatchedRequests()).isEmpty();
    }

    @Test
    void aStubThatTheTestAddsLaterReplacesAnEndpoint() {
        try (Tokens tokens = connected()) {
            SERVER.stubFor(any(urlPathEqualTo(TOKEN_PATH)).willReturn(serviceUnavailable()));

            assertThatThrownBy(() -> tokens.replace(key, tokens.accessToken(key)))
                    .isInstanceOf(TokenException.class);
        }

        assertThat(google.ledger().tokenRequests()).isZero();
    }

    @Test
    void aStubForAllRequestsThatWasThereBeforeDoesNotHideTheProviders() throws Exception {
        mocks.close();
        SERVER.stubFor(any(anyUrl()).willReturn(ok("any")));
        mocks = WireMockProviders.mountOn(SERVER);

        assertThat(post(mocks.google()).statusCode()).isEqualTo(400);
        assertThat(send(request("/else")).body()).isEqualTo("any");
    }

    @Test
    void aScriptedResponseIsUsedOnceAndHasItsHeaders() throws Exception {
        google.onToken(
                MockResponse.status(503).header("Retry-After", "7"),
                MockResponse.html(502),
                MockResponse.redirect(307, URI.create("https://elsewhere.example/")));

        assertThat(post(google).headers().firstValue("Retry-After")).hasValue("7");
        assertThat(post(google).body()).startsWith("<!DOCTYPE html>");
        assertThat(post(google).statusCode()).isEqualTo(307);
        assertThat(post(google).statusCode()).isEqualTo(400);
        assertThat(google.responsesLeft()).isZero();
    }

    @Test
    void aConnectionBreaksBeforeTheFirstByteAndWithinTheBody() throws Exception {
        google.onToken(MockResponse.reset(), MockResponse.disconnect(), MockResponse.disconnectMidBody());

        assertThatThrownBy(() -> post(google)).hasRootCauseInstanceOf(SocketException.class);
        assertThatThrownBy(() -> post(google)).isInstanceOf(IOException.class);
        HttpResponse<InputStream> half = HttpClient.newHttpClient()
                .send(form(tokenAddress(google), "grant_type=none").build(), BodyHandlers.ofInputStream());
        assertThat(half.statusCode()).isEqualTo(200);
        assertThatThrownBy(() -> half.body().readAllBytes()).isInstanceOf(IOException.class);
        SERVER.verify(3, postRequestedFor(urlPathEqualTo(TOKEN_PATH)));
    }

    @Test
    void aResponseThatIsLostAfterProcessingHasSpentTheToken() {
        MockProvider acme = mocks.rotating();
        TokenSet issued = acme.consent("alice");
        acme.onToken(MockResponse.reset().afterProcessing());

        String refresh = "grant_type=refresh_token&refresh_token="
                + URLEncoder.encode(issued.refreshToken().orElseThrow().reveal(), UTF_8)
                + "&client_id=" + acme.registration().clientId() + "&client_secret="
                + URLEncoder.encode(
                        acme.registration().clientSecret().orElseThrow().reveal(), UTF_8);

        assertThatThrownBy(() -> post(acme, refresh)).isInstanceOf(IOException.class);

        assertThat(acme.ledger().isValid(issued.refreshToken().orElseThrow())).isFalse();
    }

    @Test
    void aProviderThatDoesNotRespondHoldsTheRequestUntilTheProvidersAreClosed() throws Exception {
        Checkpoint arrival = new Checkpoint();
        google.onToken(MockResponse.noResponse().heldOnArrival(arrival));
        CompletableFuture<HttpResponse<String>> response = HttpClient.newHttpClient()
                .sendAsync(form(tokenAddress(google), "grant_type=none").build(), BodyHandlers.ofString());
        arrival.awaitArrived();
        arrival.release();

        assertThat(response).isNotDone();
        mocks.close();

        assertThat(response.handle((sent, failure) -> failure).join()).hasRootCauseInstanceOf(IOException.class);
    }

    @Test
    void aSlowBodyIsSentWhenItsLastByteIsAllowed() {
        SlowBody slowBody = new SlowBody();
        google.onToken(MockResponse.slowBody(slowBody).afterProcessing());
        CompletableFuture<HttpResponse<String>> response = HttpClient.newHttpClient()
                .sendAsync(form(tokenAddress(google), "grant_type=none").build(), BodyHandlers.ofString());
        slowBody.awaitStarted();

        assertThat(response).isNotDone();
        slowBody.close();

        assertThat(response.join().body()).contains("error");
    }

    @Test
    void aBodyThatIsTooLargeFailsTheRefresh() {
        try (Tokens tokens = connected()) {
            google.onToken(MockResponse.endless());

            assertThatThrownBy(() -> tokens.replace(key, tokens.accessToken(key)))
                    .isInstanceOf(TokenException.class);
        }
    }

    @Test
    void theClockOfTheProvidersIsThatOfTheTest() throws Exception {
        mocks.close();
        ManualClock clock = ManualClock.start();
        mocks = WireMockProviders.mountOn(SERVER, clock);
        google = mocks.google();
        try (Tokens tokens = connected()) {
            clock.advance(Duration.ofHours(2));

            tokens.accessToken(key);
        }

        assertThat(google.ledger().issued("user-42")).isEqualTo(2);
    }

    @Test
    void aSignedRequestOfOAuth1IsAccepted() throws Exception {
        MockProvider x = mocks.xOAuth1();
        TokenKey signed = TokenKey.of("x-oauth1", "user-42");
        try (Tokens tokens =
                x.configure(Tokens.builder().namespace("crm").store("memory:")).build()) {
            tokens.connect(signed, x.consent("user-42"));
            HttpClient http = TokenHttpClient.of(HttpClient.newHttpClient(), tokens.source(signed));

            assertThat(http.send(
                                    HttpRequest.newBuilder(URI.create(x.apiUrl() + "?count=2"))
                                            .build(),
                                    BodyHandlers.ofString())
                            .statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void aResetOfTheServerKeepsGrantsAndLedgersAndTheNextUseMountsTheProvidersAgain() throws Exception {
        try (Tokens tokens = connected()) {
            SERVER.resetAll();
            assertThat(post(URI.create(SERVER.baseUrl() + TOKEN_PATH)).statusCode())
                    .isEqualTo(404);

            google.expire("user-42");
            tokens.replace(key, tokens.accessToken(key));

            assertThat(google.ledger().issued("user-42")).isEqualTo(2);
            assertThat(google.ledger().tokenRequests())
                    .as("without the request that WireMock refused")
                    .isEqualTo(1);
        }
        SERVER.verify(2, postRequestedFor(urlPathEqualTo(TOKEN_PATH)));
    }

    @Test
    void aReportOfWireMockDoesNotCallAProvider() throws Exception {
        SERVER.resetAll();
        post(URI.create(SERVER.baseUrl() + TOKEN_PATH));
        google.apiUrl();

        assertThat(SERVER.findNearMissesForAllUnmatchedRequests()).isNotNull();
        assertThat(SERVER.getStubMappings().toString()).contains("computed by a mock provider for each request");
        assertThat(google.ledger().entries()).isEmpty();
    }

    @Test
    void closedProvidersLeaveTheServerToTheTest() throws Exception {
        SERVER.stubFor(get("/calendars").willReturn(ok("[]")));
        URI token = tokenAddress(google);

        mocks.close();
        mocks.close();

        assertThat(post(token).statusCode()).isEqualTo(404);
        assertThat(send(request("/calendars")).body()).isEqualTo("[]");
        assertThat(SERVER.getStubMappings()).hasSize(1);
    }

    @Test
    void theConnectionsAreThoseOfTheServer() {
        assertThatThrownBy(() -> mocks.connections())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the connections belong to the server into which the providers are mounted");
    }

    @Test
    void aServerThatIsNotRunningIsRejected() {
        assertThatThrownBy(() ->
                        WireMockProviders.mountOn(new WireMockServer(options().dynamicPort())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the WireMock server is not running; start it first");
    }

    @Test
    void aServerWithoutHttpIsRejected() {
        WireMockServer secure = new WireMockServer(options().httpDisabled(true).dynamicHttpsPort());
        secure.start();
        try {
            assertThatThrownBy(() -> WireMockProviders.mountOn(secure))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("the WireMock server accepts HTTPS only; enable HTTP as well");
        } finally {
            secure.stop();
        }
    }

    @Test
    void noRequestOfTheProvidersIsLeftUnmatched() throws Exception {
        post(google);

        assertThat(SERVER.findAll(anyRequestedFor(anyUrl()))).hasSize(1);
        assertThat(SERVER.findAllUnmatchedRequests()).isEmpty();
    }

    private Tokens connected() {
        Tokens tokens = google.configure(Tokens.builder().namespace("crm").store("memory:"))
                .build();
        tokens.connect(key, google.consent("user-42"));
        return tokens;
    }

    private static URI tokenAddress(MockProvider provider) {
        return provider.endpoints().address(EndpointKind.REFRESH).orElseThrow();
    }

    private static HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(SERVER.baseUrl() + path));
    }

    private static HttpResponse<String> post(MockProvider provider) throws IOException, InterruptedException {
        return post(tokenAddress(provider));
    }

    private static HttpResponse<String> post(MockProvider provider, String form)
            throws IOException, InterruptedException {
        return send(form(tokenAddress(provider), form));
    }

    private static HttpResponse<String> post(URI address) throws IOException, InterruptedException {
        return send(form(address, "grant_type=none"));
    }

    private static HttpRequest.Builder form(URI address, String form) {
        return HttpRequest.newBuilder(address)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(form));
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofString());
    }
}
