package dev.evertoken.examples.calendarsync;

import static dev.evertoken.examples.calendarsync.SyncWorld.query;

import dev.evertoken.examples.calendarsync.Network.Condition;
import dev.evertoken.examples.calendarsync.Network.Message;
import dev.evertoken.examples.setup.LocalPostgres;
import dev.evertoken.examples.setup.Patience;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * The story of both services, with each failure of the way between them. Each step checks its result. Not thread-safe.
 */
final class SyncStory implements AutoCloseable {

    private static final int OK = 200;
    private static final String REFUSES = "the receiver does not accept messages: ";

    private final SyncWorld world;
    private final PrintStream out;
    private final Map<String, String> agentVariables;
    private final Map<String, String> backendVariables;
    private ServiceProcess agent;
    private ServiceProcess backend;
    private final Network network;
    private int steps;

    private SyncStory(SyncWorld world, PrintStream out) throws IOException {
        this.world = world;
        this.out = out;
        this.agentVariables = world.agentVariables();
        this.backendVariables = world.backendVariables();
        CompletableFuture<ServiceProcess> starting = CompletableFuture.supplyAsync(this::startAgent);
        this.backend = startBackend(Map.of());
        this.agent = starting.join();
        this.network = Network.to(agent.route("/"));
    }

    /** @throws AssertionError if a step has another result */
    static void play(SyncWorld world, PrintStream out) throws IOException {
        try (SyncStory story = new SyncStory(world, out)) {
            story.run();
        }
    }

    private ServiceProcess startAgent() {
        return ServiceProcess.start(CalendarAgent.class, CalendarAgent.LISTENS, agentVariables);
    }

    private ServiceProcess startBackend(Map<String, String> more) {
        Map<String, String> variables = new HashMap<>(backendVariables);
        variables.putAll(more);
        return ServiceProcess.start(CalendarBackend.class, CalendarBackend.LISTENS, variables);
    }

    private void run() throws IOException {
        out.println("CalendarSync: a backend and a chat agent, two processes with a database each,"
                + " and a mock of Google");
        out.println();
        LocalPostgres.execute(
                world.backendData(),
                "INSERT INTO users (id, google_email) SELECT n, 'user-' || n || '@example.com'"
                        + " FROM generate_series(1, 5) AS n");
        withoutAddress();
        newAgent();
        connect();
        refresh();
        unreachable();
        errorAnswer();
        timeOut();
        disconnectWhileDown();
        out.println("calendar-sync: 5 users connected, 2 disconnected; " + rows() + " rows at the agent, " + waiting()
                + " messages wait");
    }

    // ---- steps

    private void withoutAddress() {
        String log = backend.awaitLog(0, "off");
        step("No address", "GOOGLE_CALENDAR_MICROSERVICE_URL is not set; user 1 connects: " + connects(1));
        more("backend: " + log);
        more("agent, asked by user 1: " + asks(1));
    }

    private void newAgent() {
        backend.close();
        backend = startBackend(Map.of(
                BackendSettings.URL,
                network.address().toString(),
                BackendSettings.TIMEOUT,
                "1000",
                BackendSettings.SEND_ALL,
                "true"));
        Message sent = delivered(0);
        step("New agent", "the backend starts with the address, and sends what is connected:");
        more(sent.line());
        more("agent, asked by user 1: " + asks(1));
    }

    private void connect() {
        int before = network.count();
        String result = connects(2);
        Message sent = delivered(before);
        step("Connect", "user 2 connects: " + result);
        more(sent.line());
        more("with " + members(sent.body()));
        more("reply with " + members(sent.reply().body()));
        more("users: connected " + users("google_calendar_connected", 2) + ", calendar "
                + users("google_calendar_id", 2) + ", email " + users("google_email", 2));
        more("google_calendar_tokens: scope " + agentRow("scope", 2));
        check(
                "both tables have the same tokens",
                users("google_access_token", 2).equals(agentRow("access_token", 2))
                        && users("google_refresh_token", 2).equals(agentRow("refresh_token", 2)));
        check(
                "the row of the agent has its times",
                agentRow("updated_at >= created_at AND token_expiry > now()", 2).equals("t"));
    }

    private void refresh() {
        int before = network.count();
        world.google().expire("user-2");
        String answer = asks(2);
        check("the agent alone has refreshed", world.google().ledger().tokenRequests("user-2") == 2);
        check(
                "the agent alone has the new token",
                !users("google_access_token", 2).equals(agentRow("access_token", 2)));
        check("nothing was sent", network.count() == before);
        step("Refresh", "Google no longer accepts the access token of user 2; agent, asked by user 2: " + answer);
        more("the agent has refreshed with its own copy of the refresh token; nothing was sent");
    }

