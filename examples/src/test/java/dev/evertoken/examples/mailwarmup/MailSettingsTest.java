package dev.evertoken.examples.mailwarmup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.evertoken.examples.setup.SharedPostgres;
import dev.evertoken.testing.ChildJvm;
import dev.evertoken.testing.TestTokens;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A pool with wrong settings, or without its database, does not start and names the reason. */
class MailSettingsTest {

    private static Map<String, String> complete() {
        Map<String, String> variables = new HashMap<>();
        variables.put("GOOGLE_CLIENT_ID", "pool.apps.googleusercontent.com");
        variables.put("GOOGLE_CLIENT_SECRET", TestTokens.clientSecret());
        variables.put("EVERTOKEN_KEYS", "k1:MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=");
        variables.put("MAILWARMUP_DATABASE", "jdbc:postgresql://127.0.0.1:1/pool?user=app&password=hunter22");
        return variables;
    }

    @Test
    void theUsualServersAreThoseOfGmail() {
        MailSettings settings = MailSettings.from(complete()).orElseThrow();

        assertThat(settings.smtp()).hasToString("smtps://smtp.gmail.com:465");
        assertThat(settings.imap()).hasToString("imaps://imap.gmail.com:993");
        assertThat(settings.every()).isEqualTo(Duration.ofHours(1));
        assertThat(MailSettings.from(Map.of())).isEmpty();
    }

    @Test
    void allMissingVariablesAreNamed() {
        assertThatIllegalStateException()
                .isThrownBy(() -> MailSettings.from(Map.of("MAILWARMUP_PORT", "8081")))
                .withMessage("GOOGLE_CLIENT_ID and GOOGLE_CLIENT_SECRET are not set; EVERTOKEN_KEYS is not set;"
                        + " MAILWARMUP_DATABASE is not set");
    }

    @ParameterizedTest
    @CsvSource({
        "MAILWARMUP_EVERY_MINUTES, hourly, a whole number from 1 to 1440",
        "MAILWARMUP_HOME, pool, an absolute address",
        "MAILWARMUP_SMTP, https://smtp.gmail.com:465, an address such as smtps://smtp.gmail.com:465",
        "MAILWARMUP_IMAP, imaps://imap.gmail.com, an address such as imaps://imap.gmail.com:993",
    })
    void aMalformedVariableIsNamed(String name, String value, String expected) {
        Map<String, String> variables = complete();
        variables.put(name, value);

        assertThatIllegalStateException()
                .isThrownBy(() -> MailSettings.from(variables))
                .withMessage(name + " is not " + expected);
    }

    @Test
    void aPlaceholderIsNoClient() {
        Map<String, String> variables = complete();
        variables.put("GOOGLE_CLIENT_ID", "your-client-id");

        assertThatIllegalStateException()
                .isThrownBy(() -> MailSettings.from(variables))
                .withMessageContaining("GOOGLE_CLIENT_ID");
    }

    @Test
    void aProcessWithoutItsDatabaseEndsWithOneError() {
        ChildJvm.Start start = ChildJvm.of(MailWarmup.class);
        complete().forEach(start::environment);
        try (ChildJvm process = start.start()) {
            assertThat(process.awaitEnd()).isEqualTo(1);
            assertThat(process.errors())
                    .startsWith("MailWarmup cannot start: the database of MAILWARMUP_DATABASE does not accept")
                    .hasLineCount(1)
                    .doesNotContain("hunter22");
        }
    }

    @Test
    void aProcessWithItsVariablesRunsItsWorkers() {
        ChildJvm.Start start = ChildJvm.of(MailWarmup.class);
        complete().forEach(start::environment);
        start.environment(
                        "MAILWARMUP_DATABASE",
                        SharedPostgres.schema(
                                EmailAccounts.SCHEMA,
                                "INSERT INTO email_accounts (email) VALUES ('anna@pool.example')"))
                .environment("MAILWARMUP_PORT", "0");
        try (ChildJvm process = start.start()) {
            assertThat(process.awaitLine("MailWarmup runs")).contains("/report");
            assertThat(process.awaitLine("round: ")).isEqualTo("round: 0 done, 1 need consent, 0 failed");
        }
    }
}
