package dev.evertoken.processes;

import static dev.evertoken.processes.SharedHost.ask;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.evertoken.Tokens;
import dev.evertoken.TokensBuilder;
import dev.evertoken.faults.Fault;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.TokenListener;
import dev.evertoken.testing.ChildJvm;
import dev.evertoken.testing.CrashPoints;
import dev.evertoken.testing.MockProvider;
import dev.evertoken.testing.MockResponse;
import dev.evertoken.testing.SecretCanary;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A session that covers all operations with secrets, followed by a search for these secrets. */
class LeakTest {

    private static final TokenKey ANNA = TokenKey.of("acme", "anna");
    private static final TokenKey BEN = TokenKey.of("google", "ben");
    private static final TokenKey CARA = TokenKey.of("acme", "cara");
    private static final TokenKey DORA = TokenKey.of("acme", "dora");
    private static final TokenKey EMIL = TokenKey.of("acme", "emil");

    @TempDir
    private Path folder;

    private SharedHost host;
    private SecretCanary canary;
    private Tokens here;
    private final Queue<TokenEvent> events = new ConcurrentLinkedQueue<>();

    @BeforeEach
    void open() {
        host = new SharedHost(folder);
        canary = SecretCanary.ofTestTokens().watching(host.setup.keyRing());
        TokenListener all = new TokenListener() {
            @Override
            public void on(TokenEvent event) {
                events.add(event);
            }
        };
        here = host.here(builder -> builder.listener(all));
        host.connectExpired(here, ANNA);
        host.connectExpired(here, BEN);
        host.connectExpired(here, CARA);
        host.connectExpired(here, DORA);
        host.connectExpired(here, EMIL);
    }

    @AfterEach
    void close() throws Exception {
        host.close();
    }

    private static ChildJvm.Start tracing(ChildJvm.Start start) {
        return start.property("org.slf4j.simpleLogger.defaultLogLevel", "trace");
    }

    /** Runs a rotation, a refusal that echoes the token, an HTML page, a revoked grant, and a crash before a save. */
    private List<ChildJvm> session() {
        MockProvider acme = host.providers.rotating();
        String echo = host.firstRefreshToken(CARA).reveal();
        MockResponse odd =
                MockResponse.json(400, "{\"error\":\"odd\",\"error_description\":\"what is " + echo + "?\"}");
        MockResponse page = MockResponse.html(502);
        acme.onTokenOf("cara", odd, odd, odd).onTokenOf("dora", page, page, page);
        ChildJvm client = host.start(LeakTest::tracing);
        client.awaitLine("open");
        assertThat(ask(client, "token acme/anna")).isEqualTo("GENERATION 2");
        assertThat(ask(client, "token google/ben")).isEqualTo("GENERATION 2");
        assertThat(ask(client, "token acme/cara")).startsWith("PROBLEM");
        assertThat(ask(client, "token acme/dora")).isEqualTo("PROBLEM OUTCOME_UNKNOWN");
        acme.revoke("anna");
        assertThat(ask(client, "replace acme/anna")).isEqualTo("PROBLEM GRANT_DEAD");
        assertThat(ask(client, "status acme/anna")).startsWith(ConnectionState.NEEDS_REAUTH.name());
        ChildJvm crashing = host.start(start -> tracing(start).crash("HALT BEFORE_SAVE"));
        crashing.send("token acme/emil");
        assertThat(crashing.awaitEnd()).isEqualTo(CrashPoints.HALTED);
        return List.of(client, crashing);
    }

    @Test
    @Fault({"F18", "I2"})
    void noSecretIsWrittenToAFileOrALog() throws IOException {
        List<ChildJvm> children = session();

        canary.assertNoneBelow(host.setup.folder());
        for (ChildJvm child : children) {
            assertThat(child.errors()).as("the log at TRACE").contains("DEBUG");
            canary.assertNoneIn("the log of a process", child.errors());
        }
        assertThat(here.accessToken(EMIL).generation())
                .as("the response was in the journal")
                .isEqualTo(2);
        canary.assertNoneBelow(host.setup.folder());
    }

    @Test
    @Fault({"I1", "I2"})
    void noSecretIsPrintedByAnExceptionAnEventAStatusOrAnotherObject() {
        session();
        AccessToken token = here.accessToken(EMIL);
        for (TokenKey key : List.of(ANNA, CARA, DORA)) {
            Throwable failure = catchThrowable(() -> here.accessToken(key));
            assertThat(failure).as("%s", key).isInstanceOf(TokenException.class);
            canary.assertNonePrintedBy(failure, here.status(key));
            canary.assertNoneIn("its JSON", ((TokenException) failure).toJson());
        }
        TokensBuilder builder = host.setup.builder(CrashPoints.none(), Timekeeper.system());
        canary.assertNonePrintedBy(
                here,
                builder,
                token,
                token.value(),
                here.source(EMIL),
                here.provider(EMIL),
                here.provider(EMIL).profile(),
                here.status(EMIL),
                here.accessTokenAsync(EMIL),
                host.providers.rotating().consent("frida"),
                host.providers.rotating().registration(),
                host.setup);
        assertThat(events).isNotEmpty();
        canary.assertNonePrintedBy(events.toArray());
    }
}
