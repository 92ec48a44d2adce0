package dev.evertoken.processes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.faults.Fault;
import dev.evertoken.testing.ChildJvm;
import dev.evertoken.testing.SecretCanary;
import org.junit.jupiter.api.Test;

/** Meta expects secrets in URLs; none of them is ever logged or printed. */
class MetaLeakTest {

    private static final SecretCanary CANARY = SecretCanary.ofTestTokens();

    @Test
    @Fault("C22")
    void noSecretOfAUrlIsLoggedAtTraceOrPrintedByAnObject() {
        ChildJvm.Start start =
                ChildJvm.of(MetaSession.class).property("org.slf4j.simpleLogger.defaultLogLevel", "trace");
        try (ChildJvm child = start.start()) {
            StringBuilder output = new StringBuilder();
            for (String line = child.readLine(); !line.equals("DONE"); line = child.readLine()) {
                output.append(line).append('\n');
            }
            assertThat(child.awaitEnd()).as(child.errors()).isZero();

            CANARY.assertNoneIn("the output of the process", output);
            CANARY.assertNoneIn("its log at TRACE", child.errors());
            assertThat(output)
                    .contains(
                            "API answered 200", "REVOKED", "VALID", "GRANT_DEAD", "redirects to graph.facebook.com/x");
            assertThat(child.errors())
                    .contains("no long-lived token yet", "answers with version v26.0, not v24.0")
                    .doesNotContain("appsecret_proof=", "access_token=", "fb_exchange_token=", "client_secret=");
        }
    }
}
