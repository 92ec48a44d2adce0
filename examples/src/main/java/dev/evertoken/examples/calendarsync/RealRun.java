package dev.evertoken.examples.calendarsync;

import com.zaxxer.hikari.HikariDataSource;
import dev.evertoken.examples.setup.LocalPostgres;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Starts both services on this machine with the credentials of the environment. A user connects in the browser, the
 * agent reads the calendar, and the user is disconnected. Not thread-safe.
 */
final class RealRun implements AutoCloseable {

    private static final long PAUSE_MILLIS = 250;
    private static final int POLLS = 2400; // for ten minutes

    private final Map<String, String> environment;
    private final PrintStream out;
    private final ServiceProcess agent;
    private final ServiceProcess backend;

    private RealRun(Map<String, String> environment, PrintStream out) {
        this.environment = environment;
        this.out = out;
        this.agent = ServiceProcess.start(CalendarAgent.class, CalendarAgent.LISTENS, environment);
        this.backend = startBackend(environment, agent);
    }

    private static ServiceProcess startBackend(Map<String, String> environment, ServiceProcess agent) {
        Map<String, String> variables = new HashMap<>(environment);
        if (environment.getOrDefault(BackendSettings.URL, "").isBlank()) {
            variables.put(BackendSettings.URL, agent.route("/").toString());
        }
        try {
            return ServiceProcess.start(CalendarBackend.class, CalendarBackend.LISTENS, variables);
        } catch (IllegalStateException e) {
            agent.close();
            throw e;
        }
    }

    /**
     * Runs over the databases of the environment, or over temporary ones if neither is set.
     *
     * @throws IllegalStateException if a service cannot start; the message names the variables
     */
    static void run(Map<String, String> environment, PrintStream out) throws IOException {
        String user = environment.getOrDefault("CALENDAR_SYNC_USER", "1");
        if (environment.containsKey(BackendSettings.DATABASE) || environment.containsKey(AgentSettings.DATABASE)) {
            run(environment, user, out);
            return;
        }
        requireOthers(environment);
        try (LocalPostgres postgres = LocalPostgres.start();
                HikariDataSource backendData = postgres.empty();
                HikariDataSource agentData = postgres.empty()) {
            LocalPostgres.execute(backendData, TokenTable.USERS.schema(), "INSERT INTO users (id) VALUES (1)");
            Map<String, String> variables = new HashMap<>(environment);
            variables.put(BackendSettings.DATABASE, SyncWorld.address(backendData));
            variables.put(AgentSettings.DATABASE, SyncWorld.address(agentData));
            run(variables, user, out);
        }
    }

    /** Reports what is missing besides the databases before a database is started. */
    private static void requireOthers(Map<String, String> environment) {
        Map<String, String> all = new HashMap<>(environment);
        all.put(BackendSettings.DATABASE, "jdbc:postgresql:backend");
        all.put(AgentSettings.DATABASE, "jdbc:postgresql:agent");
        AgentSettings unusedAgent = AgentSettings.from(all);
        BackendSettings unusedBackend = BackendSettings.from(all);
    }

    private static void run(Map<String, String> environment, String user, PrintStream out) {
        try (RealRun run = new RealRun(environment, out)) {
            run.connect(user);
            run.disconnect(user);
        }
    }

    private void connect(String user) {
        Reply account = HttpCall.get(account(user));
        if (account.status() != 200) {
            throw new AssertionError("user " + user + ": " + Json.text(account.body(), "error"));
        }
        out.println("open this address in a browser and allow access to the calendar of user " + user + ":");
        out.println(Json.text(account.body(), "consent_url"));
        out.println("agent: " + await(user, 200));
    }

    private void disconnect(String user) {
        Reply reply = HttpCall.delete(account(user));
        out.println("disconnect: " + reply.status() + " " + Json.text(reply.body(), "message"));
        out.println("agent: " + await(user, 404));
    }

    /** Asks the agent until it answers with a status. */
    private String await(String user, int status) {
        Reply answer = ask(user);
        for (int poll = 0; poll < POLLS && answer.status() != status; poll++) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(PAUSE_MILLIS));
            answer = ask(user);
        }
        String text = answer.status() + " " + Json.text(answer.body(), answer.status() == 200 ? "message" : "error");
        if (answer.status() != status) {
            throw new AssertionError("the agent still answers " + text + "; the backend's log:\n" + backend.log());
        }
        return text;
    }

    private Reply ask(String user) {
        String token = environment.getOrDefault(AgentSettings.SERVICE_TOKEN, "");
        String body = Json.of(Map.of("user_id", user, "message", "What is next?"));
        return HttpCall.send(
                "POST",
                agent.route("/api/chat"),
                Map.of("Authorization", "Bearer " + token),
                body.getBytes(StandardCharsets.UTF_8));
    }

    private URI account(String user) {
        return backend.route("/api/users/" + user + "/google-calendar");
    }

    @Override
    public void close() {
        backend.close();
        agent.close();
    }
}
