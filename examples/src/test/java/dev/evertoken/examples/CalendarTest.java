package dev.evertoken.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.Tokens;
import dev.evertoken.TokensBuilder;
import dev.evertoken.model.TokenKey;
import dev.evertoken.testing.MockProvider;
import dev.evertoken.testing.MockProviders;
import dev.evertoken.testing.WithMockProviders;
import org.junit.jupiter.api.Test;

// README begin
@WithMockProviders
class CalendarTest {
    @Test
    void aTokenThatTheApiRejectsIsRefreshedOnce(MockProviders providers) {
        MockProvider google = providers.google();
        TokenKey key = TokenKey.of("google", "user-42");
        TokensBuilder builder = Tokens.builder().namespace("crm").store("memory:");
        try (Tokens tokens = google.configure(builder).build()) {
            tokens.connect(key, google.consent("user-42"));

            tokens.replace(key, tokens.accessToken(key));

            assertThat(tokens.status(key).generation()).isEqualTo(2);
            assertThat(google.ledger().tokenRequests("user-42")).isEqualTo(1);
        }
    }
}
// README end
