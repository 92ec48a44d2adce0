package dev.evertoken.processes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.faults.Fault;
import dev.evertoken.testing.ChildJvm;
import dev.evertoken.testing.SecretCanary;
import org.junit.jupiter.api.Test;

/** Secrets travel in addresses at Meta; whatever happens, none of them is written anywhere. */
class MetaLeakTest {

    private static final SecretCanary CANARY = SecretCanary.ofTestTokens();

    @Test
    @Fault("C22")
    void noSecretOfAnAddressIsLoggedAtTraceNorSaidByAnythingThatPrintsItself() {
        ChildJvm.Start start =
                ChildJvm.of(MetaSession.class).property("org.slf4j.simpleLogger.defaultLogLevel", "trace");
        try (ChildJvm child = start.start()) {
            StringBuilder said = new StringBuilder();
            for (String line = child.readLine(); !line.equals("DONE"); line = child.readLine()) {
                said.append(line).append('\n');
            }
            assertThat(child.awaitEnd()).as(child.errors()).isZero();

            CANARY.assertNoneIn("what the process said", said);
            CANARY.assertNoneIn("its log at TRACE", child.errors());
            assertThat(said)
                    .contains(
                            "API answered 200", "REVOKED", "VALID", "GRANT_DEAD", "redirects to graph.facebook.com/x");
            assertThat(child.errors())
                    .contains("no long-lived token yet", "answers with version v26.0, not v24.0")
                    .doesNotContain("appsecret_proof=", "access_token=", "fb_exchange_token=", "client_secret=");
        }
    }
}
