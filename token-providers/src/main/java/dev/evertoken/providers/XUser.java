package dev.evertoken.providers;

import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Validation;
import dev.evertoken.spi.HeldTokens;
import dev.evertoken.spi.Validator;
import java.util.Optional;
import java.util.Set;

/** Validates by asking for the user, since X has no introspection; X bills it as any other call. Thread-safe. */
final class XUser implements Validator {

    private static final ApiLook LOOK = new ApiLook(
            XResources.DIALECT,
            body -> body.object("data")
                    .flatMap(user -> user.text("id"))
                    .map(id -> Validation.valid(Optional.of(id), Set.of(), Optional.empty())));

    private final Neighbour endpoint;

    XUser(TokenEndpoint endpoint) {
        this.endpoint = new Neighbour(endpoint, EndpointKind.INTROSPECT);
    }

    @Override
    public Validation validate(HeldTokens held) {
        return LOOK.read(endpoint.context(held), endpoint.asBearer(held, Optional.empty()));
    }
}
