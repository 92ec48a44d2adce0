package dev.evertoken.testing.wiremock;

import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.ok;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.WireMockServer;
import dev.evertoken.Tokens;
import dev.evertoken.model.TokenKey;
import dev.evertoken.testing.MockProvider;
import dev.evertoken.testing.MockProviders;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Providers in a WireMock server that was built without them. */
class MountedProvidersTest {

    private static final WireMockServer SERVER = new WireMockServer(options().dynamicPort());
    private static final TokenKey KEY = TokenKey.of("google", "user-42");

    private MockProviders mocks;

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
    }

    @AfterEach
    void unmount() {
        mocks.close();
    }

    @Test
    void aTokenIsRefreshedAtTheServerOfTheTest() {
        SERVER.stubFor(get("/calendars").willReturn(ok("[]")));
        MockProvider google = mocks.google();
        try (Tokens tokens = google.configure(Tokens.builder().namespace("crm").store("memory:"))
                .build()) {
            tokens.connect(KEY, google.consent("user-42"));

            tokens.replace(KEY, tokens.accessToken(KEY));

            assertThat(tokens.status(KEY).generation()).isEqualTo(2);
        }
        assertThat(google.ledger().tokenRequests("user-42")).isEqualTo(1);
        SERVER.verify(1, postRequestedFor(urlPathEqualTo("/mock-providers/google/token")));
    }
}
