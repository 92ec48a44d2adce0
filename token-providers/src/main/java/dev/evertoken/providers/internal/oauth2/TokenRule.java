package dev.evertoken.providers.internal.oauth2;

import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Problem;
import dev.evertoken.spi.provider.TokenVerdict;
import dev.evertoken.spi.provider.TokenVerdict.Kind;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.function.Predicate;

/**
 * One row of a token dialect: the verdict for the responses that match. Immutable.
 *
 * @param when matches the responses
 * @param kind determines the engine's reaction
 * @param problem the problem that is reported to the caller
 * @param note a further description that follows a colon in the detail; may be empty
 * @param until the time before which no attempt may be made
 * @param spendsNothing whether such a response is declared to be a refusal, so that the request certainly had no effect
 */
public record TokenRule(
        Predicate<TokenError> when,
        Kind kind,
        Problem problem,
        Function<TokenError, String> note,
        Function<TokenError, Optional<Instant>> until,
        boolean spendsNothing) {

    public static TokenRule rule(Predicate<TokenError> when, Kind kind, Problem problem) {
        return new TokenRule(when, kind, problem, at -> "", at -> RetryAfter.of(at.response()), false);
    }

    public TokenRule note(String sentence) {
        return note(at -> sentence);
    }

    TokenRule note(Function<TokenError, String> sentence) {
        return new TokenRule(when, kind, problem, sentence, until, spendsNothing);
    }

    public TokenRule until(Function<TokenError, Optional<Instant>> moment) {
        return new TokenRule(when, kind, problem, note, moment, spendsNothing);
    }

    /** Declares that the request certainly had no effect, whatever the status. */
    public TokenRule spendingNothing() {
        return new TokenRule(when, kind, problem, note, until, true);
    }

    TokenVerdict verdict(TokenError at) {
        String more = note.apply(at);
        String detail = more.isEmpty() ? at.sentence() : at.sentence() + ": " + more;
        return new TokenVerdict(kind, problem, until.apply(at), detail);
    }

    // The conditions of a row

    public static Predicate<TokenError> asked(EndpointKind... endpoints) {
        Set<EndpointKind> any = Set.of(endpoints);
        return at -> any.contains(at.context().endpoint());
    }

    public static Predicate<TokenError> error(String... codes) {
        Set<String> any = Set.of(codes);
        return at -> at.error().filter(any::contains).isPresent();
    }

    public static Predicate<TokenError> subtype(String... codes) {
        Set<String> any = Set.of(codes);
        return at -> at.body().text("error_subtype").filter(any::contains).isPresent();
    }

    public static Predicate<TokenError> description(String... words) {
        return at -> Arrays.stream(words).anyMatch(at.description()::contains);
    }

    public static Predicate<TokenError> fault(String... resourceFieldCodes) {
        Set<String> any = Set.of(resourceFieldCodes);
        return at -> at.firstFault().filter(any::contains).isPresent();
    }

    public static Predicate<TokenError> status(int... codes) {
        return at -> Arrays.stream(codes).anyMatch(code -> code == at.status());
    }

    public static Predicate<TokenError> statusIn(IntPredicate range) {
        return at -> range.test(at.status());
    }

    public static Predicate<TokenError> shape(ResponseBody.Shape... shapes) {
        return at -> Arrays.asList(shapes).contains(at.body().shape());
    }

    public static Predicate<TokenError> mentions(String words) {
        return at -> at.body().mentions(words);
    }
}
