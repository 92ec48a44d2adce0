package dev.evertoken.providers.internal.oauth1;

import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Problem;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenException;
import dev.evertoken.providers.internal.oauth2.EndpointOutcome;
import dev.evertoken.providers.internal.oauth2.FormEncoding;
import dev.evertoken.providers.internal.oauth2.TokenEndpoint;
import dev.evertoken.providers.internal.oauth2.TokenEndpointRequest;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.provider.ApiRequest;
import dev.evertoken.spi.provider.Client;
import dev.evertoken.spi.provider.HeldTokens;
import dev.evertoken.spi.provider.ProviderResponse;
import dev.evertoken.spi.provider.RefreshRequest.SendPermit;
import dev.evertoken.spi.provider.Signature;
import dev.evertoken.spi.provider.TemporaryCredentials;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Sends signed requests to a provider's own OAuth 1.0a endpoints. A request that was refused because of its signature
 * or timestamp had no effect, so it is signed again, with the time of the response, and sent once more. Thread-safe.
 *
 * @param retriable matches the refusals that are about the signature or timestamp
 */
public record OAuth1Client(TokenEndpoint endpoint, OAuth1Signer signer, Predicate<ProviderResponse> retriable) {

    /**
     * One request. Immutable.
     *
     * @param form the form to POST; empty for a GET
     * @param protocol further protocol parameters for the header
     * @param token the token and its secret, if already issued
     */
    public record Step(
            Client client,
            EndpointKind kind,
            Optional<FormEncoding> form,
            Map<String, String> protocol,
            Optional<TemporaryCredentials> token,
            Duration deadline,
            SendPermit permit,
            Timekeeper time) {

        /** Returns a request that is authorized by an account's tokens. */
        public static Step as(HeldTokens held, EndpointKind kind, Optional<FormEncoding> form) {
            return new Step(
                    held.client(),
                    kind,
                    form,
                    Map.of(),
                    Optional.of(new TemporaryCredentials(
                            held.tokens().accessToken().orElseThrow(),
                            tokenSecret(held.tokens().attributes()))),
                    held.callDeadline(),
                    () -> true,
                    held.time());
        }

        private Step withDeadline(Duration left) {
            return new Step(client, kind, form, protocol, token, left, permit, time);
        }
    }

    /** @throws TokenException if the tokens have no secret */
    static Secret tokenSecret(Map<String, Secret> attributes) {
        Secret secret = attributes.get(OAuth1Signer.TOKEN_SECRET);
        if (secret == null) {
            throw TokenException.about(Problem.PLACEHOLDER_CREDENTIALS)
                    .detail("the stored tokens have no " + OAuth1Signer.TOKEN_SECRET + "")
                    .build();
        }
        return secret;
    }

    public EndpointOutcome send(Step step) {
        Optional<URI> address = step.client().endpoint(step.kind());
        if (address.isEmpty()) {
            return new EndpointOutcome.NotSent(
                    Problem.NOT_SUPPORTED,
                    "provider " + step.client().providerId() + " has no " + step.kind() + " endpoint");
        }
        long start = step.time().nanos();
        Signature signature = sign(step, address.get());
        EndpointOutcome first = send(step, address.get(), signature);
        Duration left = step.deadline().minusNanos(step.time().nanos() - start);
        if (!(first instanceof EndpointOutcome.Response received)
                || !isRetriable(signature, received.response())
                || left.toMillis() < 1) {
            return first;
        }
        return send(step.withDeadline(left), address.get(), sign(step, address.get()));
    }

    private boolean isRetriable(Signature signature, ProviderResponse response) {
        boolean outdated = signer.learnFrom(signature, response);
        return response.status() == 401 && (outdated || retriable.test(response));
    }

    private Signature sign(Step step, URI address) {
        ApiRequest request = new ApiRequest(
                step.form().isPresent() ? "POST" : "GET",
                address,
                Map.of(),
                step.form().map(FormEncoding::text));
        return signer.sign(request, step.client(), step.token(), step.protocol(), step.time());
    }

    private EndpointOutcome send(Step step, URI address, Signature signature) {
        Optional<Secret> header = Optional.of(signature.authorization());
        TokenEndpointRequest call = step.form()
                .map(form ->
                        TokenEndpointRequest.post(address, form, header, step.deadline(), step.permit(), step.time()))
                .orElseGet(() -> TokenEndpointRequest.get(
                        address, FormEncoding.of(Map.of()), header, step.deadline(), step.permit(), step.time()));
        return endpoint.send(call, step.client());
    }
}
