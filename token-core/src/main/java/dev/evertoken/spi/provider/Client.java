package dev.evertoken.spi.provider;

import dev.evertoken.model.ClientAuthentication;
import dev.evertoken.model.ClientRegistration;
import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.TransportSettings;
import java.net.URI;
import java.util.Optional;

/**
 * A registered client together with the data of its provider, as passed to refreshers. Immutable.
 *
 * @param registration the id under which the application registered the client
 * @param providerId the provider's id
 * @param credentials id, secret and scopes
 * @param profile the provider's data, including the application's endpoint overrides
 * @param transport how connections to the provider's endpoints are made
 * @param connections the connections that are kept open until the engine is closed
 */
public record Client(
        String registration,
        String providerId,
        ClientRegistration credentials,
        ProviderProfile profile,
        TransportSettings transport,
        KeptConnections connections) {

    /** Creates a client for which no connection is kept open. */
    public Client(
            String registration,
            String providerId,
            ClientRegistration credentials,
            ProviderProfile profile,
            TransportSettings transport) {
        this(registration, providerId, credentials, profile, transport, KeptConnections.none());
    }

    /** Creates a client whose connections are made with the settings of the JVM. */
    public Client(String registration, String providerId, ClientRegistration credentials, ProviderProfile profile) {
        this(registration, providerId, credentials, profile, TransportSettings.ofTheJvm());
    }

    /** Returns this client with other data of its provider. */
    public Client with(ProviderProfile other) {
        return new Client(registration, providerId, credentials, other, transport, connections);
    }

    /** Returns this client with other credentials. */
    public Client with(ClientRegistration other) {
        return new Client(registration, providerId, other, profile, transport, connections);
    }

    /** Returns the address of an endpoint; empty if the provider has none of this kind. */
    public Optional<URI> endpoint(EndpointKind kind) {
        return profile.endpoints().address(kind);
    }

    /** Returns how this client authenticates at an endpoint: its own setting, otherwise the provider's default. */
    public ClientAuthentication authentication(EndpointKind kind) {
        ClientAuthentication own = credentials.authentication().get(kind);
        return own != null ? own : profile.authentication(kind);
    }
}
