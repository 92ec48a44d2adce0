package dev.evertoken.doctor.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.Tokens;
import dev.evertoken.faults.Fault;
import dev.evertoken.model.ClientRegistration;
import dev.evertoken.model.KeyRing;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.store.FileTokenStore;
import dev.evertoken.store.jdbc.JdbcOptions;
import dev.evertoken.store.jdbc.JdbcTokenStore;
import dev.evertoken.testing.SecretCanary;
import dev.evertoken.testing.TestTokens;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command line over the stores that settings name: what it writes, and its exit code. */
class DoctorCommandTest {

    private static final String KEYS = "one:" + Base64.getEncoder().encodeToString(new byte[32]);
    private static final String SECRET = TestTokens.clientSecret();
    private static final TokenKey ANNA = TokenKey.of("google", "anna");

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @TempDir
    private Path folder;

    private Path tokens;
    private Path config;

    @BeforeEach
    void configure() throws IOException {
        tokens = folder.resolve("tokens");
        config = Files.writeString(folder.resolve("doctor.properties"), """
                evertoken.namespace=pool
                evertoken.keys=%s
                evertoken.clients.google.client-id=pool.apps.example
                evertoken.clients.google.client-secret=%s
                evertoken.store.file.path=%s
                """.formatted(KEYS, SECRET, tokens));
    }

    @Test
    @Fault("I10")
    void aStoreInAFolderIsChecked() {
        connect(FileTokenStore.open(tokens, "pool"), "pool.apps.example", ANNA);

        assertThat(run("--config", config.toString())).isZero();

        assertThat(written()).containsPattern("VALID +google/#[\\w-]{8}").contains("Nothing has to be done.");
        SecretCanary canary = SecretCanary.ofTestTokens();
        canary.assertNoneIn("the output", written());
        canary.assertNoneIn("the errors", err.toString(UTF_8));
        assertThat(written() + err.toString(UTF_8)).doesNotContain(KEYS, "anna");
    }

    @Test
    void anUnusableRecordIsShownAndRemovedOnlyWithYes() {
        FileTokenStore store = FileTokenStore.open(tokens, "pool");
        connect(store, "staging.apps.example", ANNA);

        assertThat(run("clear", "google/anna", "--config", config.toString())).isEqualTo(1);
        assertThat(written()).contains("POISONED", "OTHER_CLIENT", "Nothing was removed");
        assertThat(store.keys()).containsExactly(ANNA);

        assertThat(run("clear", "google/anna", "--yes", "--config", config.toString()))
                .isZero();
        assertThat(written()).contains("The record was removed.");
        assertThat(store.keys()).isEmpty();
        assertThat(run("clear", "google/anna", "--yes", "--config", config.toString()))
                .isZero();
        assertThat(written()).isEqualTo("google/anna has no record\n");
    }

    @Test
    void aUsableRecordIsNeverRemoved() {
        FileTokenStore store = FileTokenStore.open(tokens, "pool");
        connect(store, "pool.apps.example", ANNA);

        assertThat(run("clear", "google/anna", "--yes", "--config", config.toString()))
                .isEqualTo(1);
        assertThat(store.keys()).containsExactly(ANNA);
    }

    @Test
    void aTableOfTheShippedSchemaIsChecked() throws IOException {
        String url = "jdbc:h2:file:" + folder.resolve("database");
        DriverConnections source = new DriverConnections(url, Optional.empty(), Optional.empty());
        connect(
                JdbcTokenStore.open(source, "pool", JdbcOptions.defaults().createTableIfMissing()),
                "pool.apps.example",
                ANNA);

        assertThat(run(
                        Map.of("EVERTOKEN_STORE_TYPE", "jdbc", "EVERTOKEN_STORE_JDBC_URL", url),
                        "--config",
                        config.toString()))
                .isZero();
        assertThat(written()).contains("VALID");
    }

    @Test
    void theJsonEndsWithTheExitCode() {
        connect(FileTokenStore.open(tokens, "pool"), "staging.apps.example", ANNA);

        assertThat(run("--json", "--config", config.toString())).isEqualTo(1);
        assertThat(written()).startsWith("{\"format\":1,\"accounts\":[").endsWith("\"exit_code\":1}\n");
    }

