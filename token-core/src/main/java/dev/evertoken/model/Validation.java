package dev.evertoken.model;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/**
 * What a provider said of an access token when it was asked. Immutable.
 *
 * @param verdict whether the token works
 * @param problem what is wrong, empty if nothing is or if a refresh may help
 * @param detail the case in one sentence without secrets
 * @param subject the provider's id of the user, where told
 * @param scopes what the token is good for; empty if not told
 * @param expiresAt when the provider says that it ends, where told
 */
public record Validation(
        Verdict verdict,
        Optional<Problem> problem,
        String detail,
        Optional<String> subject,
        Set<String> scopes,
        Optional<Instant> expiresAt) {

    /** Whether a token works. */
    public enum Verdict {
        /** The provider accepts it. */
        VALID,
        /** The provider does not accept it; a refresh may help. */
        REJECTED,
        /** The provider accepts it but not this account, or not for what was asked; a refresh does not help. */
        UNUSABLE,
        /** The provider did not answer the question. */
        UNKNOWN
    }

    public Validation {
        scopes = Collections.unmodifiableSet(new LinkedHashSet<>(scopes));
    }

    /** Returns that a token works. */
    public static Validation valid(Optional<String> subject, Set<String> scopes, Optional<Instant> expiresAt) {
        return new Validation(
                Verdict.VALID, Optional.empty(), "the provider accepts the token", subject, scopes, expiresAt);
    }

    /** Returns that the provider does not accept a token; whether a refresh helps is not known. */
    public static Validation rejected(String detail) {
        return new Validation(Verdict.REJECTED, Optional.empty(), detail, Optional.empty(), Set.of(), Optional.empty());
    }

    /** Returns why it is not said that a token works. */
    public static Validation failed(Verdict verdict, Problem problem, String detail) {
        return new Validation(verdict, Optional.of(problem), detail, Optional.empty(), Set.of(), Optional.empty());
    }

    /** Returns what to do, empty if nothing is wrong. */
    public Optional<Remedy> remedy() {
        return problem.map(Problem::remedy);
    }
}
