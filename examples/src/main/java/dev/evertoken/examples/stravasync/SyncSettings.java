package dev.evertoken.examples.stravasync;

import dev.evertoken.examples.setup.Variables;
import dev.evertoken.model.ClientRegistration;
import dev.evertoken.model.KeyRing;
import dev.evertoken.model.Secret;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The settings of the dashboard, read from environment variables. Immutable.
 *
 * @param strava the client at Strava
 * @param keys the keys that seal the journal and pending consents; the columns of the table stay in clear text
 * @param database the JDBC address of the PostgreSQL database
 * @param threshold a token is refreshed if at most this time is left
 * @param proactive whether tokens are refreshed in the background as well
 * @param home the address of the dashboard in the browser
 * @param port the port of the routes on this machine; 0 chooses a free one
 * @param api the address of Strava's API
 * @param support the contact that users get for an unknown error
 */
public record SyncSettings(
        ClientRegistration strava,
        KeyRing keys,
        Secret database,
        Duration threshold,
        boolean proactive,
        URI home,
        int port,
        URI api,
        String support) {

    static final String DATABASE = "STRAVASYNC_DATABASE";
    static final String SCOPES = "read,activity:read";

    private static final List<String> ALL = List.of(
            "STRAVA_CLIENT_ID",
            "STRAVA_CLIENT_SECRET",
            DATABASE,
            "STRAVASYNC_HOME",
            "STRAVASYNC_PORT",
            "STRAVASYNC_API",
            "STRAVASYNC_SUPPORT",
            "TOKEN_REFRESH_THRESHOLD_MINUTES",
            "ENABLE_PROACTIVE_REFRESH");

    /** Strava returns the same token if more than an hour is left, so a larger threshold would refresh in vain. */
    private static final int LARGEST_THRESHOLD = 55;

    /** Returns the settings; empty if no variable of the dashboard is set. */
    static Optional<SyncSettings> from(Map<String, String> environment) {
        Variables variables = new Variables(environment);
        return variables.hasAny(ALL) ? Optional.of(read(variables)) : Optional.empty();
    }

    private static SyncSettings read(Variables variables) {
        Optional<ClientRegistration> strava = variables.client("STRAVA", SCOPES);
        Optional<KeyRing> keys = variables.keys();
        Optional<Secret> database = variables.database(DATABASE);
        Optional<Integer> minutes = variables.number("TOKEN_REFRESH_THRESHOLD_MINUTES", 30, 1, LARGEST_THRESHOLD);
        Optional<Boolean> proactive = variables.flag("ENABLE_PROACTIVE_REFRESH");
        Optional<URI> home = variables.address("STRAVASYNC_HOME", "http://localhost:8080");
        Optional<Integer> port = variables.number("STRAVASYNC_PORT", 8080, 0, 65_535);
        Optional<URI> api = variables.address("STRAVASYNC_API", "https://www.strava.com/api/v3");
        variables.requireAll();
        return new SyncSettings(
                strava.orElseThrow(),
                keys.orElseThrow(),
                database.orElseThrow(),
                Duration.ofMinutes(minutes.orElseThrow()),
                proactive.orElseThrow(),
                home.orElseThrow(),
                port.orElseThrow(),
                api.orElseThrow(),
                variables.text("STRAVASYNC_SUPPORT", "support@dashboard.example"));
    }
}
