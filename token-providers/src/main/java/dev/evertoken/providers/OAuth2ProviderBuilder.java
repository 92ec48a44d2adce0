package dev.evertoken.providers;

import dev.evertoken.model.ClientAuthentication;
import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.providers.description.ApiRule;
import dev.evertoken.providers.description.EndpointRequest;
import dev.evertoken.providers.description.ErrorRule;
import dev.evertoken.spi.provider.AuthorizationFlow.Pkce;
import dev.evertoken.spi.provider.Endpoints;
import dev.evertoken.spi.provider.Provider;
import dev.evertoken.spi.provider.ProviderProfile.RevokeScope;
import dev.evertoken.spi.provider.ResourceDialect;
import dev.evertoken.spi.provider.TokenVerdict;
import java.net.URI;
import java.time.Duration;
import java.util.List;

/**
 * The settings of an {@link OAuth2Provider}, with units and defaults: the fluent form of a {@link ProviderDescription}.
 * {@link #build()} checks them together.
 *
 * <p>Not thread-safe; build on one thread, then share the result.
 */
public final class OAuth2ProviderBuilder {
    private final String id;
    private Settings settings;

    OAuth2ProviderBuilder(String id, Settings settings) {
        this.id = id;
        this.settings = settings;
    }

    /** Sets the endpoint for refreshes and code exchanges; https, or http on loopback. */
    public OAuth2ProviderBuilder tokenEndpoint(URI address) {
        Endpoints checked = Endpoints.token(address);
        return tokenEndpoint(checked.address(EndpointKind.REFRESH).orElseThrow().toString());
    }

    /** Adds or replaces the address of one endpoint. */
    public OAuth2ProviderBuilder endpoint(EndpointKind kind, URI address) {
        Endpoints checked = Endpoints.none().with(kind, address);
        return endpoint(kind, checked.address(kind).orElseThrow().toString());
    }

    /**
     * Sets the refresh model: {@code ROTATING} if a refresh can return a new refresh token, otherwise {@code STATIC}; or
     * {@code NON_EXPIRING} if there are no refresh tokens and access tokens do not end. A token that does not end and that
     * an API rejects is checked at the introspection endpoint, at most once an hour.
     */
    public OAuth2ProviderBuilder refreshModel(RefreshModel model) {
        return with(settings.withSome(Setting.REFRESH_MODEL, model));
    }

    /** Sets how clients authenticate at the token endpoint; {@code CLIENT_SECRET_BASIC} by default. */
    public OAuth2ProviderBuilder authentication(ClientAuthentication method) {
        return with(settings.with(Setting.AUTHENTICATION, method));
    }

    /** Sets how clients authenticate at one endpoint, such as the revocation endpoint, if it differs from the token endpoint. */
    public OAuth2ProviderBuilder authentication(EndpointKind endpoint, ClientAuthentication method) {
        return with(settings.withEntry(Setting.AUTHENTICATION_AT, endpoint, method));
    }

    /** Sets the name of the parameter of the client id, also at consent; {@code client_id} by default. */
    public OAuth2ProviderBuilder clientIdParameter(String name) {
        return with(settings.with(Setting.CLIENT_ID_PARAMETER, name));
    }

    /** Sets the name of the parameter of the client secret; {@code client_secret} by default. */
    public OAuth2ProviderBuilder clientSecretParameter(String name) {
        return with(settings.with(Setting.CLIENT_SECRET_PARAMETER, name));
    }

    /** Adds a header to every request to the provider's endpoints, but not to its API; it must not be a secret. */
    public OAuth2ProviderBuilder requestHeader(String name, String value) {
        return with(settings.withEntry(Setting.REQUEST_HEADERS, name, value));
    }

    /** Sends the parameters of requests as a JSON object instead of a form. */
    public OAuth2ProviderBuilder jsonRequests() {
        return with(settings.with(Setting.JSON_REQUESTS, true));
    }

    /** Sets the separator between scopes, a space or a comma; a space by default. */
    public OAuth2ProviderBuilder scopeSeparator(String separator) {
        return with(settings.with(Setting.SCOPE_SEPARATOR, separator));
    }

