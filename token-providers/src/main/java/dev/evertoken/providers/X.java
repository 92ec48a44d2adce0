package dev.evertoken.providers;

import dev.evertoken.model.ClientAuthentication;
import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenException;
import dev.evertoken.providers.internal.oauth2.ApiProbe;
import dev.evertoken.providers.internal.oauth2.AuthorizationCodeFlow;
import dev.evertoken.providers.internal.oauth2.BothTokensRevoker;
import dev.evertoken.providers.internal.oauth2.OAuth2ClientCredentials;
import dev.evertoken.providers.internal.oauth2.OAuth2Refresher;
import dev.evertoken.providers.internal.oauth2.ProfileValidator;
import dev.evertoken.providers.internal.oauth2.ProviderParts;
import dev.evertoken.providers.internal.oauth2.RefreshParameters;
import dev.evertoken.providers.internal.oauth2.ResponseBody;
import dev.evertoken.providers.internal.oauth2.TokenEndpoint;
import dev.evertoken.providers.internal.oauth2.TokenRequests;
import dev.evertoken.providers.internal.oauth2.TokenResponseParser;
import dev.evertoken.providers.internal.oauth2.TokenRevoker;
import dev.evertoken.providers.internal.x.XDialect;
import dev.evertoken.providers.internal.x.XResourceDialect;
import dev.evertoken.spi.provider.AuthorizationFlow;
import dev.evertoken.spi.provider.AuthorizationRequest;
import dev.evertoken.spi.provider.Endpoints;
import dev.evertoken.spi.provider.ProviderProfile;
import dev.evertoken.spi.provider.ResourceDialect;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * X with OAuth 2.0. Registered as {@code x}.
 *
 * <p>Access tokens are valid for 2 hours. Every refresh consumes the refresh token and returns a new one, so only one
 * holder can use a grant: two environments with the same application and user invalidate each other's tokens. A code is
 * valid for 30 seconds. {@code offline.access}, which is required for a refresh token, is added to the requested
 * scopes. A registration with a secret is a confidential client; one without is a public client. X charges for the API
 * call of a validation.
 *
 * <p>App-only bearer tokens belong to the application's <em>API key and secret</em>, which differ from the client id
 * and secret of OAuth 2.0. Register that pair under its own id, such as {@code client("x-app", "x",
 * ClientRegistration.of(apiKey, apiKeySecret))}, and call {@code clientCredentialsToken("x-app")}. Immutable.
 */
public final class X extends AssembledProvider {

    private static final String OFFLINE = "offline.access";
    private static final int MAX_STATE_LENGTH = 500;

    /** Creates the provider; opens no resources before its first refresh. */
    public X() {
        super("x");
    }

    private static ProviderProfile newProfile() {
        return ProviderProfile.builder(RefreshModel.ROTATING)
                .endpoints(Endpoints.token(URI.create("https://api.x.com/2/oauth2/token"))
                        .with(EndpointKind.CLIENT_CREDENTIALS, URI.create("https://api.x.com/oauth2/token"))
                        .with(EndpointKind.AUTHORIZATION, URI.create("https://x.com/i/oauth2/authorize"))
                        .with(EndpointKind.REVOKE, URI.create("https://api.x.com/2/oauth2/revoke"))
                        .with(EndpointKind.INTROSPECT, URI.create("https://api.x.com/2/users/me")))
                .tokenAuthentication(ClientAuthentication.CLIENT_SECRET_BASIC_WITH_ID)
                .authentication(EndpointKind.CLIENT_CREDENTIALS, ClientAuthentication.CLIENT_SECRET_BASIC)
                .authentication(EndpointKind.REVOKE, ClientAuthentication.CLIENT_SECRET_BASIC)
                .defaultLifetime(Duration.ofHours(2))
                .longestLifetime(Duration.ofHours(24))
                .apiHosts("api.x.com", "api.twitter.com")
                .build();
    }

    @Override
    ProviderParts parts() {
        ProviderProfile profile = newProfile();
        TokenEndpoint endpoint = TokenEndpoint.of(profile.endpoints());
        TokenRequests requests = new TokenRequests(endpoint, () -> XDialect.DIALECT, TokenResponseParser.Extras.NONE);
        return new ProviderParts(profile, new OAuth2Refresher(requests, RefreshParameters.PLAIN))
                .flow(() -> new AuthorizationCodeFlow(
                        requests,
                        new AuthorizationCodeFlow.Settings(AuthorizationFlow.Pkce.S256, X::parameters, true)
                                .withPercentEncodedSpaces()
                                .withRequiredScopes()))
                .validator(() -> new ProfileValidator(endpoint, ApiProbe.ofUser(XResourceDialect.DIALECT, X::userId)))
                .revoker(() -> new BothTokensRevoker(new TokenRevoker(endpoint, XDialect.DIALECT, true)))
                .clientCredentialsTokens(() -> new OAuth2ClientCredentials(requests, false));
    }

    @Override
    public ResourceDialect resourceDialect() {
        return XResourceDialect.DIALECT;
    }

    private static Optional<String> userId(ResponseBody body) {
        return body.object("data").flatMap(user -> user.text("id"));
    }

    /** Rejects a state that is too long, since X shows an error page of its own instead of redirecting. */
    private static Map<String, String> parameters(AuthorizationRequest request) {
        int length = request.state().length();
        if (length > MAX_STATE_LENGTH) {
            throw TokenException.about(Problem.REQUEST_REJECTED)
                    .detail("the state has " + length + " characters and X allows " + MAX_STATE_LENGTH
                            + "; use a shorter redirect URI or account id, or fewer scopes")
                    .build();
        }
        Set<String> scopes = new LinkedHashSet<>(request.scopes());
        scopes.add(OFFLINE);
        return Map.of("scope", String.join(request.client().profile().scopeSeparator(), scopes));
    }
}
