package dev.evertoken.doctor;

import static dev.evertoken.doctor.DoctorFixture.die;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.Tokens;
import dev.evertoken.faults.Fault;
import dev.evertoken.internal.json.JsonArray;
import dev.evertoken.internal.json.JsonDocument;
import dev.evertoken.internal.json.JsonNumber;
import dev.evertoken.internal.json.JsonObject;
import dev.evertoken.model.Failures;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.testing.SecretCanary;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The text and the JSON of a diagnosis: what they have, and what they do not have. */
class DoctorOutputTest {

    private static final String USER = "anna.smith@mail.example";

    private final DoctorFixture fixture = new DoctorFixture();
    private final TokenStore store = fixture.memory();
    private final Tokens tokens = fixture.open(
            fixture.builder(store).reconnectUrl(key -> URI.create("https://pool.example/connect/" + key.account())));

    @BeforeEach
    void connect() {
        TokenKey dead = fixture.connect(tokens, "google", USER);
        die(store, dead, fixture.clock.now());
        DoctorFixture.change(
                store,
                dead,
                record -> record.subject(Optional.of("subject-of-anna"))
                        .failures(Failures.none()
                                .plus(Problem.GRANT_DEAD, fixture.clock.now(), "the response names " + USER)));
        fixture.connect(tokens, "google", "ben");
        fixture.connect(
                tokens,
                TokenKey.of("google", "carl"),
                more -> more.refreshTokenExpiresAt(fixture.clock.now().plus(Duration.ofDays(3))));
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    @Fault("I10")
    void theOutputHasNoSecretAndNamesNoUser() {
        String text = written(false);
        String json = json(false);

        SecretCanary canary = SecretCanary.ofTestTokens();
        for (String output : List.of(text, json)) {
            canary.assertNoneIn("the output", output);
            assertThat(output).contains("google/#").doesNotContain("anna", "carl", "subject-of", "pool.example");
        }
    }

    @Test
    @Fault("I10")
    void theOutputForTheOperatorHasNoSecretEither() {
        SecretCanary canary = SecretCanary.ofTestTokens();

        canary.assertNoneIn("the text", written(true));
        canary.assertNoneIn("the JSON", json(true));
        DoctorFixture.reports(TokenDoctor.of(tokens)).forEach(canary::assertNonePrintedBy);
        assertThat(written(true))
                .contains(USER, "the response names", "reconnect: https://pool.example/connect/" + USER);
    }

    @Test
    void theTextEndsWithTheStepsOfEachFinding() {
        assertThat(written(false))
                .containsSubsequence(
                        "GROUP           ACCOUNT                      ENDS        FINDINGS\n",
                        "accounts: 3, NEEDS_RECONNECT 1, EXPIRING 1, VALID 1\n",
                        "\nNEEDS_RECONNECT (1): Only a new consent of the user restores the connection.\n"
                                + "  Ask the user to connect again.\n  1. Open the reconnect page",
                        "\nCONNECTION_ENDS (1): ",
                        "\nThere are findings.\n")
                .contains("2026-01-04");
    }

    @Test
    void theJsonHasTheAccountsTheCountsAndTheSteps() {
        JsonDocument json = JsonDocument.parse(json(false)).orElseThrow();

        JsonArray accounts = (JsonArray) json.get("accounts").orElseThrow();
        assertThat(accounts.values()).hasSize(3);
        assertThat(json.get("groups"))
                .contains(JsonObject.builder()
                        .add("NEEDS_RECONNECT", 1)
                        .add("EXPIRING", 1)
                        .add("VALID", 1)
                        .build());
        assertThat(json.get("exit_code")).contains(JsonNumber.of(1));
        JsonObject code = (JsonObject)
                ((JsonArray) json.get("codes").orElseThrow()).values().get(0);
        assertThat(code.members().keySet()).containsExactly("code", "count", "sentence", "remedy", "steps");
    }

    @Test
    void labelsAreTheSameInEachRunWithTheKeyRing() {
        Tokens other = fixture.tokens(store);
        TokenKey ben = TokenKey.of("google", "ben");

        assertThat(DoctorFixture.report(other, ben).label())
                .isEqualTo(DoctorFixture.report(tokens, ben).label())
                .matches("google/#[\\w-]{8}");
    }

    @Test
    void anOutputThatFailsEndsTheDiagnosis() {
        AtomicInteger writes = new AtomicInteger();
        Writer full = new Writer() {
            @Override
            public void write(char[] text, int from, int length) throws IOException {
                writes.incrementAndGet();
                throw new IOException("the disk is full");
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };

        assertThatThrownBy(() -> TokenDoctor.of(tokens).examine(DoctorOutput.text(full)))
                .isInstanceOf(UncheckedIOException.class);
        assertThat(writes).hasValue(1);
    }

    private String written(boolean withAccountIds) {
        StringBuilder out = new StringBuilder();
        DoctorSummary unused = TokenDoctor.of(tokens)
                .examine(withAccountIds ? DoctorOutput.textWithAccountIds(out) : DoctorOutput.text(out));
        return out.toString();
    }

    private String json(boolean withAccountIds) {
        StringBuilder out = new StringBuilder();
        DoctorSummary unused = TokenDoctor.of(tokens)
                .examine(withAccountIds ? DoctorOutput.jsonWithAccountIds(out) : DoctorOutput.json(out));
        return out.toString();
    }
}
