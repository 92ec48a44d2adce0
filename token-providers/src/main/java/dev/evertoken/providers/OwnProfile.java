package dev.evertoken.providers;

import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Validation;
import dev.evertoken.spi.HeldTokens;
import dev.evertoken.spi.Validator;
import java.util.Optional;

/**
 * Validates by asking an API whose the token is, where the provider has no introspection; it costs one read.
 * Thread-safe.
 */
final class OwnProfile implements Validator {

    private final Neighbour endpoint;
    private final ApiLook look;

    OwnProfile(TokenEndpoint endpoint, ApiLook look) {
        this.endpoint = new Neighbour(endpoint, EndpointKind.INTROSPECT);
        this.look = look;
    }

    @Override
    public Validation validate(HeldTokens held) {
        return look.read(endpoint.context(held), endpoint.asBearer(held, Optional.empty()));
    }
}
