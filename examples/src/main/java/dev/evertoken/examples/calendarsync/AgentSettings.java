package dev.evertoken.examples.calendarsync;

import dev.evertoken.examples.setup.Variables;
import dev.evertoken.model.KeyRing;
import dev.evertoken.model.Secret;
import java.net.URI;
import java.util.Map;
import java.util.Optional;

/**
 * The settings of the chat agent, read from environment variables. Immutable.
 *
 * @param google the client at Google, the same as the backend's
 * @param keys the agent's own keys, which seal what it stores outside the columns of its table
 * @param sealed whether tokens are kept in a table of their own, sealed, rather than in the columns
 * @param database the JDBC address of the agent's database
 * @param listen the address of this machine that the agent listens on
 * @param serviceToken the token that the backend sends
 * @param signing the keys of both services that sign the messages
 * @param calendar the address at Calendar that the agent reads
 */
record AgentSettings(
        GoogleClient google,
        KeyRing keys,
        boolean sealed,
        Secret database,
        URI listen,
        Secret serviceToken,
        KeyRing signing,
        URI calendar) {

    static final String DATABASE = "CALENDAR_AGENT_DATABASE";
    static final String SERVICE_TOKEN = "CALENDAR_SERVICE_TOKEN";
    static final String SIGNING = "CALENDAR_MIRROR_KEYS";

    private static final String EVENTS =
            "https://www.googleapis.com/calendar/v3/calendars/primary/events?maxResults=1&singleEvents=true";

    /** @throws IllegalStateException if variables are missing or malformed; the message names all of them */
    static AgentSettings from(Map<String, String> environment) {
        Variables variables = new Variables(environment);
        Optional<GoogleClient> google = GoogleClient.from(variables, environment);
        Optional<KeyRing> keys = variables.keys("EVERTOKEN_KEYS");
        Optional<Boolean> sealed = variables.flag("CALENDAR_TOKENS_SEALED");
        Optional<Secret> database = variables.database(DATABASE);
        Optional<URI> listen = variables.address("CALENDAR_AGENT_LISTEN", "http://127.0.0.1:8081");
        Optional<Secret> serviceToken = variables.secret(SERVICE_TOKEN);
        Optional<KeyRing> signing = variables.keys(SIGNING);
        Optional<URI> calendar = variables.address("CALENDAR_AGENT_API", EVENTS);
        variables.requireAll();
        return new AgentSettings(
                google.orElseThrow(),
                keys.orElseThrow(),
                sealed.orElseThrow(),
                database.orElseThrow(),
                listen.orElseThrow(),
                serviceToken.orElseThrow(),
                signing.orElseThrow(),
                calendar.orElseThrow());
    }
}
