package dev.evertoken.model;

import dev.evertoken.internal.values.OrderedSet;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * The result of validating an access token at its provider. Immutable.
 *
 * @param verdict whether the token works
 * @param problem the cause; empty if the token works or a refresh may help
 * @param detail one sentence on the case, without secrets
 * @param subject the provider's id of the user, if reported
 * @param scopes the scopes of the token; empty if not reported
 * @param expiresAt when the token expires, if reported
 */
public record Validation(
        Verdict verdict,
        Optional<Problem> problem,
        String detail,
        Optional<String> subject,
        Set<String> scopes,
        Optional<Instant> expiresAt) {

    /** Whether a token works. Later versions may add constants: keep a default branch in a {@code switch}. */
    public enum Verdict {
        /** The provider accepts the token. */
        VALID,
        /** The provider does not accept the token; a refresh may help. */
        REJECTED,
        /** The provider accepts the token, but not for this account or this operation; a refresh does not help. */
        UNUSABLE,
        /** The provider did not give a result. */
        UNKNOWN
    }

    public Validation {
        scopes = OrderedSet.copyOf(scopes);
    }

    /** Returns the result for a token that works. */
    public static Validation valid(Optional<String> subject, Set<String> scopes, Optional<Instant> expiresAt) {
        return new Validation(
                Verdict.VALID, Optional.empty(), "the provider accepts the token", subject, scopes, expiresAt);
    }

    /** Returns the result for a token that the provider does not accept; whether a refresh helps is not known. */
    public static Validation rejected(String detail) {
        return new Validation(Verdict.REJECTED, Optional.empty(), detail, Optional.empty(), Set.of(), Optional.empty());
    }

    /** Returns the result for a token that was not found to work, with the cause. */
    public static Validation failed(Verdict verdict, Problem problem, String detail) {
        return new Validation(verdict, Optional.of(problem), detail, Optional.empty(), Set.of(), Optional.empty());
    }

    /** Returns how the caller should react; empty if nothing is wrong. */
    public Optional<Remedy> remedy() {
        return problem.map(Problem::remedy);
    }
}
