package dev.evertoken.spi.provider;

import dev.evertoken.model.ClientAuthentication;
import dev.evertoken.model.ClientRegistration;
import dev.evertoken.model.EndpointKind;
import java.net.URI;
import java.util.Optional;

/**
 * One registered client together with its provider's data, as refreshers get it. Immutable.
 *
 * @param registration the id under which the application registered it
 * @param providerId the provider's id
 * @param credentials id, secret and scopes
 * @param profile the provider's data, with the application's endpoint overrides in it
 */
public record Client(String registration, String providerId, ClientRegistration credentials, ProviderProfile profile) {

    /** Returns where to send requests of this kind; empty if the provider has none. */
    public Optional<URI> endpoint(EndpointKind kind) {
        return profile.endpoints().address(kind);
    }

    /** Returns how this client proves itself there: its own way, else the provider's. */
    public ClientAuthentication authentication(EndpointKind kind) {
        ClientAuthentication own = credentials.authentication().get(kind);
        return own != null ? own : profile.authentication(kind);
    }
}
