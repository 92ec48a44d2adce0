package dev.evertoken.providers;

import dev.evertoken.model.Problem;
import dev.evertoken.model.Validation;
import dev.evertoken.model.Validation.Verdict;
import dev.evertoken.spi.DialectContext;
import dev.evertoken.spi.ProviderAnswer;
import dev.evertoken.spi.ResourceDialect;
import dev.evertoken.spi.ResourceVerdict;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * What an API says of a token when it is asked for the account behind it, where a provider has no introspection or
 * introspection does not tell enough. Immutable.
 *
 * @param dialect how the API's refusals are read
 * @param found reads a good answer; empty if it is not what was asked for
 */
record ApiLook(ResourceDialect dialect, Function<AnswerBody, Optional<Validation>> found) {

    /** Looks for the user's id: what {@code id} finds in the body. */
    static ApiLook ofUser(ResourceDialect dialect, Function<AnswerBody, Optional<String>> id) {
        return new ApiLook(
                dialect,
                body -> id.apply(body).map(user -> Validation.valid(Optional.of(user), Set.of(), Optional.empty())));
    }

    Validation read(DialectContext context, WireReply reply) {
        if (reply instanceof WireReply.NotSent kept) {
            return Validation.failed(Verdict.UNKNOWN, kept.problem(), kept.detail());
        }
        if (reply instanceof WireReply.Lost lost) {
            return Validation.failed(Verdict.UNKNOWN, lost.problem(), lost.detail());
        }
        ProviderAnswer answer = ((WireReply.Answer) reply).answer();
        Optional<Validation> good =
                answer.status() / 100 == 2 ? found.apply(AnswerBody.of(answer)) : Optional.<Validation>empty();
        return good.orElseGet(() -> refused(dialect.judge(context, answer), answer));
    }

    private static Validation refused(ResourceVerdict verdict, ProviderAnswer answer) {
        String detail = verdict.detail().isEmpty() ? "API answered " + answer.status() : verdict.detail();
        return switch (verdict.action()) {
            case REFRESH_AND_RETRY -> Validation.rejected(detail);
            case ADOPT_ONLY, REDERIVE_FROM_PARENT ->
                Validation.failed(Verdict.REJECTED, verdict.problem().orElse(Problem.GRANT_DEAD), detail);
            case PASS, SIGN_AGAIN -> {
                Problem problem = verdict.problem()
                        .orElse(answer.status() >= 500 ? Problem.PROVIDER_UNAVAILABLE : Problem.UNRECOGNISED_ANSWER);
                yield Validation.failed(verdictOf(problem), problem, detail);
            }
        };
    }

    /** Tells what a problem says of the token: that it is dead, that it works but not for this, or nothing. */
    static Verdict verdictOf(Problem problem) {
        return switch (problem) {
            case GRANT_DEAD, GRANT_EXPIRED -> Verdict.REJECTED;
            case SCOPE_MISSING, APP_BLOCKED, APP_INACTIVE, ACCOUNT_UNUSABLE, ADMIN_BLOCKED, WRONG_ACCOUNT ->
                Verdict.UNUSABLE;
            default -> Verdict.UNKNOWN;
        };
    }
}
