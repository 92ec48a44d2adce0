package dev.evertoken.providers.internal.oauth2;

import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Validation;
import dev.evertoken.spi.provider.HeldTokens;
import dev.evertoken.spi.provider.Validator;
import java.util.Optional;

/**
 * Validates a token by requesting its account from an API, for providers without introspection. Each validation costs
 * one API read. Thread-safe.
 */
public final class ProfileValidator implements Validator {

    private final EndpointCall endpoint;
    private final ApiProbe probe;

    public ProfileValidator(TokenEndpoint endpoint, ApiProbe probe) {
        this.endpoint = new EndpointCall(endpoint, EndpointKind.INTROSPECT);
        this.probe = probe;
    }

    @Override
    public Validation validate(HeldTokens held) {
        return probe.read(endpoint.context(held), endpoint.asBearer(held, Optional.empty()));
    }
}
