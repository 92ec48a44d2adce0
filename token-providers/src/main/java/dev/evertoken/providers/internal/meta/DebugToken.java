package dev.evertoken.providers.internal.meta;

import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Problem;
import dev.evertoken.model.Secret;
import dev.evertoken.model.Validation;
import dev.evertoken.model.Validation.Verdict;
import dev.evertoken.providers.internal.oauth2.ApiProbe;
import dev.evertoken.providers.internal.oauth2.EndpointCall;
import dev.evertoken.providers.internal.oauth2.EndpointOutcome;
import dev.evertoken.providers.internal.oauth2.FormEncoding;
import dev.evertoken.providers.internal.oauth2.GraphError;
import dev.evertoken.providers.internal.oauth2.ResponseBody;
import dev.evertoken.providers.internal.oauth2.SecretEchoFilter;
import dev.evertoken.providers.internal.oauth2.TokenEndpoint;
import dev.evertoken.providers.internal.oauth2.TokenEndpointRequest;
import dev.evertoken.providers.internal.oauth2.TokenRequests;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.provider.Client;
import dev.evertoken.spi.provider.DialectContext;
import dev.evertoken.spi.provider.HeldTokens;
import dev.evertoken.spi.provider.ProviderResponse;
import dev.evertoken.spi.provider.ResourceVerdict;
import dev.evertoken.spi.provider.TokenVerdict;
import dev.evertoken.spi.provider.Validator;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Validates a token with Facebook's {@code debug_token}, authorized by app id and app secret. The response has status
 * 200 for invalid tokens too. Thread-safe.
 */
final class DebugToken implements Validator {

    private final TokenEndpoint endpoint;

    DebugToken(TokenEndpoint endpoint) {
        this.endpoint = endpoint;
    }

    @Override
    public Validation validate(HeldTokens held) {
        EndpointOutcome outcome =
                send(held.client(), held.tokens().accessToken().orElseThrow(), held.callDeadline(), held.time());
        if (outcome instanceof EndpointOutcome.NotSent notSent) {
            return Validation.failed(Verdict.UNKNOWN, notSent.problem(), notSent.detail());
        }
        if (outcome instanceof EndpointOutcome.Lost lost) {
            return Validation.failed(Verdict.UNKNOWN, lost.problem(), lost.detail());
        }
        ProviderResponse response = ((EndpointOutcome.Response) outcome).response();
        DialectContext context = new EndpointCall(endpoint, EndpointKind.INTROSPECT).context(held);
        return facts(response)
                .map(facts -> facts.isValid() ? valid(held, facts, response.at()) : invalid(context, response, facts))
                .orElseGet(() -> refused(context, response, held));
    }

    /** Returns the data of a token of the client; empty without a valid response. */
    Optional<DebugTokenData> lookUp(Client client, Secret token, Duration deadline, Timekeeper time) {
        return send(client, token, deadline, time) instanceof EndpointOutcome.Response received
                ? facts(received.response())
                : Optional.empty();
    }

    private static Optional<DebugTokenData> facts(ProviderResponse response) {
        return response.status() / 100 == 2
                ? DebugTokenData.of(ResponseBody.of(response), response.at())
                : Optional.empty();
    }

    private EndpointOutcome send(Client client, Secret token, Duration deadline, Timekeeper time) {
        Optional<URI> address = client.endpoint(EndpointKind.INTROSPECT);
        Optional<Secret> appToken = client.credentials()
                .clientSecret()
                .map(secret -> Secret.of(client.credentials().clientId() + "|" + secret.reveal()));
        if (address.isEmpty() || appToken.isEmpty()) {
            String missing = address.isEmpty()
                    ? "provider " + client.providerId() + " has no INTROSPECT endpoint"
                    : "debug_token requires the app secret, and client " + client.registration() + " has none";
            return new EndpointOutcome.NotSent(Problem.NOT_SUPPORTED, missing);
        }
        Map<String, String> query = new LinkedHashMap<>();
        query.put("input_token", token.reveal());
        query.put("access_token", appToken.get().reveal());
        AppSecretProof.of(client, appToken.get()).ifPresent(proof -> query.put(AppSecretProof.NAME, proof.reveal()));
        return endpoint.send(
                TokenEndpointRequest.get(
                                address.get(), FormEncoding.of(query), Optional.empty(), deadline, () -> true, time)
                        .resendable(true),
                client);
    }

    private static Validation valid(HeldTokens held, DebugTokenData facts, Instant now) {
        String clientId = held.client().credentials().clientId();
        if (facts.appId().filter(other -> !other.equals(clientId)).isPresent()) {
            return Validation.failed(
                    Verdict.UNUSABLE, Problem.CLIENT_MISMATCH, "the token was issued to another client id");
        }
        Optional<Instant> dataEnd = facts.dataAccessEnd();
        if (dataEnd.filter(end -> !end.isAfter(now)).isPresent()) {
            return Validation.failed(
                    Verdict.UNUSABLE,
                    Problem.GRANT_EXPIRED,
                    "the token is valid, but its access to the user's data ended after 90 days without a login");
        }
        Validation valid = Validation.valid(facts.subject(), facts.scopes(), facts.expiresAt());
        return dataEnd.map(end -> new Validation(
                        valid.verdict(),
                        valid.problem(),
                        valid.detail() + "; it has access to the user's data until " + end,
                        valid.subject(),
                        valid.scopes(),
                        valid.expiresAt()))
                .orElse(valid);
    }

    private static Validation invalid(DialectContext context, ProviderResponse response, DebugTokenData facts) {
        ResourceVerdict verdict = MetaResourceDialect.judge(context, response, facts.body());
        Problem problem = verdict.problem().orElse(Problem.GRANT_DEAD);
        String code = GraphError.of(facts.body())
                .map(error -> " (code " + error.code() + "/" + error.subcode() + ")")
                .orElse("");
        return Validation.failed(
                ApiProbe.verdictOf(problem), problem, "validation endpoint answered: the token is not valid" + code);
    }

    private static Validation refused(DialectContext context, ProviderResponse response, HeldTokens held) {
        TokenVerdict verdict = TokenRequests.withoutSecrets(
                FacebookDialect.DIALECT.judge(context, response), response, SecretEchoFilter.of(held));
        Verdict result = verdict.problem() == Problem.APP_BLOCKED ? Verdict.UNUSABLE : Verdict.UNKNOWN;
        return Validation.failed(result, verdict.problem(), verdict.detail());
    }
}
