package dev.evertoken.providers;

import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Problem;
import dev.evertoken.model.Validation;
import dev.evertoken.model.Validation.Verdict;
import dev.evertoken.spi.HeldTokens;
import dev.evertoken.spi.ProviderAnswer;
import dev.evertoken.spi.ResourceVerdict;
import dev.evertoken.spi.Validator;
import java.util.Optional;
import java.util.Set;

/** Validates by asking for the athlete, since Strava has no introspection; it costs one read. Thread-safe. */
final class StravaAthlete implements Validator {

    private final Neighbour endpoint;

    StravaAthlete(TokenEndpoint endpoint) {
        this.endpoint = new Neighbour(endpoint, EndpointKind.INTROSPECT);
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
        Optional<String> athlete = AnswerBody.of(answer).text("id");
        if (answer.status() / 100 == 2 && athlete.isPresent()) {
            return Validation.valid(athlete, Set.of(), Optional.empty());
        }
        ResourceVerdict verdict = StravaResources.DIALECT.judge(endpoint.context(held), answer);
        String detail = verdict.detail().isEmpty() ? "API answered " + answer.status() : verdict.detail();
        if (verdict.action() == ResourceVerdict.Action.REFRESH_AND_RETRY) {
            return Validation.rejected(detail);
        }
        Problem problem = verdict.problem()
                .orElse(answer.status() >= 500 ? Problem.PROVIDER_UNAVAILABLE : Problem.UNRECOGNISED_ANSWER);
        boolean unusable = problem == Problem.SCOPE_MISSING || problem == Problem.APP_BLOCKED;
        return Validation.failed(unusable ? Verdict.UNUSABLE : Verdict.UNKNOWN, problem, detail);
    }
}