    /** Sets the minimum age of a token for a refresh; none by default. */
    public OAuth2ProviderBuilder earliestRefreshAge(Duration age) {
        return with(settings.withSome(Setting.EARLIEST_REFRESH_AGE, age));
    }

    /** Sets the longest time before the expiry at which a refresh returns a new token; no limit by default. */
    public OAuth2ProviderBuilder largestMargin(Duration margin) {
        return with(settings.withSome(Setting.LARGEST_MARGIN, margin));
    }

    /** Sets the time for which a used refresh token is still accepted; zero by default. */
    public OAuth2ProviderBuilder reuseGrace(Duration grace) {
        return with(settings.with(Setting.REUSE_GRACE, grace));
    }

    /**
     * Declares that sending a used refresh token again never has a consequence, for a server that leaves earlier refresh
     * tokens valid.
     */
    public OAuth2ProviderBuilder replayHarmless() {
        return with(settings.with(Setting.REPLAY_HARMLESS, true));
    }

    /** Sets the time from a consent to the end of its grant, for a server whose responses do not tell it. */
    public OAuth2ProviderBuilder grantLifetime(Duration lifetime) {
        return with(settings.withSome(Setting.GRANT_LIFETIME, lifetime));
    }

    /** Sets the time after which a grant ends if it is not refreshed, for a server whose responses do not tell it. */
    public OAuth2ProviderBuilder grantIdleLifetime(Duration lifetime) {
        return with(settings.withSome(Setting.GRANT_IDLE_LIFETIME, lifetime));
    }

    /** Sets the lifetime of an access token whose response has none; one hour by default. */
    public OAuth2ProviderBuilder defaultLifetime(Duration lifetime) {
        return with(settings.with(Setting.DEFAULT_LIFETIME, lifetime));
    }

    /** Sets the upper bound of the lifetime of an access token; 400 days by default. */
    public OAuth2ProviderBuilder longestLifetime(Duration lifetime) {
        return with(settings.with(Setting.LONGEST_LIFETIME, lifetime));
    }

    /** Sets the exact names of the hosts to which tokens may be sent. */
    public OAuth2ProviderBuilder apiHosts(String... hosts) {
        return with(settings.with(Setting.API_HOSTS, List.of(hosts)));
    }

    /**
     * Looks up the user after the tokens of a consent are saved, with a GET that carries the token like a request to the
     * API. Without an introspection endpoint, the same request validates tokens.
     *
     * @param address the address, with placeholders such as {@code {tenant}}
     * @param path the names of the members that lead to the user's id in the response
     */
    public OAuth2ProviderBuilder userEndpoint(String address, String... path) {
        return with(settings.withSome(Setting.USER_ENDPOINT, address).with(Setting.USER_AT, List.of(path)));
    }

    /** Sets the form of a revocation; that of RFC 7009 by default. */
    public OAuth2ProviderBuilder revocation(EndpointRequest request) {
        return with(settings.with(Setting.REVOCATION, request));
    }

    /**
     * Sets the form of the request to the introspection endpoint; that of RFC 7662 by default.
     *
     * @param userPath the names of the members that lead to the user's id in the response to a valid token; none if the
     *     response is that of RFC 7662
     */
    public OAuth2ProviderBuilder validation(EndpointRequest request, String... userPath) {
        return with(settings.with(Setting.VALIDATION, request).with(Setting.VALIDATION_USER_AT, List.of(userPath)));
    }

    /**
     * Keeps a member of token responses with the tokens; applications read it with {@code AccessToken.field(name)}.
     *
     * @param path the path of the member, such as {@code instance_url} or {@code team.id}
     */
    public OAuth2ProviderBuilder keep(String name, String path) {
        return with(settings.withEntry(Setting.KEEP, name, path));
    }

    /**
     * Keeps parameters of the redirect with the tokens under their own names, such as {@code realmId}. The user's browser
     * has sent them: check them before you trust them.
     */
    public OAuth2ProviderBuilder keepFromRedirect(String... names) {
        return with(settings.with(Setting.KEEP_FROM_REDIRECT, List.of(names)));
    }

