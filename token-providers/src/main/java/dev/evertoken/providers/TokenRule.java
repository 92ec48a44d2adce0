package dev.evertoken.providers;

import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Problem;
import dev.evertoken.spi.TokenVerdict;
import dev.evertoken.spi.TokenVerdict.Kind;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.function.Predicate;

/**
 * One row of a dialect: if an answer looks like this, it means that. Immutable.
 *
 * @param when which answers
 * @param kind what the engine does
 * @param problem what the caller is told
 * @param note what more is known of the case, behind a colon in the detail; may be empty
 * @param until no attempt before then
 */
record TokenRule(
        Predicate<TokenCase> when,
        Kind kind,
        Problem problem,
        Function<TokenCase, String> note,
        Function<TokenCase, Optional<Instant>> until) {

    static TokenRule rule(Predicate<TokenCase> when, Kind kind, Problem problem) {
        return new TokenRule(when, kind, problem, at -> "", at -> RetryAfter.of(at.answer()));
    }

    TokenRule note(String sentence) {
        return note(at -> sentence);
    }

    TokenRule note(Function<TokenCase, String> sentence) {
        return new TokenRule(when, kind, problem, sentence, until);
    }

    TokenRule until(Function<TokenCase, Optional<Instant>> moment) {
        return new TokenRule(when, kind, problem, note, moment);
    }

    TokenVerdict verdict(TokenCase at) {
        String more = note.apply(at);
        String detail = more.isEmpty() ? at.sentence() : at.sentence() + ": " + more;
        return new TokenVerdict(kind, problem, until.apply(at), detail);
    }

    // ---- what a row may look at

    static Predicate<TokenCase> asked(EndpointKind... endpoints) {
        Set<EndpointKind> any = Set.of(endpoints);
        return at -> any.contains(at.context().endpoint());
    }

    static Predicate<TokenCase> error(String... codes) {
        Set<String> any = Set.of(codes);
        return at -> at.error().filter(any::contains).isPresent();
    }

    static Predicate<TokenCase> subtype(String... codes) {
        Set<String> any = Set.of(codes);
        return at -> at.body().text("error_subtype").filter(any::contains).isPresent();
    }

    static Predicate<TokenCase> description(String... words) {
        return at -> Arrays.stream(words).anyMatch(at.description()::contains);
    }

    static Predicate<TokenCase> fault(String... resourceFieldCodes) {
        Set<String> any = Set.of(resourceFieldCodes);
        return at -> at.firstFault().filter(any::contains).isPresent();
    }

    static Predicate<TokenCase> status(int... codes) {
        return at -> Arrays.stream(codes).anyMatch(code -> code == at.status());
    }

    static Predicate<TokenCase> statusIn(IntPredicate range) {
        return at -> range.test(at.status());
    }

    static Predicate<TokenCase> shape(AnswerBody.Shape... shapes) {
        return at -> Arrays.asList(shapes).contains(at.body().shape());
    }

    static Predicate<TokenCase> mentions(String words) {
        return at -> at.body().mentions(words);
    }
}
