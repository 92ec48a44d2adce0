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
 * Reads the state of a token from an API that returns the account of the token, for providers without introspection or
 * whose introspection reports too little. Immutable.
 *
 * @param dialect judges the refusals of the API
 * @param found reads a 2xx response; empty if it is not the expected one
 */
public record ApiProbe(ResourceDialect dialect, Function<ResponseBody, Optional<Validation>> found) {

    /** Returns a probe that looks for the user's id, which {@code id} reads from the body. */
    public static ApiProbe ofUser(ResourceDialect dialect, Function<ResponseBody, Optional<String>> id) {
        return new ApiProbe(
                dialect,
                body -> id.apply(body).map(user -> Validation.valid(Optional.of(user), Set.of(), Optional.empty())));
    }

    public Validation read(DialectContext context, EndpointOutcome outcome) {
        if (outcome instanceof EndpointOutcome.NotSent notSent) {
            return Validation.failed(Verdict.UNKNOWN, notSent.problem(), notSent.detail());
        }
        if (outcome instanceof EndpointOutcome.Lost lost) {
            return Validation.failed(Verdict.UNKNOWN, lost.problem(), lost.detail());
        }
        ProviderResponse response = ((EndpointOutcome.Response) outcome).response();
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

    /** Returns the verdict on the token for a problem: rejected, valid but unusable for the call, or unknown. */
    public static Verdict verdictOf(Problem problem) {
        return switch (problem) {
            case GRANT_DEAD, GRANT_EXPIRED -> Verdict.REJECTED;
            case SCOPE_MISSING, APP_BLOCKED, APP_INACTIVE, ACCOUNT_UNUSABLE, ADMIN_BLOCKED, WRONG_ACCOUNT ->
                Verdict.UNUSABLE;
            default -> Verdict.UNKNOWN;
        };
    }
}
