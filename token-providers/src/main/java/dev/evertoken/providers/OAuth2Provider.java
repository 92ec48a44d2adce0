package dev.evertoken.providers;

import dev.evertoken.providers.internal.oauth2.AuthorizationCodeFlow;
import dev.evertoken.providers.internal.oauth2.CommonRules;
import dev.evertoken.providers.internal.oauth2.Introspection;
import dev.evertoken.providers.internal.oauth2.OAuth2ClientCredentials;
import dev.evertoken.providers.internal.oauth2.OAuth2Refresher;
import dev.evertoken.providers.internal.oauth2.Once;
import dev.evertoken.providers.internal.oauth2.ProviderParts;
import dev.evertoken.providers.internal.oauth2.RefreshParameters;
import dev.evertoken.providers.internal.oauth2.RuleTokenDialect;
import dev.evertoken.providers.internal.oauth2.TokenEndpoint;
import dev.evertoken.providers.internal.oauth2.TokenRequests;
import dev.evertoken.providers.internal.oauth2.TokenResponseParser;
import dev.evertoken.providers.internal.oauth2.TokenRevoker;
import dev.evertoken.providers.internal.oauth2.TokenRule;
import dev.evertoken.spi.provider.AuthorizationFlow;
import dev.evertoken.spi.provider.AuthorizationRequest;
import dev.evertoken.spi.provider.ProviderProfile;
import dev.evertoken.spi.provider.ResourceDialect;
import dev.evertoken.spi.provider.UserLookup;
import dev.evertoken.spi.provider.Validator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Any authorization server that follows RFC 6749, described by settings.
 *
 * <pre>{@code
 * Provider acme = OAuth2Provider.builder("acme").tokenEndpoint(uri).refreshModel(ROTATING).build();
 * }</pre>
 *
 * <p>{@code build()} rejects inconsistent settings. Immutable.
 */
public final class OAuth2Provider extends AssembledProvider {

    private final ProviderParts parts;
    private final ResourceDialect resourceDialect;

    OAuth2Provider(OAuth2ProviderBuilder settings, ProviderProfile profile) {
        super(settings.id);
        this.parts = parts(settings, profile);
        this.resourceDialect = settings.resourceDialect;
    }

    @Override
    ProviderParts parts() {
        return parts;
    }

    @Override
    public ResourceDialect resourceDialect() {
        return resourceDialect;
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
        List<TokenRule> errorRules = List.copyOf(settings.errorRules);
        boolean forms = settings.formResponses;
        Supplier<RuleTokenDialect> dialect =
                new Once<>(() -> CommonRules.DIALECT.after(errorRules).withForms(forms));
        TokenEndpoint endpoint = new TokenEndpoint(settings.privateNetwork);
        TokenRequests requests = new TokenRequests(
                endpoint, dialect, new TokenResponseParser.Extras(settings.formResponses, settings.subjectPath));
        RefreshParameters form = new RefreshParameters(settings.parameters, settings.sendScopes);
        AuthorizationFlow.Pkce pkce = settings.pkce;
        Map<String, String> fixedParameters = new LinkedHashMap<>(settings.authorizationParameters);
        Supplier<Validator> introspection =
                new Once<>(() -> new Introspection(endpoint, dialect.get(), Introspection.Style.RFC_7662));
        ProviderParts parts = new ProviderParts(profile, new OAuth2Refresher(requests, form))
                .flow(() -> new AuthorizationCodeFlow(
                        requests,
                        new AuthorizationCodeFlow.Settings(
                                pkce, request -> authorizationParameters(fixedParameters, request), true)))
                .validator(introspection)
                .revoker(() -> new TokenRevoker(endpoint, dialect.get(), true))
                .clientCredentialsTokens(() -> new OAuth2ClientCredentials(requests));
        return settings.lookUp ? parts.userLookup(() -> UserLookup.of(introspection.get())) : parts;
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
