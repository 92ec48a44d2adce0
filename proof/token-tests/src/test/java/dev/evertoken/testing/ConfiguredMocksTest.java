package dev.evertoken.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.Tokens;
import dev.evertoken.TokensBuilder;
import dev.evertoken.jdkhttp.TokenHttpClient;
import dev.evertoken.model.TokenKey;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One call configures the tokens of an application for mock providers. */
@WithMockProviders(manualClock = true)
class ConfiguredMocksTest {

    private static final TokenKey KEY = TokenKey.of("google", "user-42");

    private static TokensBuilder builder() {
        return Tokens.builder().namespace("crm").store("memory:");
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "localhost"})
    void aConfiguredProviderAcceptsRequestsUnderEachNameOfThisMachine(String name, MockProviders providers)
            throws Exception {
        MockProvider google = providers.google();
        URI api = URI.create(google.apiUrl().toString().replace("127.0.0.1", name));
        try (Tokens tokens = google.configure(builder()).build()) {
            tokens.connect(KEY, google.consent("user-42"));

            HttpClient http = TokenHttpClient.of(HttpClient.newHttpClient(), tokens.source(KEY));
            assertThat(http.send(HttpRequest.newBuilder(api).build(), BodyHandlers.discarding())
                            .statusCode())
                    .isEqualTo(200);
            assertThat(tokens.allows(KEY, URI.create("http://[::1]:" + api.getPort() + "/api")))
                    .isTrue();
        }
    }

    @Test
    void theTokensUseTheClockOfTheProviders(MockProviders providers, ManualClock clock) {
        MockProvider google = providers.google();
        try (Tokens tokens = google.configure(builder()).build()) {
            tokens.connect(KEY, google.consent("user-42"));
            clock.advance(Duration.ofHours(2));

            tokens.accessToken(KEY);

            assertThat(google.ledger().tokenRequests("user-42")).isEqualTo(1);
        }
    }

    @Test
    void allProvidersOfTheGuideAreConfiguredInOneCall(MockProviders providers) {
        try (Tokens tokens = providers.configure(builder()).build()) {
            providers.all().stream()
                    .filter(mock -> mock != providers.rotating())
                    .forEach(mock -> {
                        TokenKey key = TokenKey.of(mock.id(), "user-42");
                        tokens.connect(key, mock.consent("user-42"));
                        assertThat(tokens.accessToken(key)).isNotNull();
                        assertThat(tokens.allows(key, mock.apiUrl()))
                                .as(mock.id())
                                .isTrue();
                    });
        }
    }

    @Test
    void aClientThatTheBuilderHasAlreadyIsNotReplaced(MockProviders providers) {
        TokensBuilder builder = builder().client("google", providers.google().registration());

        assertThatThrownBy(() -> providers.google().configure(builder))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("client \"google\" is already registered");
    }
}
