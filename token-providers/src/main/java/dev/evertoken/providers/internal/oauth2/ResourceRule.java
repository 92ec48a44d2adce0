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
 * One row of a resource dialect: if an API's answer looks like this, it means that. Immutable.
 *
 * @param when which answers
 * @param action what the interceptor does
 * @param problem what the caller may be told
 * @param note the case in words, behind the status in the detail; may be empty
 * @param until no attempt before then
 */
public record ResourceRule(
        Predicate<TokenError> when,
        Action action,
        Problem problem,
        String note,
        Function<TokenError, Optional<Instant>> until) {

    /** A row that hands the answer on and names its problem. */
    public static ResourceRule pass(Predicate<TokenError> when, Problem problem, String note) {
        return new ResourceRule(when, Action.PASS, problem, note, at -> RetryAfter.of(at.response()));
    }

    /** A row that has the token refreshed and the request sent once more. */
    public static ResourceRule refresh(Predicate<TokenError> when) {
        return new ResourceRule(when, Action.REFRESH_AND_RETRY, Problem.API_REJECTS_TOKEN, "", at -> Optional.empty());
    }

    /** A row about a dead token that no refresh brings back: a newer one that is there already is taken. */
    public static ResourceRule adopt(Predicate<TokenError> when, Problem problem, String note) {
        return new ResourceRule(when, Action.ADOPT_ONLY, problem, note, at -> Optional.empty());
    }

    /** A row that has the token derived again from its parent account's, and the request sent once more. */
    public static ResourceRule rederive(Predicate<TokenError> when, Problem problem, String note) {
        return new ResourceRule(when, Action.REDERIVE_FROM_PARENT, problem, note, at -> Optional.empty());
    }

    /** A row that has the request signed anew and sent once more; its problem is told if that does not help. */
    public static ResourceRule signAgain(Predicate<TokenError> when, Problem problem, String note) {
        return new ResourceRule(when, Action.SIGN_AGAIN, problem, note, at -> Optional.empty());
    }

    public ResourceRule until(Function<TokenError, Optional<Instant>> moment) {
        return new ResourceRule(when, action, problem, note, moment);
    }

    ResourceVerdict verdict(TokenError at) {
        String detail = "API answered " + at.status() + (note.isEmpty() ? "" : ": " + note);
        return new ResourceVerdict(action, Optional.of(problem), until.apply(at), detail);
    }

    /** Looks for a reason in its quotation marks: the beginning of a long answer need not be whole JSON. */
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
