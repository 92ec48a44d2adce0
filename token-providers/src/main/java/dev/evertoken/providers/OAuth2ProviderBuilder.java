package dev.evertoken.providers;

import dev.evertoken.model.ClientAuthentication;
import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.providers.internal.oauth2.TokenRule;
import dev.evertoken.spi.provider.AuthorizationFlow.Pkce;
import dev.evertoken.spi.provider.Endpoints;
import dev.evertoken.spi.provider.Provider;
import dev.evertoken.spi.provider.ProviderProfile.RevokeScope;
import dev.evertoken.spi.provider.ResourceDialect;
import dev.evertoken.spi.provider.TokenVerdict;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Every setting of an {@link OAuth2Provider}, with its unit and default. {@link #build()} checks them together.
 *
 * <p>Not thread-safe; build on one thread, then share the result.
 */
public final class OAuth2ProviderBuilder {
    final String id;
    Endpoints endpoints = Endpoints.none();

    @Nullable
    RefreshModel refreshModel;

    ClientAuthentication authentication = ClientAuthentication.CLIENT_SECRET_BASIC;
    String scopeSeparator = " ";

    @Nullable
    Duration earliestRefreshAge;

    @Nullable
    Duration largestMargin;

    Duration reuseGrace = Duration.ZERO;
    Duration defaultLifetime = Duration.ofHours(1);
    Duration longestLifetime = Duration.ofDays(400);
    List<String> apiHosts = List.of();
    RevokeScope revokeScope = RevokeScope.GRANT;
    final Map<String, String> parameters = new LinkedHashMap<>();
    final Map<String, String> authorizationParameters = new LinkedHashMap<>();
    Pkce pkce = Pkce.S256;
    final List<TokenRule> meanings = new ArrayList<>();
    List<String> subjectPath = List.of();
    boolean lookUp;
    boolean sendScopes;
    boolean formResponses;
    boolean privateNetwork;
    ResourceDialect resourceDialect = ResourceDialect.rfc6750();

    OAuth2ProviderBuilder(String id) {
        this.id = id;
    }

    /** Sets where tokens are refreshed and codes exchanged; https, or http on loopback. */
    public OAuth2ProviderBuilder tokenEndpoint(URI address) {
        this.endpoints = endpoints.overriddenBy(Endpoints.token(address));
        return this;
    }

    /** Sets one further endpoint, or moves one. */
    public OAuth2ProviderBuilder endpoint(EndpointKind kind, URI address) {
        this.endpoints = endpoints.with(kind, address);
        return this;
    }

    /** Says how grants live on: {@code ROTATING} if a refresh can bring a new refresh token, else {@code STATIC}. */
    public OAuth2ProviderBuilder refreshModel(RefreshModel model) {
        this.refreshModel = model;
        return this;
    }

    /** Says how clients prove themselves at the token endpoint; {@code CLIENT_SECRET_BASIC} unless set. */
    public OAuth2ProviderBuilder authentication(ClientAuthentication method) {
        this.authentication = method;
        return this;
    }

    /** Sets what stands between scopes: a blank, unless it is a comma. */
    public OAuth2ProviderBuilder scopeSeparator(String separator) {
        this.scopeSeparator = separator;
        return this;
    }

    /** Says that a token younger than this is not refreshed; no such rule unless set. */
    public OAuth2ProviderBuilder earliestRefreshAge(Duration age) {
        this.earliestRefreshAge = age;
        return this;
    }

    /** Says that a refresh earlier than this before the end brings nothing new; no such rule unless set. */
    public OAuth2ProviderBuilder largestMargin(Duration margin) {
        this.largestMargin = margin;
        return this;
    }

    /** Says for how long a spent refresh token is still answered; zero unless set. */
    public OAuth2ProviderBuilder reuseGrace(Duration grace) {
        this.reuseGrace = grace;
        return this;
    }

    /** Sets the lifetime of an access token whose lifetime is not told; one hour unless set. */
    public OAuth2ProviderBuilder defaultLifetime(Duration lifetime) {
        this.defaultLifetime = lifetime;
        return this;
    }

    /** Sets the lifetime that no access token exceeds; 400 days unless set. */
    public OAuth2ProviderBuilder longestLifetime(Duration lifetime) {
        this.longestLifetime = lifetime;
        return this;
    }

    /** Sets the exact host names that tokens may be sent to. */
    public OAuth2ProviderBuilder apiHosts(String... hosts) {
        this.apiHosts = List.of(hosts);
        return this;
    }

    /** Says what revoking one token takes with it; the grant unless set. */
    public OAuth2ProviderBuilder revokeScope(RevokeScope scope) {
        this.revokeScope = scope;
        return this;
    }

    /** Adds a parameter to every refresh request, such as {@code resource}; not a secret. */
    public OAuth2ProviderBuilder refreshParameter(String name, String value) {
        parameters.put(name, value);
        return this;
    }

    /** Sets where consent is asked for; https, or http on loopback. */
    public OAuth2ProviderBuilder authorizationEndpoint(URI address) {
        return endpoint(EndpointKind.AUTHORIZATION, address);
    }

    /** Says whether a proof key is sent with an authorization; {@code S256} unless set. */
    public OAuth2ProviderBuilder pkce(Pkce use) {
        this.pkce = use;
        return this;
    }

    /** Adds a parameter to every authorization, such as {@code access_type}; not a secret. */
    public OAuth2ProviderBuilder authorizationParameter(String name, String value) {
        authorizationParameters.put(name, value);
        return this;
    }

    /** Has the granted scopes sent with every refresh; they are not unless this is called. */
    public OAuth2ProviderBuilder sendScopesOnRefresh() {
        this.sendScopes = true;
        return this;
    }

    /** Has form-encoded answers read as well as JSON, where their content type says form or plain text. */
    public OAuth2ProviderBuilder formResponses() {
        this.formResponses = true;
        return this;
    }

    /** Says where an answer names its user, as a path of JSON members; an ID token is read anyway. */
    public OAuth2ProviderBuilder subjectAt(String... path) {
        this.subjectPath = List.of(path);
        return this;
    }

    /**
     * Has the introspection endpoint asked for {@code sub} and {@code scope} once the tokens of a consent are saved
     * (RFC 7662 section 2.2), for a server whose answers with tokens do not say whose they are.
     */
    public OAuth2ProviderBuilder lookUpUser() {
        this.lookUp = true;
        return this;
    }

    /** Says what an {@code error} code of this server means, before the rules of the RFC are tried. */
    public OAuth2ProviderBuilder errorMeans(String code, TokenVerdict.Kind kind, Problem problem) {
        meanings.add(TokenRule.rule(TokenRule.error(code), kind, problem));
        return this;
    }

    /** Lets the token endpoint be at a private address; only public ones and literal loopback unless called. */
    public OAuth2ProviderBuilder allowPrivateNetwork() {
        this.privateNetwork = true;
        return this;
    }

    /** Sets how the refusals of its APIs are read; by RFC 6750 unless set. */
    public OAuth2ProviderBuilder resourceDialect(ResourceDialect dialect) {
        this.resourceDialect = dialect;
        return this;
    }

    /**
     * Builds the provider.
     *
     * @throws IllegalArgumentException if settings are missing or do not fit together; the message names each
     */
    public Provider build() {
        return new OAuth2Provider(this, ProviderSettings.profile(this));
    }
}
