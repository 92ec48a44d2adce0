package dev.evertoken.model;

import java.util.Optional;
import java.util.Set;

/**
 * What became of a revocation. Immutable.
 *
 * @param outcome at the provider
 * @param disconnected whether a grant was removed here
 * @param problem what kept the provider from it, empty if nothing did
 * @param detail the case in one sentence without secrets
 * @param affectedAccounts other accounts here that lose, or would lose, their tokens too
 */
public record Revocation(
        Outcome outcome,
        boolean disconnected,
        Optional<Problem> problem,
        String detail,
        Set<TokenKey> affectedAccounts) {

    /** What became of the tokens at the provider. */
    public enum Outcome {
        /** They are dead now. */
        REVOKED,
        /** They were dead already. */
        ALREADY_INVALID,
        /** The provider did not answer; it is asked again behind the caller, and an event tells how that ended. */
        PENDING,
        /** The provider refused for good, or has no revocation; the person can remove the application there. */
        NOT_REVOKED,
        /** Nothing was done, because other accounts would lose their tokens too. */
        NOT_ATTEMPTED
    }

    public Revocation {
        affectedAccounts = Set.copyOf(affectedAccounts);
    }
}
