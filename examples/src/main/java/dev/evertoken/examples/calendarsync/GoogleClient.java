package dev.evertoken.examples.calendarsync;

import dev.evertoken.TokensBuilder;
import dev.evertoken.examples.setup.Variables;
import dev.evertoken.model.ClientRegistration;
import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.provider.Endpoints;
import java.net.URI;
import java.util.Map;
import java.util.Optional;

/**
 * The client at Google that both services share, because a refresh token belongs to the client that it was issued to.
 * Immutable.
 *
 * @param client the credentials and scopes
 * @param endpoints addresses of Google that are replaced, for tests
 */
record GoogleClient(ClientRegistration client, Endpoints endpoints) {

    static final String REGISTRATION = "google";
    private static final String SCOPES = "https://www.googleapis.com/auth/calendar.readonly";

    /**
     * Reads {@code GOOGLE_CLIENT_ID}, {@code GOOGLE_CLIENT_SECRET} and, for tests, {@code GOOGLE_…_ENDPOINT}. Empty if
     * one is missing or malformed, which the variables report.
     */
    static Optional<GoogleClient> from(Variables variables, Map<String, String> environment) {
        Endpoints replaced = Endpoints.none();
        for (EndpointKind kind : EndpointKind.values()) {
            String name = "GOOGLE_" + kind + "_ENDPOINT";
            Optional<URI> address = environment.containsKey(name) ? variables.address(name) : Optional.empty();
            replaced = address.isPresent() ? replaced.with(kind, address.get()) : replaced;
        }
        Endpoints all = replaced;
        return variables.client("GOOGLE", SCOPES).map(client -> new GoogleClient(client, all));
    }

    TokensBuilder configure(TokensBuilder builder) {
        return builder.client(REGISTRATION, client).endpoints(REGISTRATION, endpoints);
    }

    /** Returns the account of a user. */
    static TokenKey key(String userId) {
        return TokenKey.of(REGISTRATION, userId);
    }
}
