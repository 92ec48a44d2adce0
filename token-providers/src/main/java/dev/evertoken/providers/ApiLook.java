package dev.evertoken.providers;

import dev.evertoken.model.Problem;
import dev.evertoken.model.Validation;
import dev.evertoken.model.Validation.Verdict;
import dev.evertoken.spi.DialectContext;
import dev.evertoken.spi.ProviderAnswer;
import dev.evertoken.spi.ResourceDialect;
import dev.evertoken.spi.ResourceVerdict;
import java.util.EnumSet;
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

    /** The token works, but not for this: no refresh changes that. */
    private static final Set<Problem> UNUSABLE = EnumSet.of(
            Problem.SCOPE_MISSING,
            Problem.APP_BLOCKED,
            Problem.ACCOUNT_UNUSABLE,
            Problem.ADMIN_BLOCKED,
            Problem.WRONG_ACCOUNT);

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
        if (verdict.action() == ResourceVerdict.Action.REFRESH_AND_RETRY) {
            return Validation.rejected(detail);
        }
        Problem problem = verdict.problem().orElse(Problem.UNRECOGNISED_ANSWER);
        return Validation.failed(UNUSABLE.contains(problem) ? Verdict.UNUSABLE : Verdict.UNKNOWN, problem, detail);
    }
}
