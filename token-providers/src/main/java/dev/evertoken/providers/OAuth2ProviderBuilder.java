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
 * The settings of an {@link OAuth2Provider}, with units and defaults. {@link #build()} checks them together.
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
    final List<TokenRule> errorRules = new ArrayList<>();
    List<String> subjectPath = List.of();
    boolean lookUp;
    boolean sendScopes;
    boolean formResponses;
    boolean privateNetwork;
    ResourceDialect resourceDialect = ResourceDialect.rfc6750();

    OAuth2ProviderBuilder(String id) {
        this.id = id;
    }

    /** Sets the endpoint for refreshes and code exchanges; https, or http on loopback. */
    public OAuth2ProviderBuilder tokenEndpoint(URI address) {
        this.endpoints = endpoints.overriddenBy(Endpoints.token(address));
        return this;
    }

    /** Adds or replaces the address of one endpoint. */
    public OAuth2ProviderBuilder endpoint(EndpointKind kind, URI address) {
        this.endpoints = endpoints.with(kind, address);
        return this;
    }

    /**
     * Sets the refresh model: {@code ROTATING} if a refresh can return a new refresh token, otherwise {@code STATIC}.
     */
    public OAuth2ProviderBuilder refreshModel(RefreshModel model) {
        this.refreshModel = model;
        return this;
    }

    /** Sets how clients authenticate at the token endpoint; {@code CLIENT_SECRET_BASIC} by default. */
    public OAuth2ProviderBuilder authentication(ClientAuthentication method) {
        this.authentication = method;
        return this;
    }

    /** Sets the separator between scopes, a space or a comma; a space by default. */
    public OAuth2ProviderBuilder scopeSeparator(String separator) {
        this.scopeSeparator = separator;
        return this;
    }

    /** Sets the minimum age of a token for a refresh; none by default. */
    public OAuth2ProviderBuilder earliestRefreshAge(Duration age) {
        this.earliestRefreshAge = age;
        return this;
    }

    /** Sets the longest time before the expiry at which a refresh returns a new token; no limit by default. */
    public OAuth2ProviderBuilder largestMargin(Duration margin) {
        this.largestMargin = margin;
        return this;
    }

    /** Sets the time for which a used refresh token is still accepted; zero by default. */
    public OAuth2ProviderBuilder reuseGrace(Duration grace) {
        this.reuseGrace = grace;
        return this;
    }

    /** Sets the lifetime of an access token whose response has none; one hour by default. */
    public OAuth2ProviderBuilder defaultLifetime(Duration lifetime) {
        this.defaultLifetime = lifetime;
        return this;
    }

    /** Sets the upper bound of the lifetime of an access token; 400 days by default. */
    public OAuth2ProviderBuilder longestLifetime(Duration lifetime) {
        this.longestLifetime = lifetime;
        return this;
    }

    /** Sets the exact names of the hosts to which tokens may be sent. */
    public OAuth2ProviderBuilder apiHosts(String... hosts) {
        this.apiHosts = List.of(hosts);
        return this;
    }

    /** Sets the extent of a revocation; by default, revoking one token revokes its grant. */
    public OAuth2ProviderBuilder revokeScope(RevokeScope scope) {
        this.revokeScope = scope;
        return this;
    }

    /** Adds a parameter, such as {@code resource}, to every refresh request; it must not be a secret. */
    public OAuth2ProviderBuilder refreshParameter(String name, String value) {
        parameters.put(name, value);
        return this;
    }

    /** Sets the address of the consent page; https, or http on loopback. */
    public OAuth2ProviderBuilder authorizationEndpoint(URI address) {
        return endpoint(EndpointKind.AUTHORIZATION, address);
    }

    /** Sets whether authorizations use PKCE; {@code S256} by default. */
    public OAuth2ProviderBuilder pkce(Pkce use) {
        this.pkce = use;
        return this;
    }

    /** Adds a parameter, such as {@code access_type}, to every authorization; it must not be a secret. */
    public OAuth2ProviderBuilder authorizationParameter(String name, String value) {
        authorizationParameters.put(name, value);
        return this;
    }

    /** Sends the granted scopes with every refresh; off by default. */
    public OAuth2ProviderBuilder sendScopesOnRefresh() {
        this.sendScopes = true;
        return this;
    }

    /**
     * Announces that responses may be form-encoded; they are read if their content type is that of a form or of plain
     * text. Without this setting, or with another content type, a form is read only if it can be nothing else than a token
     * response or a refusal. Without this setting, a warning is logged once for each client.
     */
    public OAuth2ProviderBuilder formResponses() {
        this.formResponses = true;
        return this;
    }

    /** Sets the path of JSON members to the user's id in a response; an ID token is read in any case. */
    public OAuth2ProviderBuilder subjectAt(String... path) {
        this.subjectPath = List.of(path);
        return this;
    }

    /**
     * Requests {@code sub} and {@code scope} from the introspection endpoint after the tokens of a consent are saved
     * (RFC 7662 section 2.2), for a server whose token responses do not name the user.
     */
    public OAuth2ProviderBuilder lookUpUser() {
        this.lookUp = true;
        return this;
    }

    /**
     * Defines the meaning of an {@code error} code of this server, which takes precedence over the rules of the RFC.
     */
    public OAuth2ProviderBuilder errorMeans(String code, TokenVerdict.Kind kind, Problem problem) {
        errorRules.add(TokenRule.rule(TokenRule.error(code), kind, problem));
        return this;
    }

    /**
     * Defines the meaning of an {@code error} code like {@link #errorMeans}, and declares it a refusal: this server then
     * issues no tokens and does not use up the refresh token, whatever the HTTP status.
     *
     * <p>Without this declaration, an unknown code in a response with status 200 is reported, and a rotating refresh
     * token is not sent again before the access token has expired.
     */
    public OAuth2ProviderBuilder refusalMeans(String code, TokenVerdict.Kind kind, Problem problem) {
        errorRules.add(TokenRule.rule(TokenRule.error(code), kind, problem).spendingNothing());
        return this;
    }

    /**
     * Allows a token endpoint at a private address; by default only public addresses and literal loopback are allowed.
     */
    public OAuth2ProviderBuilder allowPrivateNetwork() {
        this.privateNetwork = true;
        return this;
    }

    /** Sets the dialect for refusals of the provider's APIs; RFC 6750 by default. */
    public OAuth2ProviderBuilder resourceDialect(ResourceDialect dialect) {
        this.resourceDialect = dialect;
        return this;
    }

    /**
     * Builds the provider.
     *
     * @throws IllegalArgumentException if settings are missing or inconsistent; the message names each of them
     */
    public Provider build() {
        return new OAuth2Provider(this, ProviderSettings.profile(this));
    }
}
