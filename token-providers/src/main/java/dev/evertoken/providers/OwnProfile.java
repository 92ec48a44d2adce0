package dev.evertoken.providers;

import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Problem;
import dev.evertoken.model.Validation;
import dev.evertoken.model.Validation.Verdict;
import dev.evertoken.spi.HeldTokens;
import dev.evertoken.spi.ProviderAnswer;
import dev.evertoken.spi.ResourceDialect;
import dev.evertoken.spi.ResourceVerdict;
import dev.evertoken.spi.Validator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Validates by asking an API whose the token is, where the provider has no introspection; it costs one read.
 * Thread-safe.
 */
final class OwnProfile implements Validator {

    private final Neighbour endpoint;
    private final ResourceDialect dialect;
    private final List<String> idFields;

    /** @param idFields what the user's id may be called, in this order */
    OwnProfile(TokenEndpoint endpoint, ResourceDialect dialect, String... idFields) {
        this.endpoint = new Neighbour(endpoint, EndpointKind.INTROSPECT);
        this.dialect = dialect;
        this.idFields = List.of(idFields);
    }

    @Override
    public Validation validate(HeldTokens held) {
        WireReply reply = endpoint.asBearer(held, Optional.empty());
        if (reply instanceof WireReply.NotSent kept) {
            return Validation.failed(Verdict.UNKNOWN, kept.problem(), kept.detail());
        }
        if (reply instanceof WireReply.Lost lost) {
            return Validation.failed(Verdict.UNKNOWN, lost.problem(), lost.detail());
        }
        return read(held, ((WireReply.Answer) reply).answer());
    }

    private Validation read(HeldTokens held, ProviderAnswer answer) {
        AnswerBody body = AnswerBody.of(answer);
        Optional<String> user =
                idFields.stream().map(name -> body.text(name)).flatMap(Optional::stream).findFirst();
        if (answer.status() / 100 == 2 && user.isPresent()) {
            return Validation.valid(user, Set.of(), Optional.empty());
        }
        ResourceVerdict verdict = dialect.judge(endpoint.context(held), answer);
        String detail = verdict.detail().isEmpty() ? "API answered " + answer.status() : verdict.detail();
        return switch (verdict.action()) {
            case REFRESH_AND_RETRY -> Validation.rejected(detail);
            case ADOPT_ONLY, REDERIVE_FROM_PARENT ->
                Validation.failed(Verdict.REJECTED, verdict.problem().orElse(Problem.GRANT_DEAD), detail);
            case PASS, SIGN_AGAIN -> passedOn(verdict, answer, detail);
        };
    }

    private static Validation passedOn(ResourceVerdict verdict, ProviderAnswer answer, String detail) {
        Problem problem = verdict.problem()
                .orElse(answer.status() >= 500 ? Problem.PROVIDER_UNAVAILABLE : Problem.UNRECOGNISED_ANSWER);
        return Validation.failed(verdictOf(problem), problem, detail);
    }

    /** Returns whether a problem is one of the account or application, or tells nothing of the token. */
    static Verdict verdictOf(Problem problem) {
        return switch (problem) {
            case GRANT_DEAD, GRANT_EXPIRED -> Verdict.REJECTED;
            case SCOPE_MISSING, APP_BLOCKED, ACCOUNT_UNUSABLE -> Verdict.UNUSABLE;
            default -> Verdict.UNKNOWN;
        };
    }
}
