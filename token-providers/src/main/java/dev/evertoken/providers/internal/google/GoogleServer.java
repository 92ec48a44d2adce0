package dev.evertoken.providers.internal.google;

import dev.evertoken.model.ClientAuthentication;
import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.providers.internal.oauth2.AuthorizationCodeFlow;
import dev.evertoken.providers.internal.oauth2.Introspection;
import dev.evertoken.providers.internal.oauth2.OAuth2Refresher;
import dev.evertoken.providers.internal.oauth2.RefreshParameters;
import dev.evertoken.providers.internal.oauth2.RuleTokenDialect;
import dev.evertoken.providers.internal.oauth2.TokenEndpoint;
import dev.evertoken.providers.internal.oauth2.TokenRequests;
import dev.evertoken.providers.internal.oauth2.TokenResponseParser;
import dev.evertoken.providers.internal.oauth2.TokenRevoker;
import dev.evertoken.spi.provider.AuthorizationFlow;
import dev.evertoken.spi.provider.AuthorizationRequest;
import dev.evertoken.spi.provider.Endpoints;
import dev.evertoken.spi.provider.ProviderProfile;
import dev.evertoken.spi.provider.ProviderProfile.RevokeScope;
import dev.evertoken.spi.provider.Refresher;
import dev.evertoken.spi.provider.Revoker;
import dev.evertoken.spi.provider.Validator;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Google's authorization server, which all of Google's APIs share, YouTube included. Thread-safe. */
public final class GoogleServer {

    public static final Endpoints ENDPOINTS = Endpoints.token(URI.create("https://oauth2.googleapis.com/token"))
            .with(EndpointKind.AUTHORIZATION, URI.create("https://accounts.google.com/o/oauth2/v2/auth"))
            .with(EndpointKind.REVOKE, URI.create("https://oauth2.googleapis.com/revoke"))
            .with(EndpointKind.INTROSPECT, URI.create("https://oauth2.googleapis.com/tokeninfo"));

    /** Scopes that are requested by the short name of OpenID Connect and granted by the long one. */
    private static final Map<String, String> OTHER_NAMES = Map.of(
            "email", "https://www.googleapis.com/auth/userinfo.email",
            "profile", "https://www.googleapis.com/auth/userinfo.profile");

    private final TokenEndpoint endpoint;
    private final TokenRequests requests;

    /** @param own the endpoints of the API that uses this server */
    public GoogleServer(Endpoints own) {
        this.endpoint = TokenEndpoint.of(own);
        this.requests = new TokenRequests(
                endpoint, new DialectOnRefusal(), new TokenResponseParser.Extras(false, List.of(), OTHER_NAMES));
    }

    /** The dialect, which only a refusal needs. A named class, which loads faster than a lambda. */
    private static final class DialectOnRefusal implements Supplier<RuleTokenDialect> {
        @Override
        public RuleTokenDialect get() {
            return GoogleDialect.DIALECT;
        }
    }

    /** Returns a builder for the profile of an API that uses this server. */
    public static ProviderProfile.Builder profile() {
        return ProviderProfile.builder(RefreshModel.STATIC)
                .endpoints(ENDPOINTS)
                .tokenAuthentication(ClientAuthentication.CLIENT_SECRET_POST)
                .authentication(EndpointKind.REVOKE, ClientAuthentication.NONE)
                .authentication(EndpointKind.INTROSPECT, ClientAuthentication.NONE)
                .defaultLifetime(Duration.ofHours(1))
                .longestLifetime(Duration.ofHours(24))
                .revokeScope(RevokeScope.USER);
    }

    public TokenEndpoint endpoint() {
        return endpoint;
    }

    public Refresher refresher() {
        return new OAuth2Refresher(requests, RefreshParameters.PLAIN);
    }

    public AuthorizationFlow flow() {
        return new AuthorizationCodeFlow(
                requests,
                new AuthorizationCodeFlow.Settings(AuthorizationFlow.Pkce.S256, GoogleServer::parameters, true)
                        .withRequiredScopes());
    }

    public Validator tokenInfo() {
        return new Introspection(endpoint, GoogleDialect.DIALECT, Introspection.Style.TOKENINFO);
    }

    public Revoker revoker() {
        return new TokenRevoker(endpoint, GoogleDialect.DIALECT, false);
    }

    /**
     * Requests a refresh token: without {@code access_type=offline} there is none, and without {@code prompt=consent}
     * only the first consent returns one. Earlier granted scopes stay in the grant.
     */
    private static Map<String, String> parameters(AuthorizationRequest request) {
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("access_type", "offline");
        parameters.put("prompt", request.chooseAccount() ? "select_account consent" : "consent");
        parameters.put("include_granted_scopes", "true");
        return parameters;
    }
}
