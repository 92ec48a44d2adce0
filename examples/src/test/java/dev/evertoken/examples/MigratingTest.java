package dev.evertoken.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.Tokens;
import dev.evertoken.imports.TokenRows;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.testing.MockProvider;
import dev.evertoken.testing.MockProviders;
import dev.evertoken.testing.WithMockProviders;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A program that refreshed tokens itself passes its rows at each start, and its refresh tokens are not used twice. */
@WithMockProviders
class MigratingTest {

    @Test
    void aRowIsImportedAtTheFirstStartAlone(MockProviders providers) {
        MockProvider strava = providers.strava();
        TokenSet issued = strava.consent("4711");
        Map<String, String> row = Map.of(
                "athlete_id",
                "4711",
                "refresh_token",
                issued.refreshToken().map(Secret::reveal).orElseThrow());
        try (Tokens tokens = strava.configure(Tokens.builder().namespace("runs").store("memory:"))
                .build()) {
            for (int start = 1; start <= 2; start++) {
                // docs/migrating.md begin
                TokenKey key = TokenKey.of("strava", row.getOrDefault("athlete_id", ""));
                tokens.connectIfAbsent(key, TokenRows.tokens(row)); // at each start: a connected account is not changed
                AccessToken token = tokens.accessToken(key); // refreshed once for all callers
                // docs/migrating.md end
                assertThat(token.generation()).isEqualTo(2);
            }
            assertThat(strava.ledger().tokenRequests("4711")).isEqualTo(1);
        }
    }
}
