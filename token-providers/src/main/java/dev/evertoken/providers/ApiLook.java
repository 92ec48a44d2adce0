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
 * Reads a reply of an API that was asked whose a token is, where a provider has no introspection. Immutable.
 *
 * @param dialect how the API refuses
 * @param subject finds the user's id in a good answer
 */
record ApiLook(ResourceDialect dialect, Function<ProviderAnswer, Optional<String>> subject) {

    private static final Set<Problem> NO_REFRESH_HELPS =
            EnumSet.of(Problem.SCOPE_MISSING, Problem.APP_BLOCKED, Problem.ACCOUNT_UNUSABLE);

    Validation read(DialectContext context, WireReply reply) {
        if (reply instanceof WireReply.NotSent kept) {
            return Validation.failed(Verdict.UNKNOWN, kept.problem(), kept.detail());
        }
        if (reply instanceof WireReply.Lost lost) {
            return Validation.failed(Verdict.UNKNOWN, lost.problem(), lost.detail());
        }
        return read(context, ((WireReply.Answer) reply).answer());
    }

    private Validation read(DialectContext context, ProviderAnswer answer) {
        Optional<String> user = answer.status() / 100 == 2 ? subject.apply(answer) : Optional.empty();
        if (user.isPresent()) {
            return Validation.valid(user, Set.of(), Optional.empty());
        }
        ResourceVerdict verdict = dialect.judge(context, answer);
        String detail = verdict.detail().isEmpty() ? "API answered " + answer.status() : verdict.detail();
        if (verdict.action() == ResourceVerdict.Action.REFRESH_AND_RETRY) {
            return Validation.rejected(detail);
        }
        Problem problem = verdict.problem()
                .orElse(answer.status() >= 500 ? Problem.PROVIDER_UNAVAILABLE : Problem.UNRECOGNISED_ANSWER);
        return Validation.failed(
                NO_REFRESH_HELPS.contains(problem) ? Verdict.UNUSABLE : Verdict.UNKNOWN, problem, detail);
    }
}
