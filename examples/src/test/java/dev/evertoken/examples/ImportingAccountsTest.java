package dev.evertoken.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.Tokens;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.testing.MockProviders;
import dev.evertoken.testing.WithMockProviders;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each way of the guide to imports ends with an account that has a valid token. */
@WithMockProviders
class ImportingAccountsTest {

    private static final Path STORED_CREDENTIAL =
            DocumentedBlock.CHECKOUT.resolve("token-core/src/test/resources/imports/StoredCredential");

    private final ByteArrayOutputStream output = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(output, true, StandardCharsets.UTF_8);
    private Tokens tokens;

    @BeforeEach
    void configure(MockProviders providers) {
        tokens = providers
                .configure(Tokens.builder().namespace("crm").store("memory:"))
                .build();
    }

    @AfterEach
    void close() {
        tokens.close();
    }

    @Test
    void anAccountOfWhichOnlyTheRefreshTokenIsKnown(MockProviders providers) {
        ImportingAccounts.refreshToken(tokens, refreshToken(providers.google().consent("anna")));

        assertThat(tokens.accessToken(TokenKey.of("google", "calendar")).header())
                .startsWith("Bearer ");
    }

    @Test
    void theDefaultCredentialsOfGoogle(MockProviders providers, @TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("application_default_credentials.json"), """
                {"type": "authorized_user", "client_id": "123-abc.apps.googleusercontent.com",
                 "client_secret": "3f8a1c09e4b7", "refresh_token": "%s"}
                """.formatted(
                        refreshToken(providers.google().consent("anna"))));

        ImportingAccounts.file(tokens, file);

        assertThat(tokens.accessToken(TokenKey.of("google", "calendar")).header())
                .startsWith("Bearer ");
    }

    @Test
    void allAccountsOfAFile() throws IOException {
        assertThat(ImportingAccounts.all(tokens, STORED_CREDENTIAL, out)).isTrue();

        assertThat(tokens.status(TokenKey.of("google", "anna@example.org")).state())
                .isEqualTo(ConnectionState.ACTIVE);
    }

    @Test
    void theRowOfATable(MockProviders providers) {
        TokenSet consent = providers.strava().consent("anna");
        ImportingAccounts.row(
                tokens,
                Map.of(
                        "athlete_id", "4711",
                        "access_token",
                                consent.accessToken().map(Secret::reveal).orElseThrow(),
                        "refresh_token", refreshToken(consent),
                        "expires_at", consent.expiresAt().orElseThrow().toString()));

        assertThat(tokens.accessToken(TokenKey.of("strava", "4711")).value())
                .isEqualTo(consent.accessToken().orElseThrow());
    }

    @Test
    void manyRowsWithTheProgress(MockProviders providers) {
        Map<TokenKey, TokenSet> rows = Map.of(
                TokenKey.of("strava", "4711"), providers.strava().consent("anna"),
                TokenKey.of("strava", "4712"), providers.strava().consent("ben"));

        assertThat(ImportingAccounts.rows(tokens, rows, out)).hasSize(2);
        assertThat(output.toString(StandardCharsets.UTF_8)).contains("2 of 2");
    }

    private static String refreshToken(TokenSet tokens) {
        return tokens.refreshToken().map(Secret::reveal).orElseThrow();
    }
}
