package dev.evertoken.providers;

import dev.evertoken.model.ClientAuthentication;
import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.spi.AuthorizationFlow;
import dev.evertoken.spi.AuthorizationRequest;
import dev.evertoken.spi.Endpoints;
import dev.evertoken.spi.ProviderProfile;
import dev.evertoken.spi.ProviderProfile.RevokeScope;
import dev.evertoken.spi.Refresher;
import dev.evertoken.spi.Revoker;
import dev.evertoken.spi.Validator;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Google's authorization server as all of Google's APIs share it, YouTube included. Thread-safe. */
final class GoogleServer {

    static final Endpoints ENDPOINTS = Endpoints.token(URI.create("https://oauth2.googleapis.com/token"))
            .with(EndpointKind.AUTHORIZATION, URI.create("https://accounts.google.com/o/oauth2/v2/auth"))
            .with(EndpointKind.REVOKE, URI.create("https://oauth2.googleapis.com/revoke"))
            .with(EndpointKind.INTROSPECT, URI.create("https://oauth2.googleapis.com/tokeninfo"));

    /** Asked for by the short name of OpenID Connect, these are granted by the long one. */
    private static final Map<String, String> OTHER_NAMES = Map.of(
            "email", "https://www.googleapis.com/auth/userinfo.email",
            "profile", "https://www.googleapis.com/auth/userinfo.profile");

    private final TokenEndpoint endpoint = new TokenEndpoint(true);
    private final TokenRequests requests =
            new TokenRequests(endpoint, GoogleDialect.DIALECT, new TokenResponse.Extras(false, List.of(), OTHER_NAMES));

    /** Starts the profile of an API behind this server. */
    static ProviderProfile.Builder profile() {
        return ProviderProfile.builder(RefreshModel.STATIC)
                .endpoints(ENDPOINTS)
                .tokenAuthentication(ClientAuthentication.CLIENT_SECRET_POST)
                .authentication(EndpointKind.REVOKE, ClientAuthentication.NONE)
                .authentication(EndpointKind.INTROSPECT, ClientAuthentication.NONE)
                .defaultLifetime(Duration.ofHours(1))
                .longestLifetime(Duration.ofHours(24))
                .revokeScope(RevokeScope.USER);
    }

    TokenEndpoint endpoint() {
        return endpoint;
    }

    Refresher refresher() {
        return new OAuth2Refresher(requests, RefreshForm.PLAIN);
    }

    AuthorizationFlow flow() {
        return new CodeFlow(
                requests, new CodeFlow.Settings(AuthorizationFlow.Pkce.S256, GoogleServer::parameters, true));
    }

    Validator tokenInfo() {
        return new Introspection(endpoint, GoogleDialect.DIALECT, Introspection.Style.TOKENINFO);
    }

    Revoker revoker() {
        return new TokenRevoker(endpoint, GoogleDialect.DIALECT, false);
    }

    /**
     * Without {@code access_type=offline} there is no refresh token, and without {@code prompt=consent} there is one at
     * the first consent only; the scopes granted before stay in the grant.
     */
    private static Map<String, String> parameters(AuthorizationRequest request) {
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("access_type", "offline");
        parameters.put("prompt", request.chooseAccount() ? "select_account consent" : "consent");
        parameters.put("include_granted_scopes", "true");
        return parameters;
    }
}
