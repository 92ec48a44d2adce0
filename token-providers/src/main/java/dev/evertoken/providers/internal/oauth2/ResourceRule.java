package dev.evertoken.providers.internal.oauth2;

import dev.evertoken.model.Problem;
import dev.evertoken.spi.provider.ResourceVerdict;
import dev.evertoken.spi.provider.ResourceVerdict.Action;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * One row of a resource dialect: the verdict for the API responses that match. Immutable.
 *
 * @param when matches the responses
 * @param action the action of the interceptor
 * @param problem the problem that is reported to the caller; empty if the response concerns neither token nor account
 * @param note a description that follows the status in the detail; may be empty
 * @param until the time before which no request may be made
 */
public record ResourceRule(
        Predicate<TokenError> when,
        Action action,
        Optional<Problem> problem,
        String note,
        Function<TokenError, Optional<Instant>> until) {

    /**
     * Returns a row that passes the response on without a verdict: it concerns the request alone, which its caller can
     * see in the response.
     */
    public static ResourceRule ignore(Predicate<TokenError> when) {
        return new ResourceRule(when, Action.PASS, Optional.empty(), "", at -> Optional.empty());
    }

    /** Returns a row that passes the response on and names its problem. */
    public static ResourceRule pass(Predicate<TokenError> when, Problem problem, String note) {
        return new ResourceRule(when, Action.PASS, Optional.of(problem), note, at -> RetryAfter.of(at.response()));
    }

    /** Returns a row that refreshes the token and repeats the request once. */
    public static ResourceRule refresh(Predicate<TokenError> when) {
        return new ResourceRule(
                when, Action.REFRESH_AND_RETRY, Optional.of(Problem.API_REJECTS_TOKEN), "", at -> Optional.empty());
    }

    /** Returns a row for a token that a refresh cannot replace; a newer token is used if the store already has one. */
    public static ResourceRule adopt(Predicate<TokenError> when, Problem problem, String note) {
        return new ResourceRule(when, Action.ADOPT_ONLY, Optional.of(problem), note, at -> Optional.empty());
    }

    /** Returns a row that derives the token again from the parent account's and repeats the request once. */
    public static ResourceRule rederive(Predicate<TokenError> when, Problem problem, String note) {
        return new ResourceRule(when, Action.REDERIVE_FROM_PARENT, Optional.of(problem), note, at -> Optional.empty());
    }

    /** Returns a row that signs the request again and repeats it once; its problem is reported if that fails too. */
    public static ResourceRule signAgain(Predicate<TokenError> when, Problem problem, String note) {
        return new ResourceRule(when, Action.SIGN_AGAIN, Optional.of(problem), note, at -> Optional.empty());
    }

    public ResourceRule until(Function<TokenError, Optional<Instant>> moment) {
        return new ResourceRule(when, action, problem, note, moment);
    }

    ResourceVerdict verdict(TokenError at) {
        if (problem.isEmpty()) {
            return ResourceVerdict.pass();
        }
        String detail = "API answered " + at.status() + (note.isEmpty() ? "" : ": " + note);
        return new ResourceVerdict(action, problem, until.apply(at), detail);
    }

    /** Matches a reason in quotation marks, since the beginning of a long response need not be complete JSON. */
    public static Predicate<TokenError> reason(String... words) {
        return at -> Arrays.stream(words).anyMatch(word -> at.body().mentions("\"" + word + "\""));
    }

    public static Predicate<TokenError> challenge(String words) {
        return at -> at.response()
                .header("WWW-Authenticate")
                .filter(challenge -> challenge.contains(words))
                .isPresent();
    }
}
