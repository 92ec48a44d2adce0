package dev.evertoken.model;

import java.util.Optional;
import java.util.Set;

/**
 * The result of a revocation. Immutable.
 *
 * @param outcome the outcome at the provider
 * @param disconnected whether a grant was removed from the store
 * @param problem why the provider did not revoke the tokens; empty if it did
 * @param detail one sentence on the case, without secrets
 * @param affectedAccounts other accounts in the store that lose, or would lose, their tokens too; the detail says if
 *     there may be more
 */
public record Revocation(
        Outcome outcome,
        boolean disconnected,
        Optional<Problem> problem,
        String detail,
        Set<TokenKey> affectedAccounts) {

    /** The outcome at the provider. Later versions may add constants: keep a default branch in a {@code switch}. */
    public enum Outcome {
        /** The provider has revoked the tokens. */
        REVOKED,
        /** The tokens were already invalid. */
        ALREADY_INVALID,
        /**
         * The provider did not respond; the request is repeated in the background, and an event reports the final
         * outcome.
         */
        PENDING,
        /**
         * The provider refused permanently or does not support revocation; the user can remove the application there.
         */
        NOT_REVOKED,
        /** No request was sent, because other accounts would lose their tokens too, or because that is unknown. */
        NOT_ATTEMPTED
    }

    public Revocation {
        affectedAccounts = Set.copyOf(affectedAccounts);
    }
}