    /**
     * Connects a further grant of the response to a code, such as that of a user beside that of a bot. The grant of an
     * account {@code anna} is connected as the account {@code anna/name}; both are then refreshed separately.
     *
     * @param name lower-case letters, digits and hyphens
     * @param path the path of the object that holds the tokens of the further grant, such as {@code authed_user}
     */
    public OAuth2ProviderBuilder otherGrant(String name, String path) {
        return with(settings.withEntry(Setting.OTHER_GRANTS, name, path));
    }

    /**
     * Sets the domains in which a response may name hosts of an account's API, see {@link #accountHostsAt}. A domain
     * under which anyone can register, such as {@code com} or {@code co.uk}, is rejected.
     */
    public OAuth2ProviderBuilder accountHosts(String... domains) {
        return with(settings.with(Setting.ACCOUNT_HOSTS, List.of(domains)));
    }

    /**
     * Sets the paths of members of token responses that name a host of the account's API, as a host or as an https
     * address. Its tokens may be sent there in addition to {@link #apiHosts}.
     */
    public OAuth2ProviderBuilder accountHostsAt(String... paths) {
        return with(settings.with(Setting.ACCOUNT_HOSTS_AT, List.of(paths)));
    }

    /**
     * Sets the word before the user's token in requests to the endpoints of this description, such as {@code OAuth}; that
     * of API requests by default.
     */
    public OAuth2ProviderBuilder userTokenScheme(String scheme) {
        return with(settings.withSome(Setting.USER_TOKEN_SCHEME, scheme));
    }

    /**
     * Sets the word before the token in the header of API requests, such as {@code OAuth}; {@code Bearer} by default, and
     * none in a header of another name.
     */
    public OAuth2ProviderBuilder apiScheme(String scheme) {
        return with(settings.withSome(Setting.API_SCHEME, scheme));
    }

    /**
     * Sets the header in which the API expects the token, such as {@code X-Shopify-Access-Token}; {@code Authorization} by
     * default. An OkHttp client then needs {@code TokenInterceptor.network()} as well.
     */
    public OAuth2ProviderBuilder apiHeader(String name) {
        return with(settings.withSome(Setting.API_HEADER, name));
    }

    /** Sets the extent of a revocation; by default, revoking one token revokes its grant. */
    public OAuth2ProviderBuilder revokeScope(RevokeScope scope) {
        return with(settings.with(Setting.REVOKE_SCOPE, scope));
    }

    /** Adds a parameter, such as {@code resource}, to every refresh request; it must not be a secret. */
    public OAuth2ProviderBuilder refreshParameter(String name, String value) {
        return with(settings.withEntry(Setting.REFRESH_PARAMETERS, name, value));
    }

    /** Adds a parameter, such as {@code audience}, to every exchange of a code; it must not be a secret. */
    public OAuth2ProviderBuilder exchangeParameter(String name, String value) {
        return with(settings.withEntry(Setting.EXCHANGE_PARAMETERS, name, value));
    }

    /** Adds a parameter, such as {@code audience}, to every client credentials request; it must not be a secret. */
    public OAuth2ProviderBuilder clientCredentialsParameter(String name, String value) {
        return with(settings.withEntry(Setting.CLIENT_CREDENTIALS_PARAMETERS, name, value));
    }

    /** Adds a parameter to every revocation; it must not be a secret. */
    public OAuth2ProviderBuilder revocationParameter(String name, String value) {
        return with(settings.withEntry(Setting.REVOCATION_PARAMETERS, name, value));
    }

    /** Sets the address of the consent page; https, or http on loopback. */
    public OAuth2ProviderBuilder authorizationEndpoint(URI address) {
        return endpoint(EndpointKind.AUTHORIZATION, address);
    }

    /** Sets whether authorizations use PKCE; {@code S256} by default. */
    public OAuth2ProviderBuilder pkce(Pkce use) {
        return with(settings.with(Setting.PKCE, use));
    }

    /** Adds a parameter, such as {@code access_type}, to every authorization; it must not be a secret. */
    public OAuth2ProviderBuilder authorizationParameter(String name, String value) {
        return with(settings.withEntry(Setting.AUTHORIZATION_PARAMETERS, name, value));
    }

    /** Defines the meaning of an {@code error} code of the redirect beyond those of RFC 6749 section 4.1.2.1. */
    public OAuth2ProviderBuilder redirectErrorMeans(String code, Problem problem) {
        return with(settings.withEntry(Setting.REDIRECT_ERRORS, code, problem));
    }