    @Test
    void mistakesOfTheCommandLineAreNamedAndEndWithTwo() {
        assertThat(mistake("--onlin"))
                .isEqualTo("token-doctor: the option --onlin is unknown; did you mean --online?\n");
        assertThat(mistake("cheeck")).isEqualTo("token-doctor: the command cheeck is unknown; did you mean check?\n");
        assertThat(mistake("--config")).isEqualTo("token-doctor: the option --config has no value\n");
        assertThat(mistake("clear", "anna"))
                .isEqualTo("token-doctor: clear needs an account in the form REGISTRATION/ACCOUNT\n");
        assertThat(mistake("--finding", "SHARED_GRAND"))
                .isEqualTo("token-doctor: there is no finding SHARED_GRAND; did you mean SHARED_GRANT?\n");
        assertThat(mistake("--config", config.toString(), "--registration", "gogle"))
                .isEqualTo("token-doctor: there is no client gogle; did you mean google?\n");
    }

    @Test
    void aFolderThatDoesNotExistIsNotCreated() {
        assertThat(mistake("--config", config.toString()))
                .isEqualTo("token-doctor: the folder " + tokens + " of evertoken.store.file.path does not exist\n");
        assertThat(tokens).doesNotExist();
    }

    @Test
    void aStoreThatCannotBeReachedEndsWithTwo() {
        assertThat(run(
                        Map.of(
                                "EVERTOKEN_STORE_TYPE", "redis",
                                "EVERTOKEN_STORE_REDIS_URL", "redis://user:word-of-redis@127.0.0.1:1"),
                        "--config",
                        config.toString()))
                .isEqualTo(2);
        assertThat(err.toString(UTF_8))
                .startsWith("token-doctor: could not look: the token store cannot be opened: ")
                .doesNotContain("word-of-redis");
    }

    @Test
    void severalStoresOrNoneAreAMistake() {
        assertThat(run(Map.of("EVERTOKEN_STORE_REDIS_URL", "redis://127.0.0.1:1"), "--config", config.toString()))
                .isEqualTo(2);
        assertThat(err.toString(UTF_8))
                .isEqualTo(
                        "token-doctor: evertoken.store.type is not set, and there are properties of file and redis\n");
        assertThat(run(Map.of("EVERTOKEN_NAMESPACE", "pool"))).isEqualTo(2);
        assertThat(err.toString(UTF_8))
                .isEqualTo("token-doctor: no store is set; set evertoken.store.type and the properties of the store\n");
    }

    @Test
    void helpNamesEachOption() {
        assertThat(run("--help")).isZero();
        assertThat(written()).isEqualTo(Arguments.HELP);
    }

    private String mistake(String... line) {
        assertThat(run(line)).isEqualTo(2);
        assertThat(written()).isEmpty();
        return err.toString(UTF_8);
    }

    private int run(String... line) {
        return run(Map.of(), line);
    }

    private int run(Map<String, String> variables, String... line) {
        out.reset();
        err.reset();
        try (PrintStream toOut = new PrintStream(out, false, UTF_8);
                PrintStream toErr = new PrintStream(err, false, UTF_8)) {
            return new DoctorCommand(variables, toOut, toErr).run(line);
        }
    }

    private String written() {
        return out.toString(UTF_8);
    }

    private static void connect(TokenStore store, String clientId, TokenKey key) {
        Instant now = Instant.now();
        try (Tokens tokens = Tokens.builder()
                .namespace("pool")
                .store(store)
                .withoutJournal()
                .encryption(KeyRing.parse(Secret.of(KEYS)))
                .client("google", ClientRegistration.of(clientId, SECRET))
                .build()) {
            tokens.connect(
                    key,
                    TokenSet.builder(TestTokens.access())
                            .refreshToken(TestTokens.refresh())
                            .issuedAt(now)
                            .expiresAt(now.plus(Duration.ofHours(1)))
                            .build());
        }
    }
}
