package dev.evertoken.providers;

import dev.evertoken.providers.internal.oauth2.AuthorizationCodeFlow;
import dev.evertoken.providers.internal.oauth2.CommonRules;
import dev.evertoken.providers.internal.oauth2.Introspection;
import dev.evertoken.providers.internal.oauth2.OAuth2ClientCredentials;
import dev.evertoken.providers.internal.oauth2.OAuth2Refresher;
import dev.evertoken.providers.internal.oauth2.ProviderParts;
import dev.evertoken.providers.internal.oauth2.RefreshParameters;
import dev.evertoken.providers.internal.oauth2.RuleTokenDialect;
import dev.evertoken.providers.internal.oauth2.TokenEndpoint;
import dev.evertoken.providers.internal.oauth2.TokenRequests;
import dev.evertoken.providers.internal.oauth2.TokenResponseParser;
import dev.evertoken.providers.internal.oauth2.TokenRevoker;
import dev.evertoken.spi.provider.AuthorizationRequest;
import dev.evertoken.spi.provider.ProviderProfile;
import dev.evertoken.spi.provider.UserLookup;
import dev.evertoken.spi.provider.Validator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Any authorization server that follows RFC 6749, described by settings.
 *
 * <pre>{@code
 * Provider acme = OAuth2Provider.builder("acme")
 *         .tokenEndpoint(uri)
 *         .refreshModel(ROTATING)
 *         .build();
 * }</pre>
 *
 * <p>{@code build()} rejects inconsistent settings. Immutable.
 */
public final class OAuth2Provider extends AssembledProvider {

    OAuth2Provider(OAuth2ProviderBuilder settings, ProviderProfile profile) {
        super(settings.id, parts(settings, profile));
    }

    /**
     * Returns a builder; the token endpoint and the refresh model are required.
     *
     * @param id the provider id that applications use: lower-case letters, digits and hyphens
     */
    public static OAuth2ProviderBuilder builder(String id) {
        return new OAuth2ProviderBuilder(id);
    }

    private static ProviderParts parts(OAuth2ProviderBuilder settings, ProviderProfile profile) {
        RuleTokenDialect dialect =
                CommonRules.DIALECT.after(settings.errorRules).withForms(settings.formResponses);
        TokenEndpoint endpoint = new TokenEndpoint(settings.privateNetwork);
        TokenRequests requests = new TokenRequests(
                endpoint, dialect, new TokenResponseParser.Extras(settings.formResponses, settings.subjectPath));
        RefreshParameters form = new RefreshParameters(settings.parameters, settings.sendScopes);
        Map<String, String> fixedParameters = new LinkedHashMap<>(settings.authorizationParameters);
        Validator introspection = new Introspection(endpoint, dialect, Introspection.Style.RFC_7662);
        ProviderParts parts = new ProviderParts(profile, new OAuth2Refresher(requests, form), settings.resourceDialect)
                .flow(new AuthorizationCodeFlow(
                        requests,
                        new AuthorizationCodeFlow.Settings(
                                settings.pkce, request -> authorizationParameters(fixedParameters, request), true)))
                .validator(introspection)
                .revoker(new TokenRevoker(endpoint, dialect, true))
                .clientCredentialsTokens(new OAuth2ClientCredentials(requests));
        return settings.lookUp ? parts.userLookup(UserLookup.of(introspection)) : parts;
    }

    /** Adds {@code prompt} (OpenID Connect Core section 3.1.2.1); other servers ignore unknown parameters. */
    private static Map<String, String> authorizationParameters(
            Map<String, String> fixedParameters, AuthorizationRequest request) {
        Map<String, String> all = new LinkedHashMap<>();
        if (request.forceConsent() || request.chooseAccount()) {
            String choose = request.chooseAccount() ? "select_account " : "";
            all.put("prompt", (choose + (request.forceConsent() ? "consent" : "")).strip());
        }
        all.putAll(fixedParameters);
        return all;
    }

    @Override
    public String toString() {
        return "OAuth2Provider[" + id() + "]";
    }
}
