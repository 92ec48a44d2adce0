package dev.evertoken.providers.internal.oauth2;

import dev.evertoken.model.Validation;
import dev.evertoken.providers.description.EndpointRequest;
import dev.evertoken.spi.provider.HeldTokens;
import dev.evertoken.spi.provider.Validator;
import java.util.Map;

/**
 * Validates a token with a request whose successful response names the user. Thread-safe.
 *
 * @param endpoint the endpoint
 * @param request the form of the request
 * @param probe reads the response
 */
public record DescribedValidator(EndpointCall endpoint, EndpointRequest request, ApiProbe probe) implements Validator {

    @Override
    public Validation validate(HeldTokens held) {
        Map<String, String> fields = held.tokens()
                .accessToken()
                .map(token -> Map.of(request.tokenParameter(), token.reveal()))
                .orElse(Map.of());
        return probe.read(endpoint.context(held), endpoint.send(held, request, fields));
    }
}
