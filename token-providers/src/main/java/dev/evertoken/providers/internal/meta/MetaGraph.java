package dev.evertoken.providers.internal.meta;

import dev.evertoken.model.ClientAuthentication;
import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.providers.internal.oauth2.ApiProbe;
import dev.evertoken.providers.internal.oauth2.AuthorizationCodeFlow;
import dev.evertoken.providers.internal.oauth2.ProfileValidator;
import dev.evertoken.providers.internal.oauth2.ProviderParts;
import dev.evertoken.providers.internal.oauth2.ResponseBody;
import dev.evertoken.providers.internal.oauth2.TokenEndpoint;
import dev.evertoken.providers.internal.oauth2.TokenRequests;
import dev.evertoken.providers.internal.oauth2.TokenResponseParser;
import dev.evertoken.spi.provider.AuthorizationFlow;
import dev.evertoken.spi.provider.AuthorizationRequest;
import dev.evertoken.spi.provider.Endpoints;
import dev.evertoken.spi.provider.ExchangeRequest;
import dev.evertoken.spi.provider.ProviderProfile;
import dev.evertoken.spi.provider.ProviderProfile.RevokeScope;
import dev.evertoken.spi.provider.ResourceDialect;
import dev.evertoken.spi.provider.TokenOutcome;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Assembles the providers for Meta's Graph API: Facebook and Instagram. Stateless. Thread-safe. */
public final class MetaGraph {

    private static final String FACEBOOK = "graph.facebook.com";
    private static final String INSTAGRAM = "graph.instagram.com";
    private static final Duration LONG_LIFE = Duration.ofDays(60);

    /** Long-lived tokens last 60 days from the response; a later expiry is not Meta's. */
    private static final Duration LONGEST_LIFE = LONG_LIFE.plusDays(1);

    private MetaGraph() {}

    /** Returns the dialect of the API, for both providers. */
    public static ResourceDialect resourceDialect() {
        return MetaResourceDialect.DIALECT;
    }

    /** Returns Facebook; {@code pageFields} are the fields to request of each page besides the usual ones. */
    public static ProviderParts facebook(GraphSettings settings, String... pageFields) {
        GraphVersion version = GraphVersion.of(settings.version());
        ProviderProfile profile = facebookProfile(version);
        TokenEndpoint endpoint = TokenEndpoint.of(profile.endpoints()).watchedBy(version::compare);
        TokenResponseParser.Extras extras = new TokenResponseParser.Extras(true, List.of())
                .spelled(new TokenResponseParser.Spelling("scope", List.of("expires_in", "expires"), Optional.empty()));
        TokenRequests requests = new TokenRequests(endpoint, () -> FacebookDialect.DIALECT, extras);
        FacebookTokenRequests tokenRequests = new FacebookTokenRequests(requests, settings.exchangeParameters());
        DebugToken debugToken = new DebugToken(endpoint);
        FacebookRefresher refresher = new FacebookRefresher(tokenRequests, debugToken);
        AuthorizationCodeFlow codeFlow =
                new AuthorizationCodeFlow(requests, settings(request -> atFacebook(settings, request)));
        ProviderParts parts = new ProviderParts(profile, refresher)
                .flow(() -> new LongLivedFlow(codeFlow, refresher))
                .validator(() -> debugToken)
                .revoker(() -> new GraphPermissions(endpoint))
                .clientCredentialsTokens(() -> tokenRequests::clientCredentialsToken)
                .derivation(() -> new FacebookPages(endpoint, List.of(pageFields)));
        return settings.provesSecret() ? parts.signer(AppSecretProof::new) : parts;
    }

    private static ProviderProfile facebookProfile(GraphVersion version) {
        return ProviderProfile.builder(RefreshModel.EXTENDING)
                .endpoints(Endpoints.token(version.at(FACEBOOK, "/oauth/access_token"))
                        .with(EndpointKind.AUTHORIZATION, version.at("www.facebook.com", "/dialog/oauth"))
                        .with(EndpointKind.REVOKE, version.at(FACEBOOK, "/me/permissions"))
                        .with(EndpointKind.INTROSPECT, version.at(FACEBOOK, "/debug_token"))
                        .with(EndpointKind.API, version.at(FACEBOOK, "")))
                .tokenAuthentication(ClientAuthentication.CLIENT_SECRET_POST)
                .scopeSeparator(",")
                .defaultLifetime(LONG_LIFE)
                .longestLifetime(LONGEST_LIFE)
                .apiHosts(FACEBOOK)
                .revokeScope(RevokeScope.USER)
                .build();
    }

