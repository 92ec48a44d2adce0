package dev.evertoken.providers.internal.oauth2;

import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Validation;
import dev.evertoken.spi.provider.HeldTokens;
import dev.evertoken.spi.provider.Validator;
import java.util.Optional;

/**
 * Validates by asking an API whose the token is, where the provider has no introspection; it costs one read.
 * Thread-safe.
 */
public final class ProfileValidator implements Validator {

    private final EndpointCall endpoint;
    private final ApiProbe look;

    public ProfileValidator(TokenEndpoint endpoint, ApiProbe look) {
        this.endpoint = new EndpointCall(endpoint, EndpointKind.INTROSPECT);
        this.look = look;
    }

    @Override
    public Validation validate(HeldTokens held) {
        return look.read(endpoint.context(held), endpoint.asBearer(held, Optional.empty()));
    }
}
