package dev.evertoken.providers;

import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Problem;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenException;
import dev.evertoken.spi.ApiRequest;
import dev.evertoken.spi.Client;
import dev.evertoken.spi.HeldTokens;
import dev.evertoken.spi.ProviderAnswer;
import dev.evertoken.spi.RefreshRequest.SendPermit;
import dev.evertoken.spi.Signature;
import dev.evertoken.spi.TemporaryCredentials;
import dev.evertoken.spi.Timekeeper;
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
record OAuth1Calls(TokenEndpoint endpoint, OAuth1Signer signer, Predicate<ProviderAnswer> retriable) {

    /**
     * One request. Immutable.
     *
     * @param form what to POST; empty for a GET
     * @param protocol further parameters of the protocol, in the header
     * @param token with its secret, where there is one already
     */
    record Step(
            Client client,
            EndpointKind kind,
            Optional<Form> form,
            Map<String, String> protocol,
            Optional<TemporaryCredentials> token,
            Duration deadline,
            SendPermit permit,
            Timekeeper time) {

        /** A request in the name of tokens that are held. */
        static Step as(HeldTokens held, EndpointKind kind, Optional<Form> form) {
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

    WireReply send(Step step) {
        Optional<URI> address = step.client().endpoint(step.kind());
        if (address.isEmpty()) {
            return new WireReply.NotSent(
                    Problem.NOT_SUPPORTED,
                    "provider " + step.client().providerId() + " has no " + step.kind() + " endpoint");
        }
        long began = step.time().nanos();
        Signature signature = sign(step, address.get());
        WireReply first = send(step, address.get(), signature);
        Duration rest = step.deadline().minusNanos(step.time().nanos() - began);
        if (!(first instanceof WireReply.Answer answered)
                || !isWorthAnother(signature, answered.answer())
                || rest.toMillis() < 1) {
            return first;
        }
        return send(step.within(rest), address.get(), sign(step, address.get()));
    }

    private boolean isWorthAnother(Signature signature, ProviderAnswer answer) {
        boolean outdated = signer.learns(signature, answer);
        return answer.status() == 401 && (outdated || retriable.test(answer));
    }

    private Signature sign(Step step, URI address) {
        ApiRequest request = new ApiRequest(
                step.form().isPresent() ? "POST" : "GET",
                address,
                Map.of(),
                step.form().map(Form::text));
        return signer.sign(request, step.client(), step.token(), step.protocol(), step.time());
    }

    private WireReply send(Step step, URI address, Signature signature) {
        Optional<Secret> header = Optional.of(signature.authorization());
        return endpoint.send(step.form()
                .map(form -> TokenCall.post(address, form, header, step.deadline(), step.permit(), step.time()))
                .orElseGet(() -> TokenCall.get(
                        address, Form.of(Map.of()), header, step.deadline(), step.permit(), step.time())));
    }
}
