package dev.evertoken.examples;

import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.ok;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.unauthorized;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import dev.evertoken.Tokens;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.okhttp.TokenInterceptor;
import dev.evertoken.testing.MockProvider;
import dev.evertoken.testing.MockProviders;
import dev.evertoken.testing.MockResponse;
import dev.evertoken.testing.wiremock.WireMockProviders;
import java.io.IOException;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The stubs of a test and the mock providers in one WireMock server. */
class WireMockTest {

    private final TokenKey key = TokenKey.of("google", "user-42");

    // docs/testing.md begin
    @RegisterExtension
    static final WireMockExtension WIRE_MOCK = WireMockExtension.newInstance().build();

    private MockProvider google;
    private Tokens tokens;

    @BeforeEach
    void mount() {
        google = WireMockProviders.mountOn(WIRE_MOCK).google();
        tokens = google.configure(Tokens.builder().namespace("crm").store("memory:"))
                .build();
    }
    // docs/testing.md end

    @AfterEach
    void close() {
        tokens.close();
    }

    // docs/testing.md begin
    @Test
    void aTokenThatTheApiOfTheTestRejectsIsRefreshed() throws IOException {
        WIRE_MOCK.stubFor(get("/events").willReturn(unauthorized()));
        tokens.connect(key, google.consent("user-42"));

        call("/events");

        assertThat(google.ledger().tokenRequests("user-42")).isEqualTo(1);
        WIRE_MOCK.verify(2, getRequestedFor(urlPathEqualTo("/events")));
        WIRE_MOCK.verify(1, postRequestedFor(urlPathEqualTo("/mock-providers/google/token")));
    }
    // docs/testing.md end

    @Test
    void aFaultOfTheProviderReachesTheApplication() {
        tokens.connect(key, google.consent("user-42"));
        google.onToken(MockResponse.reset());

        assertThatThrownBy(() -> tokens.replace(key, tokens.accessToken(key))).isInstanceOf(TokenException.class);
    }

    @Test
    void aPlainServerHasOneCall() {
        WireMockServer server = new WireMockServer(options().dynamicPort());
        server.start();
        // docs/testing.md begin
        MockProviders mocks = WireMockProviders.mountOn(server);
        // docs/testing.md end
        server.stubFor(get("/events").willReturn(ok()));
        assertThat(mocks.strava().endpoints().toString()).contains(":" + server.port() + "/mock-providers/strava/");
        mocks.close();
        server.stop();
    }

    private void call(String path) throws IOException {
        OkHttpClient http = new OkHttpClient.Builder()
                .addInterceptor(TokenInterceptor.of(tokens))
                .build();
        Request request = new Request.Builder()
                .url(WIRE_MOCK.url(path))
                .tag(TokenKey.class, key)
                .build();
        try (Response response = http.newCall(request).execute()) {
            assertThat(response.code()).isEqualTo(401);
        }
    }
}