    /** Sends the granted scopes with every refresh; off by default. */
    public OAuth2ProviderBuilder sendScopesOnRefresh() {
        return with(settings.with(Setting.SEND_SCOPES_ON_REFRESH, true));
    }

    /**
     * Announces that responses may be form-encoded; they are read if their content type is that of a form or of plain
     * text. Without this setting, or with another content type, a form is read only if it can be nothing else than a token
     * response or a refusal. Without this setting, a warning is logged once for each client.
     */
    public OAuth2ProviderBuilder formResponses() {
        return with(settings.with(Setting.FORM_RESPONSES, true));
    }

    /**
     * Sets the path of the object that holds the tokens if the response itself does not, such as {@code body} or {@code
     * data.tokens}; if an array is there, its first entry.
     */
    public OAuth2ProviderBuilder responseWrapper(String path) {
        return with(settings.withSome(Setting.RESPONSE_WRAPPER, path));
    }

    /**
     * Sets values of {@code token_type} that this server uses for a bearer token, such as {@code bot}; case is ignored.
     */
    public OAuth2ProviderBuilder bearerTypes(String... types) {
        return with(settings.with(Setting.BEARER_TYPES, List.of(types)));
    }

    /** Sets the member of the granted scopes; {@code scope} by default. */
    public OAuth2ProviderBuilder scopesMember(String name) {
        return with(settings.with(Setting.SCOPES_MEMBER, name));
    }

    /** Sets the members of the access token's lifetime in seconds, in order of preference; {@code expires_in} by default. */
    public OAuth2ProviderBuilder lifetimeMembers(String... names) {
        return with(settings.with(Setting.LIFETIME_MEMBERS, List.of(names)));
    }

    /**
     * Sets further members of the refresh token's lifetime in seconds, in order of preference; {@code
     * refresh_token_expires_in} and {@code refresh_expires_in} are read in any case.
     */
    public OAuth2ProviderBuilder refreshTokenLifetimeMembers(String... names) {
        return with(settings.with(Setting.REFRESH_TOKEN_LIFETIME_MEMBERS, List.of(names)));
    }

    /** Declares that a lifetime of zero means that the access token does not end; by default, it has ended. */
    public OAuth2ProviderBuilder endlessIfZero() {
        return with(settings.with(Setting.ENDLESS_IF_ZERO, true));
    }

    /**
     * Declares that an access token without a lifetime is valid until an API rejects it; by default, it has the default
     * lifetime.
     */
    public OAuth2ProviderBuilder endlessIfUntold() {
        return with(settings.with(Setting.ENDLESS_IF_UNTOLD, true));
    }

    /** Sets the path of JSON members to the user's id in a response; an ID token is read in any case. */
    public OAuth2ProviderBuilder subjectAt(String... path) {
        return with(settings.with(Setting.SUBJECT_AT, List.of(path)));
    }

    /**
     * Requests {@code sub} and {@code scope} from the introspection endpoint after the tokens of a consent are saved
     * (RFC 7662 section 2.2), for a server whose token responses do not name the user.
     */
    public OAuth2ProviderBuilder lookUpUser() {
        return with(settings.with(Setting.LOOK_UP_USER, true));
    }

    /**
     * Defines the meaning of an {@code error} code of this server, which takes precedence over the rules of the RFC.
     */
    public OAuth2ProviderBuilder errorMeans(String code, TokenVerdict.Kind kind, Problem problem) {
        return error(ErrorRule.of(kind, problem).member("error", code));
    }

    /**
     * Defines the meaning of an {@code error} code like {@link #errorMeans}, and declares it a refusal: this server then
     * issues no tokens and does not use up the refresh token, whatever the HTTP status.
     *
     * <p>Without this declaration, an unknown code in a response with status 200 is reported, and a rotating refresh
     * token is not sent again before the access token has expired.
     */
    public OAuth2ProviderBuilder refusalMeans(String code, TokenVerdict.Kind kind, Problem problem) {
        return error(ErrorRule.of(kind, problem).member("error", code).spendingNothing());
    }

