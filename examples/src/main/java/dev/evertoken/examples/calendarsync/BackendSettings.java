package dev.evertoken.examples.calendarsync;

import dev.evertoken.examples.setup.Variables;
import dev.evertoken.model.KeyRing;
import dev.evertoken.model.Secret;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * The settings of the backend, read from environment variables. Immutable.
 *
 * @param google the client at Google
 * @param keys the keys that seal what the backend stores outside the columns of its table
 * @param sealed whether tokens are kept in a table of their own, sealed, rather than in the columns
 * @param database the JDBC address of the backend's database
 * @param listen the address of this machine that the backend listens on
 * @param redirect the redirect URI of the consent; empty for the callback route on this machine
 * @param agent the microservice; empty if nothing is sent
 */
record BackendSettings(
        GoogleClient google,
        KeyRing keys,
        boolean sealed,
        Secret database,
        URI listen,
        Optional<URI> redirect,
        Optional<Agent> agent) {

    static final String DATABASE = "CALENDAR_BACKEND_DATABASE";
    static final String URL = "GOOGLE_CALENDAR_MICROSERVICE_URL";
    static final String SEND_ALL = URL + "_IS_NEW";
    static final String TIMEOUT = "GOOGLE_CALENDAR_MICROSERVICE_TIMEOUT_MILLIS";

    /**
     * The microservice.
     *
     * @param url its address
     * @param timeout the longest time that a request may take
     * @param serviceToken the token by which the microservice authenticates the backend
     * @param signing the keys of both services that sign the messages
     * @param isNew whether all accounts are sent to it at the start
     */
    record Agent(URI url, Duration timeout, Secret serviceToken, KeyRing signing, boolean isNew) {}

    /** @throws IllegalStateException if variables are missing or malformed; the message names all of them */
    static BackendSettings from(Map<String, String> environment) {
        Variables variables = new Variables(environment);
        Optional<GoogleClient> google = GoogleClient.from(variables, environment);
        Optional<KeyRing> keys = variables.keys("EVERTOKEN_KEYS");
        Optional<Boolean> sealed = variables.flag("CALENDAR_TOKENS_SEALED");
        Optional<Secret> database = variables.database(DATABASE);
        Optional<URI> listen = variables.address("CALENDAR_BACKEND_LISTEN", "http://127.0.0.1:8080");
        boolean behindProxy = environment.containsKey("CALENDAR_BACKEND_REDIRECT");
        Optional<URI> redirect = behindProxy ? variables.address("CALENDAR_BACKEND_REDIRECT") : Optional.empty();
        boolean sends = !variables.text(URL, "").isBlank();
        Optional<Agent> agent = sends ? agent(variables) : Optional.empty();
        variables.requireAll();
        return new BackendSettings(
                google.orElseThrow(),
                keys.orElseThrow(),
                sealed.orElseThrow(),
                database.orElseThrow(),
                listen.orElseThrow(),
                redirect,
                agent);
    }

    private static Optional<Agent> agent(Variables variables) {
        Optional<URI> url = variables.secureAddress(URL);
        Optional<Integer> timeout = variables.number(TIMEOUT, 10_000, 1, 60_000);
        Optional<Secret> token = variables.secret(AgentSettings.SERVICE_TOKEN);
        Optional<KeyRing> signing = variables.keys(AgentSettings.SIGNING);
        Optional<Boolean> isNew = variables.flag(SEND_ALL);
        return url.flatMap(address -> timeout.flatMap(millis -> token.flatMap(secret -> signing.flatMap(
                ring -> isNew.map(all -> new Agent(address, Duration.ofMillis(millis), secret, ring, all))))));
    }
}