    private void unreachable() throws IOException {
        failure("Unreachable", 3, Condition.UNREACHABLE, "no response: ");
    }

    private void errorAnswer() throws IOException {
        failure("Error answer", 4, Condition.ANSWERS_500, "the receiver responded 500");
    }

    private void timeOut() throws IOException {
        failure("Time-out", 5, Condition.HANGS, "no complete response within");
        Message held = network.await(0, 0);
        int before = network.count();
        Reply reply = HttpCall.delete(account(5));
        Message sent = delivered(before);
        Reply wrongUser = held.sendTo(agent.route("/"), "/api/users/1/google-calendar/connect");
        Reply late = held.sendTo(agent.route("/"), held.path());
        step(
                "Wrong user",
                "the message that got no response reaches the agent at the path of user 1: " + line(wrongUser));
        step("Old message", "user 5 disconnects: " + line(reply) + "; " + sent.line());
        more("then the message that got no response arrives at its own path: " + line(late));
        more("google_calendar_tokens: " + agentRow("scope", 5) + " of user 5");
    }

    private void failure(String name, int user, Condition condition, String logged) throws IOException {
        int before = network.count();
        long lines = backend.lines();
        network.becomes(condition);
        String result = connects(user);
        String log = backend.awaitLog(lines, REFUSES + logged);
        network.becomes(Condition.WORKS);
        Message sent = delivered(before);
        step(name, "user " + user + " connects: " + result);
        more("backend: " + log);
        more("sent again a second later: " + sent.line());
    }

    private void disconnectWhileDown() {
        agent.close();
        int before = network.count();
        long lines = backend.lines();
        Reply reply = HttpCall.delete(account(2));
        String log = backend.awaitLog(lines, REFUSES + "the receiver responded 502");
        Patience.until(
                "the message is given back",
                () -> query(world.backendData(), "SELECT attempts > 0 FROM evertoken_outbox WHERE lease_id IS NULL")
                        .equals("t"));
        backend.close();
        String waiting = waiting();
        CompletableFuture<ServiceProcess> starting = CompletableFuture.supplyAsync(this::startAgent);
        backend = startBackend(Map.of(BackendSettings.URL, network.address().toString()));
        agent = starting.join();
        network.leadTo(agent.route("/"));
        Message sent = delivered(before);
        step("Disconnect", "the agent is down; user 2 disconnects: " + line(reply));
        more("backend: " + log);
        more("the backend is killed; " + waiting + " row waits in its outbox; both start again:");
        more(sent.line());
        more("agent, asked by user 2: " + asks(2));
    }

    // ---- the services

    /** Waits until no message is left; returns the first accepted one after the first {@code before}. */
    private Message delivered(int before) {
        Message accepted = network.await(before, OK);
        Patience.until("no message waits", () -> waiting().equals("0"));
        return accepted;
    }

    private String waiting() {
        return query(world.backendData(), "SELECT count(*) FROM evertoken_outbox");
    }

    private URI account(int user) {
        return backend.route("/api/users/" + user + "/google-calendar");
    }

    private String connects(int user) {
        return line(world.consent(account(user), "user-" + user));
    }

    private String asks(int user) {
        String body = Json.of(Map.of("user_id", Integer.toString(user), "message", "What is next?"));
        return line(HttpCall.send(
                "POST", agent.route("/api/chat"), world.authorization(), body.getBytes(StandardCharsets.UTF_8)));
    }

    private String users(String column, int user) {
        return query(world.backendData(), "SELECT " + column + " FROM users WHERE id = " + user);
    }

    private String agentRow(String column, int user) {
        return query(
                world.agentData(), "SELECT " + column + " FROM google_calendar_tokens WHERE user_id = '" + user + "'");
    }

    private String rows() {
        return query(world.agentData(), "SELECT count(*) FROM google_calendar_tokens");
    }

    // ---- output

    private void step(String name, String text) {
        steps++;
        out.printf("%-2d  %-13s %s%n", steps, name, text);
    }

    private void more(String text) {
        out.printf("    %-13s %s%n", "", text);
    }

    private static String line(Reply reply) {
        String text = Json.text(reply.body(), reply.status() == OK ? "message" : "error");
        return reply.status() + " " + text;
    }

    private static List<String> members(String json) {
        return Json.parse(json) instanceof Map<?, ?> object
                ? object.keySet().stream().map(String::valueOf).toList()
                : List.of();
    }

    private static void check(String expected, boolean fulfilled) {
        if (!fulfilled) {
            throw new AssertionError("it is not so that " + expected);
        }
    }

    @Override
    public void close() {
        network.close();
        backend.close();
        agent.close();
    }
}
