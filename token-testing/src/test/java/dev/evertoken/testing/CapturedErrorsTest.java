package dev.evertoken.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.internal.event.CapturedErrors;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Captured log lines can be searched for secrets. */
class CapturedErrorsTest {
    private static final Logger log = LoggerFactory.getLogger(CapturedErrorsTest.class);

    @Test
    void aLoggedSecretIsFound() {
        try (CapturedErrors logs = CapturedErrors.start()) {
            log.warn("refreshing {}", "acme/alice");
            SecretCanary.ofTestTokens().assertNoneIn("log", logs.text());

            log.warn("planted by a test: {}", TestTokens.access());

            assertThat(logs.text()).contains("refreshing acme/alice");
            assertThatThrownBy(() -> SecretCanary.ofTestTokens().assertNoneIn("log", logs.text()))
                    .hasMessageContaining("log: a secret in clear");
        }
    }
}
