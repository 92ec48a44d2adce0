package dev.evertoken.providers.internal.oauth2;

import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Problem;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenException;
import dev.evertoken.spi.provider.AuthorizationFlow;
import dev.evertoken.spi.provider.AuthorizationRequest;
import dev.evertoken.spi.provider.Client;
import dev.evertoken.spi.provider.DialectContext;
import dev.evertoken.spi.provider.ExchangeRequest;
import dev.evertoken.spi.provider.TokenOutcome;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The authorization code grant (RFC 6749 section 4.1), with PKCE (RFC 7636) if the provider supports it. Thread-safe.
 */
public final class AuthorizationCodeFlow implements AuthorizationFlow {

    /**
     * The differences between providers. Immutable.
     *
     * @param pkce whether a proof key is sent
     * @param parameters further query parameters of the authorization request, besides those of the RFCs
     * @param sendsRedirect whether the exchange repeats the redirect URI
     * @param redirectErrors the problems for the provider's own error codes in a redirect
     * @param percentEncodedSpaces whether a space in the query is sent as {@code %20} instead of {@code +}
     * @param requiresScopes whether the consent page reports an error if no scope is requested
     * @param redirectName the value of {@code redirect_uri} at a server that knows the redirect URI by a name; empty if the
     *     URI itself is sent
     */
    public record Settings(
            Pkce pkce,
            Function<AuthorizationRequest, Map<String, String>> parameters,
            boolean sendsRedirect,
            Map<String, Problem> redirectErrors,
            boolean percentEncodedSpaces,
            boolean requiresScopes,
            Optional<String> redirectName) {

        public Settings(
                Pkce pkce, Function<AuthorizationRequest, Map<String, String>> parameters, boolean sendsRedirect) {
            this(pkce, parameters, sendsRedirect, Map.of(), false, false, Optional.empty());
        }

        public Settings withRedirectErrors(Map<String, Problem> own) {
            return new Settings(
                    pkce,
                    parameters,
                    sendsRedirect,
                    Map.copyOf(own),
                    percentEncodedSpaces,
                    requiresScopes,
                    redirectName);
        }

        public Settings withPercentEncodedSpaces() {
            return new Settings(pkce, parameters, sendsRedirect, redirectErrors, true, requiresScopes, redirectName);
        }

        public Settings withRequiredScopes() {
            return new Settings(
                    pkce, parameters, sendsRedirect, redirectErrors, percentEncodedSpaces, true, redirectName);
        }

        public Settings withRedirectName(Optional<String> name) {
            return new Settings(
                    pkce, parameters, sendsRedirect, redirectErrors, percentEncodedSpaces, requiresScopes, name);
        }

        private String redirect(URI redirectUri) {
            return redirectName.orElseGet(redirectUri::toString);
        }
    }

    private final TokenRequests requests;
    private final Settings settings;

    public AuthorizationCodeFlow(TokenRequests requests, Settings settings) {
        this.requests = requests;
        this.settings = settings;
    }

    @Override
    public Pkce pkce() {
        return settings.pkce();
    }

    @Override
    public boolean requiresScopes() {
        return settings.requiresScopes();
    }

    @Override
    public URI url(AuthorizationRequest request) {
        Client client = request.client();
        URI page = client.endpoint(EndpointKind.AUTHORIZATION)
                .orElseThrow(() -> TokenException.about(Problem.NOT_SUPPORTED)
                        .detail("provider " + client.providerId() + " has no AUTHORIZATION endpoint")
                        .build());
        if (settings.requiresScopes() && request.scopes().isEmpty()) {
            throw withoutScopes(client);
        }
        Map<String, String> query = new LinkedHashMap<>();
        query.put("response_type", "code");
        query.put(requests.format().names().id(), client.credentials().clientId());
        query.put("redirect_uri", settings.redirect(request.redirectUri()));
        if (!request.scopes().isEmpty()) {
            query.put("scope", String.join(client.profile().scopeSeparator(), request.scopes()));
        }
        query.putAll(settings.parameters().apply(request));
        request.codeChallenge().ifPresent(challenge -> {
            query.put("code_challenge", challenge);
            query.put("code_challenge_method", "S256");
        });
        query.put("state", request.state());
        String separator = page.getRawQuery() == null ? "?" : "&";
        String text = FormEncoding.of(query).text();
        return URI.create(page + separator + (settings.percentEncodedSpaces() ? text.replace("+", "%20") : text));
    }

    private static TokenException withoutScopes(Client client) {
        String prefix = client.registration().toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
        return TokenException.about(Problem.SCOPE_INVALID)
                .detail("registration " + client.registration() + " has no scopes, and " + client.providerId()
                        + " requires at least one; set them with ClientRegistration.builder(clientId).scopes(…), or in the"
                        + " variable " + prefix + "_SCOPES for fromEnvironment(\"" + prefix + "\")")
                .build();
    }

    @Override
    public Optional<Problem> redirectError(String code) {
        return Optional.ofNullable(settings.redirectErrors().get(code));
    }

    @Override
    public TokenOutcome exchange(ExchangeRequest request) {
        Client client = request.client();
        Optional<URI> address = client.endpoint(EndpointKind.EXCHANGE);
        if (address.isEmpty()) {
            return new TokenOutcome.NotSent(
                    Problem.ENDPOINT_MOVED, "provider " + client.providerId() + " has no EXCHANGE endpoint");
        }
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("grant_type", "authorization_code");
        fields.put("code", request.code().reveal());
        if (settings.sendsRedirect()) {
            fields.put("redirect_uri", settings.redirect(request.redirectUri()));
        }
        request.codeVerifier().map(Secret::reveal).ifPresent(verifier -> fields.put("code_verifier", verifier));
        List<Secret> secrets = new ArrayList<>(List.of(request.code()));
        request.codeVerifier().ifPresent(secrets::add);
        return requests.send(
                requests.format()
                        .post(
                                client,
                                EndpointKind.EXCHANGE,
                                address.get(),
                                fields,
                                request.callDeadline(),
                                () -> true,
                                request.time()),
                new DialectContext(EndpointKind.EXCHANGE, Duration.ZERO, request.scopes(), DialectContext.TokenOf.USER),
                client,
                request.key().toString(),
                SecretEchoFilter.of(client, secrets));
    }
}
