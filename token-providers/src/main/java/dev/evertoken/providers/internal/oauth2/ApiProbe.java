package dev.evertoken.providers.internal.oauth2;

import dev.evertoken.model.Problem;
import dev.evertoken.model.Validation;
import dev.evertoken.model.Validation.Verdict;
import dev.evertoken.spi.provider.DialectContext;
import dev.evertoken.spi.provider.ProviderResponse;
import dev.evertoken.spi.provider.ResourceDialect;
import dev.evertoken.spi.provider.ResourceVerdict;
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
public record ApiProbe(ResourceDialect dialect, Function<ResponseBody, Optional<Validation>> found) {

    /** Looks for the user's id: what {@code id} finds in the body. */
    public static ApiProbe ofUser(ResourceDialect dialect, Function<ResponseBody, Optional<String>> id) {
        return new ApiProbe(
                dialect,
                body -> id.apply(body).map(user -> Validation.valid(Optional.of(user), Set.of(), Optional.empty())));
    }

    public Validation read(DialectContext context, EndpointOutcome reply) {
        if (reply instanceof EndpointOutcome.NotSent kept) {
            return Validation.failed(Verdict.UNKNOWN, kept.problem(), kept.detail());
        }
        if (reply instanceof EndpointOutcome.Lost lost) {
            return Validation.failed(Verdict.UNKNOWN, lost.problem(), lost.detail());
        }
        ProviderResponse response = ((EndpointOutcome.Response) reply).response();
        Optional<Validation> good =
                response.status() / 100 == 2 ? found.apply(ResponseBody.of(response)) : Optional.<Validation>empty();
        return good.orElseGet(() -> refused(dialect.judge(context, response), response));
    }

    private static Validation refused(ResourceVerdict verdict, ProviderResponse response) {
        String detail = verdict.detail().isEmpty() ? "API answered " + response.status() : verdict.detail();
        return switch (verdict.action()) {
            case REFRESH_AND_RETRY -> Validation.rejected(detail);
            case ADOPT_ONLY, REDERIVE_FROM_PARENT ->
                Validation.failed(Verdict.REJECTED, verdict.problem().orElse(Problem.GRANT_DEAD), detail);
            case PASS, SIGN_AGAIN -> {
                Problem problem = verdict.problem()
                        .orElse(
                                response.status() >= 500
                                        ? Problem.PROVIDER_UNAVAILABLE
                                        : Problem.UNRECOGNIZED_RESPONSE);
                yield Validation.failed(verdictOf(problem), problem, detail);
            }
        };
    }

    /** Tells what a problem says of the token: that it is dead, that it works but not for this, or nothing. */
    public static Verdict verdictOf(Problem problem) {
        return switch (problem) {
            case GRANT_DEAD, GRANT_EXPIRED -> Verdict.REJECTED;
            case SCOPE_MISSING, APP_BLOCKED, APP_INACTIVE, ACCOUNT_UNUSABLE, ADMIN_BLOCKED, WRONG_ACCOUNT ->
                Verdict.UNUSABLE;
            default -> Verdict.UNKNOWN;
        };
    }
}