    /** Requests declined permissions, or another login, only if the authorization request says so. */
    private static Map<String, String> atFacebook(GraphSettings settings, AuthorizationRequest request) {
        Map<String, String> parameters = new LinkedHashMap<>(settings.dialogParameters());
        if (request.chooseAccount()) {
            parameters.put("auth_type", "reauthenticate");
        } else if (request.forceConsent()) {
            parameters.put("auth_type", "rerequest");
        }
        return parameters;
    }

    /** Returns the Instagram API with Instagram Login. */
    public static ProviderParts instagram(GraphSettings settings) {
        GraphVersion version = GraphVersion.of(settings.version());
        ProviderProfile profile = instagramProfile(version);
        TokenEndpoint endpoint = TokenEndpoint.of(profile.endpoints()).watchedBy(version::compare);
        TokenResponseParser.Extras extras = new TokenResponseParser.Extras(false, List.of("user_id"))
                .spelled(new TokenResponseParser.Spelling("permissions", List.of("expires_in"), Optional.of("data")));
        TokenRequests requests = new TokenRequests(endpoint, () -> InstagramDialect.DIALECT, extras);
        InstagramTokenRequests tokenRequests = new InstagramTokenRequests(requests);
        AuthorizationCodeFlow codeFlow = new AuthorizationCodeFlow(
                requests, settings(MetaGraph::atInstagram).withRequiredScopes());
        return new ProviderParts(profile, tokenRequests)
                .flow(() -> new LongLivedFlow(codeFlow, instagramSteps(codeFlow, tokenRequests)))
                .validator(() -> new ProfileValidator(
                        endpoint, ApiProbe.ofUser(MetaResourceDialect.DIALECT, MetaGraph::instagramUser)));
    }

    private static Optional<String> instagramUser(ResponseBody body) {
        return body.text("user_id").or(() -> body.text("id"));
    }

    private static LongLivedFlow.Steps instagramSteps(
            AuthorizationCodeFlow codeFlow, InstagramTokenRequests tokenRequests) {
        return new LongLivedFlow.Steps() {
            @Override
            public TokenOutcome first(ExchangeRequest request) {
                return codeFlow.exchange(request);
            }

            @Override
            public TokenOutcome second(LongLivedTokenRequest request) {
                return tokenRequests.exchange(request);
            }

            @Override
            public Duration shortLife() {
                return Duration.ofHours(1);
            }
        };
    }

    private static ProviderProfile instagramProfile(GraphVersion version) {
        return ProviderProfile.builder(RefreshModel.EXTENDING)
                .endpoints(Endpoints.none()
                        .with(EndpointKind.AUTHORIZATION, URI.create("https://www.instagram.com/oauth/authorize"))
                        .with(EndpointKind.EXCHANGE, URI.create("https://api.instagram.com/oauth/access_token"))
                        .with(EndpointKind.REFRESH, URI.create("https://" + INSTAGRAM + "/refresh_access_token"))
                        .with(EndpointKind.INTROSPECT, version.at(INSTAGRAM, "/me?fields=user_id,username"))
                        .with(EndpointKind.API, version.at(INSTAGRAM, "")))
                .tokenAuthentication(ClientAuthentication.CLIENT_SECRET_POST)
                .scopeSeparator(",")
                .earliestRefreshAge(InstagramDialect.EARLIEST)
                .defaultLifetime(LONG_LIFE)
                .longestLifetime(LONGEST_LIFE)
                .apiHosts(INSTAGRAM)
                .build();
    }

    private static Map<String, String> atInstagram(AuthorizationRequest request) {
        return request.forceConsent() || request.chooseAccount() ? Map.of("force_reauth", "true") : Map.of();
    }

    private static AuthorizationCodeFlow.Settings settings(
            Function<AuthorizationRequest, Map<String, String>> parameters) {
        return new AuthorizationCodeFlow.Settings(AuthorizationFlow.Pkce.NONE, parameters, true);
    }
}
