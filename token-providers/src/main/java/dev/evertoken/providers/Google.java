package dev.evertoken.providers;

import dev.evertoken.model.ClientAuthentication;
import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.spi.AuthorizationFlow;
import dev.evertoken.spi.AuthorizationRequest;
import dev.evertoken.spi.Endpoints;
import dev.evertoken.spi.Provider;
import dev.evertoken.spi.ProviderProfile;
import dev.evertoken.spi.ProviderProfile.RevokeScope;
import dev.evertoken.spi.Refresher;
import dev.evertoken.spi.ResourceDialect;
import dev.evertoken.spi.Revoker;
import dev.evertoken.spi.Validator;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Google: Gmail, Calendar, Drive and every other API behind its OAuth 2.0 server. Registered as {@code google}.
 *
 * <p>A refresh brings a new access token and normally no refresh token; the old access token lives on, so a second
 * refresh harms nobody. A refresh token dies when the person removes the application, after 6 months of disuse, after
 * 7 days if the project is in testing, and when it holds Gmail scopes and the password changes. Revoking one token
 * removes everything that the user granted to the project. There are no tokens of the application itself without a
 * service account's key, which a client registration does not have. Immutable.
 */
public final class Google implements Provider {

    private static final ProviderProfile PROFILE = ProviderProfile.builder(RefreshModel.STATIC)
            .endpoints(Endpoints.token(URI.create("https://oauth2.googleapis.com/token"))
                    .with(EndpointKind.AUTHORIZATION, URI.create("https://accounts.google.com/o/oauth2/v2/auth"))
                    .with(EndpointKind.REVOKE, URI.create("https://oauth2.googleapis.com/revoke"))
                    .with(EndpointKind.INTROSPECT, URI.create("https://oauth2.googleapis.com/tokeninfo")))
            .tokenAuthentication(ClientAuthentication.CLIENT_SECRET_POST)
            .authentication(EndpointKind.REVOKE, ClientAuthentication.NONE)
            .authentication(EndpointKind.INTROSPECT, ClientAuthentication.NONE)
            .defaultLifetime(Duration.ofHours(1))
            .longestLifetime(Duration.ofHours(24))
            .apiHosts(
                    "www.googleapis.com",
                    "gmail.googleapis.com",
                    "calendar-json.googleapis.com",
                    "people.googleapis.com",
                    "drive.googleapis.com",
                    "docs.googleapis.com",
                    "sheets.googleapis.com",
                    "openidconnect.googleapis.com",
                    "oauth2.googleapis.com")
            .revokeScope(RevokeScope.USER)
            .build();

    /** Asked for by the short name of OpenID Connect, these are granted by the long one. */
    private static final Map<String, String> OTHER_NAMES = Map.of(
            "email", "https://www.googleapis.com/auth/userinfo.email",
            "profile", "https://www.googleapis.com/auth/userinfo.profile");

    private final TokenEndpoint endpoint = new TokenEndpoint(true);
    private final TokenRequests requests =
            new TokenRequests(endpoint, GoogleDialect.DIALECT, new TokenResponse.Extras(false, List.of(), OTHER_NAMES));
    private final Refresher refresher = new OAuth2Refresher(requests, RefreshForm.PLAIN);
    private final AuthorizationFlow flow =
            new CodeFlow(requests, new CodeFlow.Settings(AuthorizationFlow.Pkce.S256, Google::parameters, true));
    private final Validator validator =
            new Introspection(endpoint, GoogleDialect.DIALECT, Introspection.Style.TOKENINFO);
    private final Revoker revoker = new TokenRevoker(endpoint, GoogleDialect.DIALECT, false);

    /** Creates the provider; nothing is opened before its first refresh. */
    public Google() {}

    @Override
    public String id() {
        return "google";
    }

    @Override
    public ProviderProfile profile() {
        return PROFILE;
    }

    @Override
    public Refresher refresher() {
        return refresher;
    }

    @Override
    public Optional<AuthorizationFlow> authorizationFlow() {
        return Optional.of(flow);
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

    @Override
    public Optional<Validator> validator() {
        return Optional.of(validator);
    }

    @Override
    public Optional<Revoker> revoker() {
        return Optional.of(revoker);
    }

    @Override
    public ResourceDialect resourceDialect() {
        return GoogleResources.DIALECT;
    }
}
