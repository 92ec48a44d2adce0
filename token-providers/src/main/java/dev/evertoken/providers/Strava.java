package dev.evertoken.providers;

import dev.evertoken.model.ClientAuthentication;
import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.providers.internal.oauth2.ApiProbe;
import dev.evertoken.providers.internal.oauth2.AuthorizationCodeFlow;
import dev.evertoken.providers.internal.oauth2.OAuth2Refresher;
import dev.evertoken.providers.internal.oauth2.ProfileValidator;
import dev.evertoken.providers.internal.oauth2.ProviderParts;
import dev.evertoken.providers.internal.oauth2.RefreshParameters;
import dev.evertoken.providers.internal.oauth2.TokenEndpoint;
import dev.evertoken.providers.internal.oauth2.TokenRequests;
import dev.evertoken.providers.internal.oauth2.TokenResponseParser;
import dev.evertoken.providers.internal.oauth2.TokenRevoker;
import dev.evertoken.providers.internal.strava.StravaDeauthorization;
import dev.evertoken.providers.internal.strava.StravaDialect;
import dev.evertoken.providers.internal.strava.StravaResourceDialect;
import dev.evertoken.spi.provider.AuthorizationFlow;
import dev.evertoken.spi.provider.AuthorizationRequest;
import dev.evertoken.spi.provider.Endpoints;
import dev.evertoken.spi.provider.ProviderProfile;
import dev.evertoken.spi.provider.ProviderProfile.RevokeScope;
import dev.evertoken.spi.provider.ResourceDialect;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Strava. Registered as {@code strava}.
 *
 * <p>Access tokens are valid for 6 hours. Every refresh returns a refresh token, either the same or a new one, and a
 * new one immediately invalidates the old one. If the access token is valid for more than another hour, a refresh
 * returns the same token, so the margin is limited to less than an hour. The client secret is sent in the form, except
 * for revocation. There are no client credentials tokens. Immutable.
 */
public final class Strava extends AssembledProvider {

    private final boolean deauthorizes;

    /** Creates the provider; opens no resources before its first refresh. */
    public Strava() {
        this(false);
    }

    private Strava(boolean deauthorizes) {
        super("strava");
        this.deauthorizes = deauthorizes;
    }

    /**
     * Returns Strava with the revocation that precedes {@code /oauth/revoke} and ends on 2027-06-01. It requires an
     * access token that has not expired, and no client secret. Pass the result to the builder.
     */
    public static Strava withDeauthorization() {
        return new Strava(true);
    }

    private static ProviderProfile deauthorizing(ProviderProfile profile) {
        Endpoints moved =
                profile.endpoints().with(EndpointKind.REVOKE, URI.create("https://www.strava.com/oauth/deauthorize"));
        return profile.withEndpoints(moved);
    }

    private static ProviderProfile newProfile() {
        return ProviderProfile.builder(RefreshModel.ROTATING)
                .endpoints(Endpoints.token(URI.create("https://www.strava.com/oauth/token"))
                        .with(EndpointKind.AUTHORIZATION, URI.create("https://www.strava.com/oauth/authorize"))
                        .with(EndpointKind.REVOKE, URI.create("https://www.strava.com/oauth/revoke"))
                        .with(EndpointKind.INTROSPECT, URI.create("https://www.strava.com/api/v3/athlete")))
                .tokenAuthentication(ClientAuthentication.CLIENT_SECRET_POST)
                .authentication(EndpointKind.REVOKE, ClientAuthentication.CLIENT_SECRET_BASIC)
                .scopeSeparator(",")
                .largestMargin(Duration.ofMinutes(55))
                .defaultLifetime(Duration.ofHours(6))
                .longestLifetime(Duration.ofHours(6))
                .apiHosts("www.strava.com", "api-v3.strava.com", "www.api-v3.strava.com")
                .revokeScope(RevokeScope.GRANT)
                .build();
    }

    @Override
    ProviderParts parts() {
        ProviderProfile profile = deauthorizes ? deauthorizing(newProfile()) : newProfile();
        TokenEndpoint endpoint = TokenEndpoint.of(profile.endpoints());
        TokenRequests requests = new TokenRequests(
                endpoint, () -> StravaDialect.DIALECT, new TokenResponseParser.Extras(false, List.of("athlete", "id")));
        return new ProviderParts(profile, new OAuth2Refresher(requests, RefreshParameters.PLAIN))
                .flow(() -> new AuthorizationCodeFlow(
                        requests,
                        new AuthorizationCodeFlow.Settings(AuthorizationFlow.Pkce.NONE, Strava::parameters, false)
                                .withRequiredScopes()))
                .validator(() -> new ProfileValidator(
                        endpoint, ApiProbe.ofUser(StravaResourceDialect.DIALECT, body -> body.text("id"))))
                .revoker(() -> deauthorizes
                        ? new StravaDeauthorization(endpoint)
                        : new TokenRevoker(endpoint, StravaDialect.REVOCATION, true));
    }

    @Override
    public ResourceDialect resourceDialect() {
        return StravaResourceDialect.DIALECT;
    }

    /**
     * Forces the consent page if requested; {@code auto} silently repeats an earlier grant, whatever the requested
     * scopes.
     */
    private static Map<String, String> parameters(AuthorizationRequest request) {
        boolean shown = request.forceConsent() || request.chooseAccount();
        return Map.of("approval_prompt", shown ? "force" : "auto");
    }
}
