package dev.evertoken.providers.internal.oauth2;

import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Problem;
import dev.evertoken.model.Secret;
import dev.evertoken.spi.provider.Client;
import dev.evertoken.spi.provider.RefreshRequest;
import dev.evertoken.spi.provider.Refresher;
import dev.evertoken.spi.provider.TokenOutcome;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Refreshes by RFC 6749 section 6, with one POST of the refresh token.
 *
 * <p>The outcome does not depend on the provider's refresh model; see {@link TokenRequests}. Thread-safe.
 */
public final class OAuth2Refresher implements Refresher {

    private final TokenRequests requests;
    private final RefreshParameters form;

    public OAuth2Refresher(TokenRequests requests, RefreshParameters form) {
        this.requests = requests;
        this.form = form;
    }

    @Override
    public TokenOutcome refresh(RefreshRequest request) {
        Client client = request.client();
        Optional<URI> address = client.endpoint(EndpointKind.REFRESH);
        if (address.isEmpty()) {
            return new TokenOutcome.NotSent(
                    Problem.ENDPOINT_MOVED, "provider " + client.providerId() + " has no REFRESH endpoint");
        }
        Optional<Secret> refreshToken = request.tokens().refreshToken();
        if (refreshToken.isEmpty()) {
            return new TokenOutcome.NotSent(Problem.NO_REFRESH_TOKEN, "the account has no refresh token");
        }
        return requests.send(
                call(request, address.get(), refreshToken.get()),
                request.context(),
                client,
                request.key().toString(),
                SecretEchoFilter.of(request));
    }

    private TokenEndpointRequest call(RefreshRequest request, URI address, Secret refreshToken) {
        Map<String, String> fields = new LinkedHashMap<>(form.parameters());
        fields.put("grant_type", "refresh_token");
        fields.put("refresh_token", refreshToken.reveal());
        Set<String> scopes = request.context().scopes();
        if (form.sendsScopes() && !scopes.isEmpty()) {
            fields.put("scope", String.join(request.client().profile().scopeSeparator(), scopes));
        }
        return requests.format()
                .post(
                        request.client(),
                        EndpointKind.REFRESH,
                        address,
                        fields,
                        request.callDeadline(),
                        request.permit(),
                        request.time())
                .readingUntil(request.readLimit())
                .resendable(request.resendHarmless());
    }
}
