package dev.evertoken.processes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.Tokens;
import dev.evertoken.faults.Fault;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.AccountStatus;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.TokenKey;
import dev.evertoken.testing.ChildJvm;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process is suspended during a refresh for longer than its claim, such as on a suspended machine, while another
 * process continues; then it resumes.
 *
 * <p>All cases run at the same time, each with its own account.
 */
@TestInstance(Lifecycle.PER_CLASS)
class SuspendedTest {

    private static final TokenKey BEFORE_SENDING = TokenKey.of("acme", "before-sending");
    private static final TokenKey WITH_THE_RESPONSE = TokenKey.of("acme", "with-the-response");
    private static final TokenKey WITH_A_VALID_TOKEN = TokenKey.of("acme", "with-a-valid-token");

    private final Map<TokenKey, ChildJvm> suspended = new LinkedHashMap<>();
    private final Map<TokenKey, String> meanwhile = new LinkedHashMap<>();
    private final Map<TokenKey, AccountStatus> before = new LinkedHashMap<>();
    private final Map<TokenKey, String> resumed = new LinkedHashMap<>();
    private SharedHost host;
    private Tokens here;
    private int postsWhileValid;

    @BeforeAll
    void suspendAndResume(@TempDir Path folder) {
        host = new SharedHost(folder);
        here = host.here();
        host.connectExpired(here, BEFORE_SENDING);
        host.connectExpired(here, WITH_THE_RESPONSE);
        host.connect(here, WITH_A_VALID_TOKEN);
        begin(BEFORE_SENDING, "FREEZE BEFORE_CALL");
        begin(WITH_THE_RESPONSE, "FREEZE AFTER_RESPONSE");
        ChildJvm valid = begin(WITH_A_VALID_TOKEN, "FREEZE AFTER_RESPONSE");
        valid.awaitLine("token");
        valid.send("replace " + WITH_A_VALID_TOKEN);
        suspended.values().forEach(this::suspend);
        Map<TokenKey, CompletableFuture<String>> calls = new LinkedHashMap<>();
        AccessToken known = here.accessToken(WITH_A_VALID_TOKEN);
        suspended
                .keySet()
                .forEach(key -> calls.put(
                        key,
                        host.async(() ->
                                key.equals(WITH_A_VALID_TOKEN) ? here.replace(key, known) : here.accessToken(key))));
        calls.forEach((key, call) -> meanwhile.put(key, SharedHost.get(call)));
        postsWhileValid = host.posts(WITH_A_VALID_TOKEN);
        suspended.keySet().forEach(key -> before.put(key, here.status(key)));
        suspended.forEach((key, child) -> resumed.put(key, resume(key, child)));
    }

    private ChildJvm begin(TokenKey key, String point) {
        ChildJvm child = host.start(start -> start.crash(point));
        child.send("token " + key);
        suspended.put(key, child);
        return child;
    }

    private void suspend(ChildJvm child) {
        child.send("frozen");
        child.awaitLine("frozen");
        child.suspend();
    }

    private static String resume(TokenKey key, ChildJvm child) {
        child.resume();
        child.send("thaw");
        String line = child.readLine();
        return line.substring(line.indexOf(key.toString()) + key.toString().length() + 1);
    }

    @AfterAll
    void close() throws Exception {
        host.close();
    }

    @Test
    @Fault({"A9", "A21"})
    void aProcessSuspendedBeforeSendingDoesNotSendAndAdoptsTheTokenOfTheOther() {
        assertThat(meanwhile.get(BEFORE_SENDING)).isEqualTo("GENERATION 2");
        assertThat(resumed.get(BEFORE_SENDING)).isEqualTo("GENERATION 2");
        assertThat(host.posts(BEFORE_SENDING)).isEqualTo(1);
        assertThat(host.familyIsRevoked(BEFORE_SENDING)).isFalse();
    }

    @Test
    @Fault("A9")
    void aProcessSuspendedWithAResponseSavesItWithoutAReplayIfTheTokenWasValid() {
        assertThat(meanwhile.get(WITH_A_VALID_TOKEN)).isEqualTo("PROBLEM OUTCOME_UNKNOWN");
        assertThat(postsWhileValid).as("the request of the suspended process").isEqualTo(1);
        assertThat(resumed.get(WITH_A_VALID_TOKEN)).isEqualTo("GENERATION 2");
        AccountStatus after = here.status(WITH_A_VALID_TOKEN);
        assertThat(after.generation()).isEqualTo(2);
        assertThat(after.state()).isEqualTo(ConnectionState.ACTIVE);
        assertThat(host.posts(WITH_A_VALID_TOKEN)).isEqualTo(1);
        assertThat(host.familyIsRevoked(WITH_A_VALID_TOKEN)).isFalse();
    }

    @Test
    @Fault({"A9", "D4"})
    void aProcessSuspendedWithAResponseSavesItEvenOverNeedsReauth() {
        assertThat(meanwhile.get(WITH_THE_RESPONSE))
                .as("a suspension beyond claim and token looks like a crash")
                .isEqualTo("PROBLEM REFRESH_TOKEN_LOST");
        assertThat(before.get(WITH_THE_RESPONSE).state()).isEqualTo(ConnectionState.NEEDS_REAUTH);
        assertThat(resumed.get(WITH_THE_RESPONSE)).isEqualTo("GENERATION 2");
        AccountStatus after = here.status(WITH_THE_RESPONSE);
        assertThat(after.generation()).isEqualTo(2);
        assertThat(after.state()).isEqualTo(ConnectionState.ACTIVE);
        assertThat(host.posts(WITH_THE_RESPONSE)).isEqualTo(2);
    }
}
