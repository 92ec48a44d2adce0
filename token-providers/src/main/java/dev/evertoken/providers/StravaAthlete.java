package dev.evertoken.providers;

import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Validation;
import dev.evertoken.spi.HeldTokens;
import dev.evertoken.spi.Validator;
import java.util.Optional;
import java.util.Set;

/** Validates by asking for the athlete, since Strava has no introspection; it costs one read. Thread-safe. */
final class StravaAthlete implements Validator {

    private static final ApiLook LOOK = new ApiLook(
            StravaResources.DIALECT,
            body -> body.text("id").map(id -> Validation.valid(Optional.of(id), Set.of(), Optional.empty())));

    private final Neighbour endpoint;

    StravaAthlete(TokenEndpoint endpoint) {
        this.endpoint = new Neighbour(endpoint, EndpointKind.INTROSPECT);
    }

    @Override
    public Validation validate(HeldTokens held) {
        return LOOK.read(endpoint.context(held), endpoint.asBearer(held, Optional.empty()));
    }
}
