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
 * Sends signed requests to a provider's own OAuth 1.0a endpoints. What is refused for its signature or timestamp was not
 * acted upon, so it is signed anew and sent once more, by the clock of the answer. Thread-safe.
 *
 * @param retriable tells which refusals are about the signature or timestamp
 */
public record OAuth1Client(TokenEndpoint endpoint, OAuth1Signer signer, Predicate<ProviderResponse> retriable) {

    /**
     * One request. Immutable.
     *
     * @param form what to POST; empty for a GET
     * @param protocol further parameters of the protocol, in the header
     * @param token with its secret, where there is one already
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

        /** A request in the name of tokens that are held. */
        public static Step as(HeldTokens held, EndpointKind kind, Optional<FormEncoding> form) {
            return new Step(
                    held.client(),
                    kind,
                    form,
                    Map.of(),
                    Optional.of(new TemporaryCredentials(
                            held.tokens().accessToken(),
                            tokenSecret(held.tokens().attributes()))),
                    held.callDeadline(),
                    () -> true,
                    held.time());
        }

        private Step within(Duration rest) {
            return new Step(client, kind, form, protocol, token, rest, permit, time);
        }
    }

    /** @throws TokenException if tokens have none */
    static Secret tokenSecret(Map<String, Secret> attributes) {
        Secret secret = attributes.get(OAuth1Signer.TOKEN_SECRET);
        if (secret == null) {
            throw TokenException.about(Problem.PLACEHOLDER_CREDENTIALS)
                    .detail("the stored tokens have no " + OAuth1Signer.TOKEN_SECRET + "; connect again with it")
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
        long began = step.time().nanos();
        Signature signature = sign(step, address.get());
        EndpointOutcome first = send(step, address.get(), signature);
        Duration rest = step.deadline().minusNanos(step.time().nanos() - began);
        if (!(first instanceof EndpointOutcome.Response answered)
                || !isWorthAnother(signature, answered.response())
                || rest.toMillis() < 1) {
            return first;
        }
        return send(step.within(rest), address.get(), sign(step, address.get()));
    }

    private boolean isWorthAnother(Signature signature, ProviderResponse response) {
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
        return endpoint.send(step.form()
                .map(form ->
                        TokenEndpointRequest.post(address, form, header, step.deadline(), step.permit(), step.time()))
                .orElseGet(() -> TokenEndpointRequest.get(
                        address, FormEncoding.of(Map.of()), header, step.deadline(), step.permit(), step.time())));
    }
}
