package dev.evertoken.examples.calendarsync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.examples.setup.LocalPostgres;
import dev.evertoken.examples.setup.Patience;
import dev.evertoken.examples.setup.SharedPostgres;
import dev.evertoken.testing.SecretCanary;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The backend answers its users, whatever they ask and whether or not there is an agent. */
class CalendarBackendTest {

    private static final String DUMP = "SELECT coalesce(string_agg(row_to_json(t)::text, ''), '') FROM ";

    private static SyncWorld world;
    private static CalendarBackend backend;

    @BeforeAll
    static void open() throws Exception {
        world = new SyncWorld(SharedPostgres.empty(), SharedPostgres.empty());
        backend = CalendarBackend.open(BackendSettings.from(world.backendVariables()), world.backendData());
        LocalPostgres.execute(world.backendData(), "INSERT INTO users (id) VALUES (2), (3), (5)");
    }

    @AfterAll
    static void close() {
        backend.close();
        world.close();
    }

    private static URI account(CalendarBackend backend, String user) {
        return backend.address().resolve("/api/users/" + user + "/google-calendar");
    }

    @ParameterizedTest
    @ValueSource(strings = {"99", "0", "02", "anna", "99999999999999999999", "2%2F3"})
    void anUnknownUserIsA404(String user) {
        assertThat(HttpCall.get(account(backend, user))).isEqualTo(Reply.failure(404, "there is no such user"));
        assertThat(HttpCall.delete(account(backend, user)).status()).isEqualTo(404);
    }

    @Test
    void requestsThatAreNotOfTheContractHaveAReason() {
        URI callback = backend.address().resolve(CalendarBackend.CALLBACK);

        assertThat(HttpCall.get(callback)).isEqualTo(Reply.failure(400, "the redirect has no code and no state"));
        assertThat(HttpCall.get(URI.create(callback + "?code=forged&state=forged"))
                        .status())
                .isEqualTo(400);
        assertThat(HttpCall.delete(account(backend, "5")))
                .isEqualTo(Reply.failure(404, "Google Calendar is not connected"));
        assertThat(HttpCall.get(backend.address().resolve("/other")).status()).isEqualTo(404);
        assertThat(HttpCall.send("PUT", account(backend, "5"), Map.of(), new byte[1])
                        .status())
                .isEqualTo(405);
    }

    @Test
    void aDeniedConsentChangesNothing() {
        URI page = URI.create(Json.text(HttpCall.get(account(backend, "3")).body(), "consent_url"));

        Reply denied = HttpCall.get(world.google().deny(page));

        assertThat(denied.status()).isEqualTo(400);
        assertThat(Json.text(denied.body(), "error")).contains("declined");
        assertThat(Json.text(HttpCall.get(account(backend, "3")).body(), "message"))
                .isEqualTo("NOT_CONNECTED");
    }

    @Test
    void anAgentThatIsDownWhenTheBackendStartsGetsTheTokensLater() throws Exception {
        URI port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = URI.create("http://127.0.0.1:" + free.getLocalPort());
        }
        Map<String, String> agentVariables = new HashMap<>(world.agentVariables());
        agentVariables.put("CALENDAR_AGENT_LISTEN", port.toString());
        Map<String, String> variables = new HashMap<>(world.backendVariables());
        variables.put(BackendSettings.URL, port.toString());
        try (CalendarBackend early = CalendarBackend.open(BackendSettings.from(variables), world.backendData())) {
            assertThat(world.consent(account(early, "2"), "anna").status()).isEqualTo(200);

            try (CalendarAgent late = CalendarAgent.open(AgentSettings.from(agentVariables), world.agentData())) {
                Patience.until(
                        "the agent has the tokens",
                        () -> SyncWorld.query(
                                        world.agentData(),
                                        "SELECT scope FROM google_calendar_tokens WHERE user_id = '2'")
                                .contains("calendar"));
                assertThat(late.address()).isEqualTo(port);
            }
        }
    }

    @Test
    void bothServicesKeepNoTokenInClearTextIfTokensAreSealed() throws Exception {
        try (SyncWorld own = new SyncWorld(SharedPostgres.empty(), SharedPostgres.empty());
                CalendarAgent agent = CalendarAgent.open(sealedAgent(own), own.agentData());
                CalendarBackend sealed = CalendarBackend.open(sealedBackend(own, agent), own.backendData())) {
            LocalPostgres.execute(own.backendData(), "INSERT INTO users (id) VALUES (2)");
            assertThat(own.consent(account(sealed, "2"), "anna").status()).isEqualTo(200);
            Patience.until(
                    "the agent has the tokens",
                    () -> SyncWorld.query(own.agentData(), "SELECT count(*) FROM received_versions")
                            .equals("1"));

            String stored = SyncWorld.query(own.backendData(), DUMP + "users t")
                    + SyncWorld.query(own.backendData(), DUMP + "evertoken_tokens t")
                    + SyncWorld.query(own.backendData(), DUMP + "evertoken_outbox t")
                    + SyncWorld.query(own.agentData(), DUMP + "google_calendar_tokens t")
                    + SyncWorld.query(own.agentData(), DUMP + "evertoken_tokens t");

            assertThat(stored).contains("calendar-backend").contains("calendar-agent");
            SecretCanary.ofTestTokens().assertNoneIn("the databases", stored);
        }
    }

    private static AgentSettings sealedAgent(SyncWorld own) {
        Map<String, String> variables = new HashMap<>(own.agentVariables());
        variables.put("CALENDAR_TOKENS_SEALED", "true");
        return AgentSettings.from(variables);
    }

    private static BackendSettings sealedBackend(SyncWorld own, CalendarAgent agent) {
        Map<String, String> variables = new HashMap<>(own.backendVariables());
        variables.put("CALENDAR_TOKENS_SEALED", "true");
        variables.put(BackendSettings.URL, agent.address().toString());
        return BackendSettings.from(variables);
    }
}
