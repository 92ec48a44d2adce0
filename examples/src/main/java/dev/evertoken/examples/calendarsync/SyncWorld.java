package dev.evertoken.examples.calendarsync;

import com.zaxxer.hikari.HikariDataSource;
import dev.evertoken.model.Secret;
import dev.evertoken.testing.MockProvider;
import dev.evertoken.testing.MockProviders;
import java.net.URI;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.postgresql.ds.PGSimpleDataSource;

/** What the services need to be tried with: a database each, a mock of Google, and fresh keys. Thread-safe. */
final class SyncWorld implements AutoCloseable {

    private static final SecureRandom RANDOM = new SecureRandom();

    private final MockProviders providers = MockProviders.start();
    private final HikariDataSource backendData;
    private final HikariDataSource agentData;
    private final Map<String, String> shared = new HashMap<>();

    /** Closing this instance closes both databases. */
    SyncWorld(HikariDataSource backendData, HikariDataSource agentData) {
        this.backendData = backendData;
        this.agentData = agentData;
        MockProvider google = google();
        shared.put("GOOGLE_CLIENT_ID", google.registration().clientId());
        shared.put(
                "GOOGLE_CLIENT_SECRET",
                google.registration().clientSecret().map(Secret::reveal).orElseThrow());
        google.endpoints()
                .addresses()
                .forEach((kind, address) -> shared.put("GOOGLE_" + kind + "_ENDPOINT", address.toString()));
        shared.put(AgentSettings.SERVICE_TOKEN, random());
        shared.put(AgentSettings.SIGNING, "m1:" + random());
    }

    MockProvider google() {
        return providers.google();
    }

    /** Returns the variables of the agent, with a key ring of its own. */
    Map<String, String> agentVariables() {
        Map<String, String> all = new HashMap<>(shared);
        all.put("EVERTOKEN_KEYS", "agent1:" + random());
        all.put(AgentSettings.DATABASE, address(agentData));
        all.put("CALENDAR_AGENT_LISTEN", "http://127.0.0.1:0");
        all.put("CALENDAR_AGENT_API", google().apiUrl().toString());
        return all;
    }

    /** Returns the variables of the backend, with a key ring of its own and without an agent. */
    Map<String, String> backendVariables() {
        Map<String, String> all = new HashMap<>(shared);
        all.put("EVERTOKEN_KEYS", "backend1:" + random());
        all.put(BackendSettings.DATABASE, address(backendData));
        all.put("CALENDAR_BACKEND_LISTEN", "http://127.0.0.1:0");
        all.put(BackendSettings.URL, "");
        return all;
    }

    /** Returns the header by which the agent knows the backend. */
    Map<String, String> authorization() {
        return Map.of("Authorization", "Bearer " + shared.get(AgentSettings.SERVICE_TOKEN));
    }

    /** Returns the address of an empty schema, as another process needs it. */
    static String address(HikariDataSource pool) {
        PGSimpleDataSource source = (PGSimpleDataSource) pool.getDataSource();
        return source.getURL() + "&user=" + source.getUser();
    }

    HikariDataSource backendData() {
        return backendData;
    }

    HikariDataSource agentData() {
        return agentData;
    }

    /** Returns the first column of the first row, as text. */
    static String query(HikariDataSource data, String sql) {
        try (Connection connection = data.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            return rows.next() ? String.valueOf(rows.getString(1)) : "no row";
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Gives the consent of a user in the browser; returns the backend's reply to the redirect. */
    Reply consent(URI account, String user) {
        Reply status = HttpCall.get(account);
        String page = Json.text(status.body(), "consent_url");
        if (page.isEmpty()) {
            throw new AssertionError("the backend has no consent page: " + status.body());
        }
        return HttpCall.get(google().approve(URI.create(page), user));
    }

    private static String random() {
        byte[] bytes = new byte[32];
        RANDOM.nextBytes(bytes);
        return Base64.getEncoder().encodeToString(bytes);
    }

    @Override
    public void close() {
        agentData.close();
        backendData.close();
        providers.close();
    }
}
