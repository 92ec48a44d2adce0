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
 * Any authorization server that keeps to RFC 6749, described by settings.
 *
 * <pre>{@code
 * Provider acme = OAuth2Provider.builder("acme").tokenEndpoint(uri).refreshModel(ROTATING).build();
 * }</pre>
 *
 * <p>{@code build()} refuses settings that do not fit together. Immutable.
 */
public final class OAuth2Provider extends AssembledProvider {

    OAuth2Provider(OAuth2ProviderBuilder from, ProviderProfile profile) {
        super(from.id, parts(from, profile));
    }

    /**
     * Starts a provider; the token endpoint and the refresh model have to be set.
     *
     * @param id under which applications name it: lower-case letters, digits and hyphens
     */
    public static OAuth2ProviderBuilder builder(String id) {
        return new OAuth2ProviderBuilder(id);
    }

    private static ProviderParts parts(OAuth2ProviderBuilder from, ProviderProfile profile) {
        RuleTokenDialect dialect = CommonRules.DIALECT.after(from.meanings).withForms(from.formResponses);
        TokenEndpoint endpoint = new TokenEndpoint(from.privateNetwork);
        TokenRequests requests = new TokenRequests(
                endpoint, dialect, new TokenResponseParser.Extras(from.formResponses, from.subjectPath));
        RefreshParameters form = new RefreshParameters(from.parameters, from.sendScopes);
        Map<String, String> always = new LinkedHashMap<>(from.authorizationParameters);
        Validator introspection = new Introspection(endpoint, dialect, Introspection.Style.RFC_7662);
        ProviderParts parts = new ProviderParts(profile, new OAuth2Refresher(requests, form), from.resourceDialect)
                .flow(new AuthorizationCodeFlow(
                        requests,
                        new AuthorizationCodeFlow.Settings(from.pkce, request -> prompted(always, request), true)))
                .validator(introspection)
                .revoker(new TokenRevoker(endpoint, dialect, true))
                .clientCredentialsTokens(new OAuth2ClientCredentials(requests));
        return from.lookUp ? parts.userLookup(UserLookup.of(introspection)) : parts;
    }

    /** OpenID Connect Core section 3.1.2.1; other servers ignore parameters that they do not know. */
    private static Map<String, String> prompted(Map<String, String> always, AuthorizationRequest request) {
        Map<String, String> all = new LinkedHashMap<>();
        if (request.forceConsent() || request.chooseAccount()) {
            String choose = request.chooseAccount() ? "select_account " : "";
            all.put("prompt", (choose + (request.forceConsent() ? "consent" : "")).strip());
        }
        all.putAll(always);
        return all;
    }

    @Override
    public String toString() {
        return "OAuth2Provider[" + id() + "]";
    }
}
