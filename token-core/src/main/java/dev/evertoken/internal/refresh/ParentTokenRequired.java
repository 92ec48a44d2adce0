package dev.evertoken.internal.refresh;

import dev.evertoken.model.AccessToken;
import dev.evertoken.model.TokenKey;
import java.util.Optional;

/** A cycle cannot go on before it has the token of another account; nothing is claimed. Immutable. */
final class ParentTokenRequired extends Exception {

    private static final long serialVersionUID = 1L;

    private final transient TokenKey parent;
    private final transient Optional<AccessToken> rejected;

    /** @param rejected the token that there is, if the provider did not accept it */
    ParentTokenRequired(TokenKey parent, Optional<AccessToken> rejected) {
        super("the token of " + parent + " is awaited", null, false, false);
        this.parent = parent;
        this.rejected = rejected;
    }

    TokenKey parent() {
        return parent;
    }

    /** Returns what to ask the parent's cycle for. */
    TokenRequirement requirement() {
        return rejected.map(TokenRequirement::insteadOf).orElse(TokenRequirement.usable());
    }
}
