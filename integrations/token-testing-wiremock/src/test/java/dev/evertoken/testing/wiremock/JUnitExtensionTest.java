package dev.evertoken.testing.wiremock;

import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import dev.evertoken.Tokens;
import dev.evertoken.model.TokenKey;
import dev.evertoken.testing.MockProvider;
import dev.evertoken.testing.MockProviders;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Providers in the server of WireMock's JUnit extension, which is reset before each test. */
class JUnitExtensionTest {

    @RegisterExtension
    static final WireMockExtension WIRE_MOCK =
            WireMockExtension.newInstance().failOnUnmatchedRequests(true).build();

    private MockProviders mocks;

    @BeforeEach
    void mount() {
        mocks = WireMockProviders.mountOn(WIRE_MOCK);
    }

    @AfterEach
    void unmount() {
        mocks.close();
    }

    @RepeatedTest(2)
    void eachTestHasProvidersOfItsOwn() {
        MockProvider strava = mocks.strava();
        TokenKey key = TokenKey.of("strava", "athlete-7");
        try (Tokens tokens = strava.configure(Tokens.builder().namespace("crm").store("memory:"))
                .build()) {
            tokens.connect(key, strava.consent("athlete-7"));

            tokens.replace(key, tokens.accessToken(key));
        }

        assertThat(strava.ledger().tokenRequests()).isEqualTo(1);
        WIRE_MOCK.verify(1, postRequestedFor(urlPathEqualTo("/mock-providers/strava/token")));
    }

    @Test
    void anExtensionThatHasNotStartedItsServerIsRejected() {
        assertThatThrownBy(() -> WireMockProviders.mountOn(
                        WireMockExtension.newInstance().build()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "the WireMock server is not running; its extension starts it before @BeforeAll or @BeforeEach");
    }
}
