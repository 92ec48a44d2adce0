package dev.evertoken.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.Tokens;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenKey;
import dev.evertoken.testing.MockProvider;
import dev.evertoken.testing.MockProviders;
import dev.evertoken.testing.WithMockProviders;
import java.net.URI;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The routes of the README behave as the README states. */
@WithMockProviders
class ConsentRoutesTest {

    private static final TokenKey KEY = TokenKey.of("google", "user-42");

    private MockProvider google;
    private Tokens tokens;
    private ConsentRoutes routes;

    @BeforeEach
    void open(MockProviders providers) {
        google = providers.google();
        tokens = google.configure(Tokens.builder().namespace("crm").store("memory:"))
                .build();
        routes = new ConsentRoutes(tokens);
    }

    @AfterEach
    void close() {
        tokens.close();
    }

    @Test
    void aUserWhoConsentsIsConnected() {
        URI back = google.approve(routes.connect("user-42"), "anna");

        assertThat(routes.back("user-42", back)).isEqualTo("connected");
        assertThat(tokens.status(KEY).state()).isEqualTo(ConnectionState.ACTIVE);
    }

    @Test
    void missingScopesAreNamedIfTheUserGrantsFewer() {
        URI back = google.approve(routes.connect("user-42"), "anna", "openid");

        assertThat(routes.back("user-42", back)).isEqualTo("not granted: [https://www.googleapis.com/auth/calendar]");
    }

    @Test
    void theAdviceIsShownIfTheUserDeclines() {
        URI back = google.deny(routes.connect("user-42"));

        assertThat(routes.back("user-42", back)).isEqualTo(Problem.CONSENT_DENIED.advice());
    }

    @Test
    void aRedirectOfAnotherUsersAuthorizationConnectsNoAccount() {
        URI back = google.approve(routes.connect("user-7"), "mallory");

        assertThat(routes.back("user-42", back)).isEqualTo(Problem.CALLBACK_REJECTED.advice());
        assertThat(tokens.statuses()).isEmpty();
    }
}
