package dev.evertoken.providers;

import dev.evertoken.model.ClientAuthentication;
import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenException;
import dev.evertoken.providers.internal.linkedin.LinkedInDialect;
import dev.evertoken.providers.internal.linkedin.LinkedInRefresher;
import dev.evertoken.providers.internal.linkedin.LinkedInResourceDialect;
import dev.evertoken.providers.internal.oauth2.AuthorizationCodeFlow;
import dev.evertoken.providers.internal.oauth2.Introspection;
import dev.evertoken.providers.internal.oauth2.OAuth2ClientCredentials;
import dev.evertoken.providers.internal.oauth2.OAuth2Refresher;
import dev.evertoken.providers.internal.oauth2.ProviderParts;
import dev.evertoken.providers.internal.oauth2.RefreshParameters;
import dev.evertoken.providers.internal.oauth2.TokenEndpoint;
import dev.evertoken.providers.internal.oauth2.TokenRequests;
import dev.evertoken.providers.internal.oauth2.TokenResponseParser;
import dev.evertoken.spi.provider.AuthorizationFlow;
import dev.evertoken.spi.provider.AuthorizationRequest;
import dev.evertoken.spi.provider.Endpoints;
import dev.evertoken.spi.provider.ProviderProfile;
import dev.evertoken.spi.provider.ResourceDialect;
import java.net.URI;
import java.time.Duration;
import java.util.Map;

/**
 * LinkedIn. Registered as {@code linkedin}.
 *
 * <p>Access tokens are valid for 60 days. Only applications that LinkedIn has approved receive refresh tokens; no scope
 * requests one. A refresh token is valid for a year from the member's consent, and no refresh extends it: in the last
 * weeks of that year, access tokens expire together with it. Without a refresh token, the status of an account reports
 * its end from the first day; the consent page is skipped if the member returns before then. Requesting other scopes
 * than before invalidates the member's earlier access tokens. PKCE breaks the exchange and is not used.
 *
 * <p>There is no revocation: a member removes an application at {@code linkedin.com/psettings/permitted-services}.
 * Client credentials tokens are valid for 30 minutes and require approval. Immutable.
 */
public final class LinkedIn extends AssembledProvider {

    /** LinkedIn's error codes for a declined consent and for an application that lacks a product. */
    private static final Map<String, Problem> REDIRECT_ERRORS = Map.of(
            "user_cancelled_login", Problem.CONSENT_DENIED,
            "user_cancelled_authorize", Problem.CONSENT_DENIED,
            "unauthorized_scope_error", Problem.SCOPE_INVALID);

    /** Creates the provider; opens no resources before its first refresh. */
    public LinkedIn() {
        super("linkedin");
    }

    private static ProviderProfile newProfile() {
        return ProviderProfile.builder(RefreshModel.STATIC)
                .endpoints(Endpoints.token(URI.create("https://www.linkedin.com/oauth/v2/accessToken"))
                        .with(EndpointKind.AUTHORIZATION, URI.create("https://www.linkedin.com/oauth/v2/authorization"))
                        .with(EndpointKind.INTROSPECT, URI.create("https://www.linkedin.com/oauth/v2/introspectToken")))
                .tokenAuthentication(ClientAuthentication.CLIENT_SECRET_POST)
                .authentication(EndpointKind.INTROSPECT, ClientAuthentication.CLIENT_SECRET_POST)
                .defaultLifetime(Duration.ofDays(60))
                .longestLifetime(Duration.ofDays(365))
                .apiHosts("api.linkedin.com")
                .build();
    }

    @Override
    ProviderParts parts() {
        ProviderProfile profile = newProfile();
        TokenEndpoint endpoint = TokenEndpoint.of(profile.endpoints());
        TokenRequests requests =
                new TokenRequests(endpoint, () -> LinkedInDialect.DIALECT, TokenResponseParser.Extras.NONE);
        return new ProviderParts(profile, new LinkedInRefresher(new OAuth2Refresher(requests, RefreshParameters.PLAIN)))
                .flow(() -> new AuthorizationCodeFlow(
                        requests,
                        new AuthorizationCodeFlow.Settings(AuthorizationFlow.Pkce.NONE, LinkedIn::parameters, true)
                                .withRedirectErrors(REDIRECT_ERRORS)
                                .withPercentEncodedSpaces()
                                .withRequiredScopes()))
                .validator(() -> new Introspection(endpoint, LinkedInDialect.DIALECT, Introspection.Style.LINKEDIN))
                .clientCredentialsTokens(() -> new OAuth2ClientCredentials(requests, false));
    }

    @Override
    public ResourceDialect resourceDialect() {
        return LinkedInResourceDialect.DIALECT;
    }

    /** Rejects a client without a secret before the member consents, since the exchange would fail. */
    private static Map<String, String> parameters(AuthorizationRequest request) {
        if (request.client().credentials().clientSecret().isEmpty()) {
            throw TokenException.about(Problem.NOT_SUPPORTED)
                    .detail("client " + request.client().registration()
                            + " has no secret, which LinkedIn requires to exchange a code")
                    .build();
        }
        return Map.of();
    }
}
