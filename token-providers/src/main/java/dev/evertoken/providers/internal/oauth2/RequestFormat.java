package dev.evertoken.providers.internal.oauth2;

import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Secret;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.provider.Client;
import dev.evertoken.spi.provider.RefreshRequest.SendPermit;
import java.net.URI;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The differences between a provider's requests and those of the RFC. Immutable.
 *
 * @param parameters further parameters by the purpose of the request; none of them is a secret
 * @param names the names of the client's parameters
 * @param headers further headers of every request; none of them is a secret
 * @param json whether parameters are sent as a JSON object of strings instead of a form
 */
public record RequestFormat(
        Map<EndpointKind, Map<String, String>> parameters,
        ClientAuthenticator.Names names,
        Map<String, String> headers,
        boolean json) {

    public static final RequestFormat OF_THE_RFC =
            new RequestFormat(Map.of(), ClientAuthenticator.Names.OF_THE_RFC, Map.of(), false);

    public RequestFormat {
        Map<EndpointKind, Map<String, String>> copy = new EnumMap<>(EndpointKind.class);
        for (Map.Entry<EndpointKind, Map<String, String>> one : parameters.entrySet()) {
            copy.put(one.getKey(), Collections.unmodifiableMap(new LinkedHashMap<>(one.getValue())));
        }
        parameters = Collections.unmodifiableMap(copy);
        headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
    }

    /** Returns a POST of these fields, the further parameters and the client's authentication. */
    TokenEndpointRequest post(
            Client client,
            EndpointKind kind,
            URI address,
            Map<String, String> fields,
            Duration deadline,
            SendPermit permit,
            Timekeeper time) {
        Map<String, String> all = with(kind, fields);
        Optional<Secret> proof = ClientAuthenticator.prove(client, kind, names, all);
        return styled(TokenEndpointRequest.post(address, FormEncoding.of(all), proof, deadline, permit, time));
    }

    /** Returns the further parameters of a purpose with these fields, which replace those of the same name. */
    Map<String, String> with(EndpointKind kind, Map<String, String> fields) {
        Map<String, String> all = new LinkedHashMap<>(parameters.getOrDefault(kind, Map.of()));
        all.putAll(fields);
        return all;
    }

    /** Returns a request with the further headers, and with a JSON body if the provider requires one. */
    TokenEndpointRequest styled(TokenEndpointRequest request) {
        return request.with(headers, json);
    }
}
