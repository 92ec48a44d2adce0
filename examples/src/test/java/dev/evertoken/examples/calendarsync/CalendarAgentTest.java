package dev.evertoken.examples.calendarsync;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.evertoken.examples.setup.SharedPostgres;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The agent answers each request as the contract says, with the reason of each refusal. */
class CalendarAgentTest {

    private static final Instant CONSENT = Instant.parse("2026-01-01T10:00:00Z");
    private final Instant expiry = Instant.now().plus(Duration.ofMinutes(30)).truncatedTo(ChronoUnit.SECONDS);
    private final String body = "{\"access_token\":\"access-1\",\"refresh_token\":\"refresh-1\","
            + "\"token_expiry\":\"" + expiry + "\",\"scope\":\"calendar\"}";

    private static SyncWorld world;
    private static Map<String, String> variables;
    private static CalendarAgent agent;

    @BeforeAll
    static void open() throws Exception {
        world = new SyncWorld(SharedPostgres.empty(), SharedPostgres.empty());
        variables = world.agentVariables();
        agent = CalendarAgent.open(AgentSettings.from(variables), world.agentData());
    }

    @AfterAll
    static void close() {
        agent.close();
        world.close();
    }

    @Test
    void aConnectAndADisconnectHaveTheRepliesOfTheContract() throws Exception {
        assertThat(send(SignedMessage.connect("2", body, CONSENT)))
                .isEqualTo(new Reply(
                        200,
                        "{\"success\":true,\"message\":\"the tokens are stored\",\"user_id\":\"2\","
                                + "\"token_expiry\":\"" + expiry + "\"}"));
        assertThat(row("access_token || ' ' || scope", "2")).isEqualTo("access-1 calendar");

        assertThat(send(SignedMessage.disconnect("2", CONSENT)))
                .isEqualTo(
                        new Reply(200, "{\"success\":true,\"message\":\"the tokens are removed\",\"user_id\":\"2\"}"));
        assertThat(send(SignedMessage.disconnect("2", CONSENT)))
                .isEqualTo(new Reply(404, "{\"success\":false,\"error\":\"no tokens are stored for the user\"}"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "no json | body",
                "[] | body",
                "{} | access_token, refresh_token, token_expiry",
                "{\"access_token\":\"a\",\"refresh_token\":\"r\"} | token_expiry",
                "{\"access_token\":\"a\",\"refresh_token\":\"r\",\"token_expiry\":\"tomorrow\"} | token_expiry",
                "{\"access_token\":7,\"refresh_token\":\"r\",\"token_expiry\":\"2040-01-01T00:00:00Z\"} | access_token",
                "{\"access_token\":\"a\",\"token_expiry\":\"2040-01-01T00:00:00Z\",\"scope\":[]} | refresh_token, scope"
            })
    void aBodyWithMissingOrInvalidFieldsIsRefusedWithTheirNames(String body, String fields) throws Exception {
        assertThat(send(SignedMessage.connect("3", body, CONSENT)))
                .isEqualTo(Reply.failure(400, "missing or invalid fields: " + fields));
        assertThat(row("access_token", "3")).isEqualTo("no row");
    }

    @Test
    void theSenderMustBeTheBackendAndTheUserTheOneOfTheSignature() throws Exception {
        SignedMessage message = SignedMessage.connect("4", body, CONSENT);
        SignedMessage moved = new SignedMessage("POST", "/api/users/5/google-calendar/connect", "4", body, CONSENT);

        assertThat(moved.send(agent.address(), key(), token()))
                .isEqualTo(Reply.failure(401, "the message has no valid signature"));
        assertThat(message.send(agent.address(), new byte[32], token()))
                .isEqualTo(Reply.failure(401, "the message has no valid signature"));
        assertThat(message.send(agent.address(), key(), "another-token"))
                .isEqualTo(Reply.failure(403, "the sender may not act for this user"));
        assertThat(HttpCall.delete(agent.address().resolve("/api/google-tokens/4"))
                        .status())
                .isEqualTo(400);
        assertThat(row("access_token", "4") + ", " + row("access_token", "5")).isEqualTo("no row, no row");
    }

    @Test
    void anOlderMessageIsRefusedAlsoByAnAgentThatStartsLater() throws Exception {
        assertThat(send(SignedMessage.connect("6", body, CONSENT)).status()).isEqualTo(200);
        assertThat(send(SignedMessage.disconnect("6", CONSENT)).status()).isEqualTo(200);
        SignedMessage late = SignedMessage.connect("6", body, CONSENT);
        SignedMessage newer = SignedMessage.connect("6", body, CONSENT.plusSeconds(1));

        try (CalendarAgent next = CalendarAgent.open(AgentSettings.from(variables), world.agentData())) {
            assertThat(late.send(next.address(), key(), token()).status()).isEqualTo(409);
            assertThat(row("access_token", "6")).isEqualTo("no row");
            assertThat(newer.send(next.address(), key(), token()).status()).isEqualTo(200);
        }
    }

    @Test
    void aDatabaseThatIsDownIsA500WithAReason() throws Exception {
        HikariDataSource database = SharedPostgres.empty();
        try (CalendarAgent next = CalendarAgent.open(AgentSettings.from(variables), database)) {
            database.close();

            Reply reply = SignedMessage.connect("7", body, CONSENT).send(next.address(), key(), token());

            assertThat(reply).isEqualTo(Reply.failure(500, "the version of the tokens could not be stored"));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "no json | 400 | the body is not a JSON object",
                "{\"message\":\"Hello\"} | 400 | missing or invalid fields: user_id",
                "{\"user_id\":2,\"message\":\"Hello\"} | 400 | missing or invalid fields: user_id",
                "{\"user_id\":\"2\"} | 400 | missing or invalid fields: message",
                "{\"user_id\":\"99\",\"message\":\"Hello\"} | 404 | Please connect your calendar: NOT_CONNECTED"
            })
    void aChatThatCannotBeAnsweredHasAReason(String body, int status, String reason) {
        assertThat(chat(body, world.authorization())).isEqualTo(Reply.failure(status, reason));
    }

    @Test
    void aChatIsForTheBackendAlone() {
        assertThat(chat("{\"user_id\":\"2\",\"message\":\"Hello\"}", Map.of()).status())
                .isEqualTo(401);
        assertThat(HttpCall.get(agent.address().resolve("/api/chat")).status()).isEqualTo(405);
        assertThat(HttpCall.get(agent.address().resolve("/other")).status()).isEqualTo(404);
    }

    private static Reply chat(String body, Map<String, String> headers) {
        URI route = agent.address().resolve("/api/chat");
        return HttpCall.send("POST", route, headers, body.getBytes(UTF_8));
    }

    private static Reply send(SignedMessage message) throws Exception {
        return message.send(agent.address(), key(), token());
    }

    private static byte[] key() {
        return Base64.getDecoder().decode(variables.get(AgentSettings.SIGNING).substring("m1:".length()));
    }

    private static String token() {
        return variables.get(AgentSettings.SERVICE_TOKEN);
    }

    private static String row(String columns, String user) {
        return SyncWorld.query(
                world.agentData(), "SELECT " + columns + " FROM google_calendar_tokens WHERE user_id = '" + user + "'");
    }
}