    /**
     * Allows a token endpoint at a private address; by default only public addresses and literal loopback are allowed.
     */
    public OAuth2ProviderBuilder allowPrivateNetwork() {
        return with(settings.with(Setting.PRIVATE_NETWORK, true));
    }

    /**
     * Adds the meaning of responses of the token, revocation and introspection endpoints. Rules are tried in the order in
     * which they are added, before those of the RFC.
     */
    public OAuth2ProviderBuilder error(ErrorRule rule) {
        return with(settings.withAdded(Setting.ERRORS, rule));
    }

    /**
     * Adds the meaning of responses of the provider's APIs for the token. Rules are tried in the order in which they are
     * added, before those of RFC 6750.
     */
    public OAuth2ProviderBuilder apiError(ApiRule rule) {
        return with(settings.withAdded(Setting.API_ERRORS, rule));
    }

    /**
     * Declares placeholders whose values depend on the account, such as {@code shop}. They are passed to {@code authorize}
     * with {@code AuthorizationOptions.value} and kept with the tokens. A value is one label of a host or one segment of a
     * path, so the rest of an address is the provider's.
     */
    public OAuth2ProviderBuilder accountValues(String... names) {
        return with(settings.with(Setting.ACCOUNT_VALUES, List.of(names)));
    }

    /**
     * Sets the name by which the server knows the redirect URI, such as eBay's RuName. It is sent as {@code redirect_uri};
     * the URI that is passed to {@code authorize} is that of the application's own page.
     */
    public OAuth2ProviderBuilder redirectName(String name) {
        return with(settings.withSome(Setting.REDIRECT_NAME, name));
    }

    /**
     * Declares that the redirect of a consent names the server of the account, for a provider with several data centers.
     * The exchange and all later requests about the tokens of the account go to that server. A server that is not in the
     * list is refused, and no code is sent to it.
     *
     * @param parameter the parameter of the redirect; it is kept with the tokens as a field of this name
     * @param servers the beginnings of the addresses of all servers, such as {@code https://accounts.example.eu}; the
     *     token endpoint begins with the first one
     */
    public OAuth2ProviderBuilder accountServers(String parameter, String... servers) {
        return with(settings.withSome(Setting.ACCOUNT_SERVER_AT, parameter)
                .with(Setting.ACCOUNT_SERVERS, List.of(servers)));
    }

    /** Sets the endpoint like {@link #tokenEndpoint(URI)}, with placeholders such as {@code {tenant}}. */
    public OAuth2ProviderBuilder tokenEndpoint(String template) {
        return with(settings.withSome(Setting.TOKEN_ENDPOINT, template));
    }

    /** Adds or replaces the address of one endpoint, with placeholders such as {@code {tenant}}. */
    public OAuth2ProviderBuilder endpoint(EndpointKind kind, String template) {
        return with(
                kind == EndpointKind.AUTHORIZATION
                        ? settings.withSome(Setting.AUTHORIZATION_ENDPOINT, template)
                        : settings.withEntry(Setting.ENDPOINTS, kind, template));
    }

    /**
     * Sets the value of a placeholder of addresses and hosts, such as {@code tenant} for {@code {tenant}}: letters,
     * digits, dots, hyphens and underscores.
     */
    public OAuth2ProviderBuilder value(String name, String value) {
        return with(settings.withEntry(Setting.VALUES, name, value));
    }

    /**
     * Sets the dialect for refusals of the provider's APIs instead of {@link #apiError} rules; RFC 6750 by default. A
     * dialect is not part of a JSON description.
     */
    public OAuth2ProviderBuilder resourceDialect(ResourceDialect dialect) {
        return with(settings.withSome(Setting.RESOURCE_DIALECT, dialect));
    }

    /**
     * Returns the settings as data. Placeholders may still be without a value.
     *
     * @throws IllegalArgumentException if settings are missing or inconsistent; the message names each of them
     */
    public ProviderDescription description() {
        return new ProviderDescription(id, settings);
    }

    /**
     * Builds the provider.
     *
     * @throws IllegalArgumentException if settings are missing or inconsistent; the message names each of them
     */
    public Provider build() {
        return OAuth2Provider.of(description());
    }

    private OAuth2ProviderBuilder with(Settings next) {
        this.settings = next;
        return this;
    }
}
