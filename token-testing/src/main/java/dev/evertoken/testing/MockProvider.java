package dev.evertoken.testing;

import dev.evertoken.TokensBuilder;
import dev.evertoken.model.ClientRegistration;
import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.TokenSet;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.provider.Endpoints;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * One mock provider on loopback. It implements the documented behavior of the token, revocation and introspection
 * endpoints and of an API; a test can replace responses.
 *
 * <p>Configure the library with {@link #configure}, create tokens of an account with {@link #consent}, and count
 * requests with {@link #ledger()}. Thread-safe.
 */
public final class MockProvider {

    private final ProviderBehavior behavior;
    private final MockHost host;
    private final MockGrants grants;
    private final AuthorizationCodes codes = new AuthorizationCodes();
    private final ClientAuthenticationCheck authentication;
    private final MockAddresses addresses;
    private final Timekeeper time;
    private final UnaryOperator<TokensBuilder> clock;
    private volatile boolean refreshTokens = true;

    /** @param clock sets the clock of the tokens that are configured for this provider */
    MockProvider(ProviderBehavior behavior, MockHost host, Timekeeper time, UnaryOperator<TokensBuilder> clock) {
        this.behavior = behavior;
        this.host = host;
        this.time = time;
        this.clock = clock;
        this.grants = new MockGrants(behavior.rotation(), behavior.lifetime(), behavior.grantLifetime(), time);
        this.authentication = new ClientAuthenticationCheck(behavior.clientId(), behavior.clientSecret());
        this.addresses = new MockAddresses(
                behavior, grants, authentication, new MockTokenEndpoint(behavior, grants, codes, authentication));
    }

    /** Returns the id, for example {@code google}, {@code strava} or {@code acme}. */
    public String id() {
        return behavior.id();
    }

    /**
     * Configures the tokens of an application for this provider in one call: registers {@link #registration()} under
     * the provider's id, replaces the endpoints, allows requests to this machine as {@code 127.0.0.1},
     * {@code localhost} and {@code [::1]}, and sets the clock with which the providers were started, such as a
     * {@link ManualClock}.
     *
     * @return the same builder
     * @throws IllegalArgumentException if the builder already has a client with the id of this provider
     */
    public TokensBuilder configure(TokensBuilder builder) {
        return clock.apply(builder.client(id(), registration())
                .endpoints(id(), endpoints())
                .allowHosts(id(), "127.0.0.1", "localhost", "[::1]"));
    }

    /** Returns the addresses of its endpoints, to replace the real ones. */
    public Endpoints endpoints() {
        host.keepMounted();
        return addressesOfEndpoints();
    }

    private Endpoints addressesOfEndpoints() {
        Endpoints usual = Endpoints.token(address("/token"))
                .with(EndpointKind.AUTHORIZATION, address("/authorize"))
                .with(EndpointKind.REVOKE, address("/revoke"))
                .with(EndpointKind.INTROSPECT, address("/introspect"))
                .with(EndpointKind.API, address("/api"));
        return behavior.endpoints(usual, path -> address(path));
    }

    /** Returns the default client. Its secret is checked at every request that needs one. */
    public ClientRegistration registration() {
        return ClientRegistration.builder(authentication.clientId())
                .clientSecret(authentication.clientSecret())
                .scopes(behavior.usualScopes())
                .build();
    }

    /**
     * Accepts these client secrets, and no others, from now on: a provider accepts two of them while a secret is
     * rotated. Only requests that contain the secret are checked against them, not the signatures of OAuth 1.0a.
     */
    public MockProvider acceptSecrets(String first, String... more) {
        authentication.accept(first, more);
        return this;
    }

    /**
     * Returns a registered client without a secret.
     *
     * @throws IllegalStateException if the provider has no public clients
     */
    public ClientRegistration publicRegistration() {
        return behavior.publicClientId()
                .map(id -> ClientRegistration.builder(id)
                        .scopes(behavior.usualScopes())
                        .build())
                .orElseThrow(() -> new IllegalStateException("mock provider " + id() + " has no public clients"));
    }

    /**
     * Returns the client that obtains client credentials tokens; the same as {@link #registration()} at most providers.
     */
    public ClientRegistration applicationRegistration() {
        return behavior.clientCredentialsClient().orElseGet(this::registration);
    }

    /**
     * Returns the address of a protected resource. Every path below it is protected too. The response contains the
     * account of the token.
     */
    public URI apiUrl() {
        host.keepMounted();
        return address("/api");
    }

    /** Sets the lifetime of access tokens that are issued from now on, measured by the provider's clock. */
    public MockProvider tokenLifetime(Duration lifetime) {
        grants.lifetime(lifetime);
        return this;
    }

    /**
     * Accepts the most recently used refresh token again for this time, and returns the tokens that replaced it. Zero,
     * the default, disables this.
     */
    public MockProvider reuseGrace(Duration grace) {
        grants.grace(grace);
        return this;
    }

    /**
     * Issues no refresh tokens with consents from now on, like a provider does for applications without that
     * permission.
     */
    public MockProvider withoutRefreshTokens() {
        refreshTokens = false;
        return this;
    }

    /** Exchanges valid access tokens for new ones that expire at the same time, which Facebook may do. */
    public MockProvider withoutExtension() {
        grants.withoutExtension();
        return this;
    }

    /** Creates a new grant for an account, with offline access, and returns its tokens. */
    public TokenSet consent(String account) {
        host.keepMounted();
        boolean offline = refreshTokens && behavior.hasRefreshTokens();
        MockGrants.Issue issue = grants.consent(account, behavior.usualScopes(), offline);
        TokenSet.Builder tokens = TokenSet.builder(issue.access())
                .expiresAt(issue.accessEnd())
                .refreshTokenExpiresAt(issue.grantEnd())
                .issuedAt(time.now())
                .scopes(issue.scopes());
        issue.refresh().ifPresent(tokens::refreshToken);
        return behavior.adapted(tokens.build());
    }

    /**
     * Approves an authorization request and returns the address to which the provider redirects the browser: the
     * redirect URI with code and state.
     *
     * @param granted the scopes that the user selects; none means all requested scopes
     * @throws IllegalArgumentException if the provider would not show a consent page for this URL
     */
    public URI approve(URI authorizationUrl, String account, String... granted) {
        host.keepMounted();
        Optional<URI> decided = behavior.decision(AuthorizationQuery.of(authorizationUrl), Optional.of(account));
        if (decided.isPresent()) {
            return decided.get();
        }
        AuthorizationQuery query = checked(authorizationUrl);
        List<String> scopes = granted.length == 0 ? query.scopes(behavior.scopeSeparator()) : List.of(granted);
        boolean offline = refreshTokens && behavior.issuesRefreshToken(query, !grants.hasConsent(account));
        String code = codes.issue(new AuthorizationCodes.Authorization(
                account,
                scopes,
                offline,
                query.get("redirect_uri"),
                query.get("code_challenge"),
                query.get("code_challenge_method").filter("S256"::equals).isPresent(),
                behavior.codeLifetime().map(time.now()::plus).orElse(Instant.MAX)));
        return callback(
                query, "code=" + encoded(code) + "&scope=" + encoded(String.join(behavior.scopeSeparator(), scopes)));
    }

    /** As {@link #approve}, but the user denies consent. */
    public URI deny(URI authorizationUrl) {
        return behavior.decision(AuthorizationQuery.of(authorizationUrl), Optional.empty())
                .orElseGet(() -> callback(checked(authorizationUrl), "error=" + behavior.denialError()));
    }

    /** Revokes all grants of an account, like a user in the account settings; all their tokens become invalid. */
    public void revoke(String account) {
        host.keepMounted();
        grants.revokeAccount(account);
    }

    /** Makes the revoked grants of an account valid again, to simulate a provider that corrects its error. */
    public void reinstate(String account) {
        host.keepMounted();
        grants.reinstateAccount(account);
    }

    /** Expires the access tokens of an account at once; refresh tokens stay valid. */
    public void expire(String account) {
        host.keepMounted();
        grants.expireAccess(account);
    }

    /** Returns the ledger of requests and issued tokens. */
    public Ledger ledger() {
        return grants.ledger();
    }

    /** Sets the next responses of the token endpoint, in order, for all accounts. */
    public MockProvider onToken(MockResponse... responses) {
        host.keepMounted();
        addresses.tokenScript().add(Optional.empty(), responses);
        return this;
    }

    /** Sets the next responses of the token endpoint for one account. */
    public MockProvider onTokenOf(String account, MockResponse... responses) {
        host.keepMounted();
        addresses.tokenScript().add(Optional.of(account), responses);
        return this;
    }

    /** Sets the next responses of the API, in order, for all accounts. */
    public MockProvider onApi(MockResponse... responses) {
        host.keepMounted();
        addresses.apiScript().add(Optional.empty(), responses);
        return this;
    }

    /** Sets the next responses of the revocation endpoint, in order, for all accounts. */
    public MockProvider onRevoke(MockResponse... responses) {
        host.keepMounted();
        addresses.revokeScript().add(Optional.empty(), responses);
        return this;
    }

    /**
     * Holds the next token request on arrival, before the provider processes it. Once released, it gets the normal
     * response.
     */
    public Checkpoint holdRequest() {
        Checkpoint checkpoint = new Checkpoint();
        onToken(MockResponse.normal().heldOnArrival(checkpoint));
        return checkpoint;
    }

    /**
     * Holds the next response of the token endpoint before it is sent, after the provider has processed the request.
     */
    public Checkpoint holdResponse() {
        Checkpoint checkpoint = new Checkpoint();
        onToken(MockResponse.normal().heldBeforeSending(checkpoint));
        return checkpoint;
    }

    /** Returns the number of scripted responses that have not been used. */
    public int responsesLeft() {
        return addresses.responsesLeft();
    }

    @Override
    public String toString() {
        return "MockProvider[" + id() + " at " + address("") + "]";
    }

    /**
     * Responds to one request; returns whether the connection can be used for another.
     *
     * @param path the path of the request below the address of this provider
     */
    boolean serve(MockConnection connection, RawRequest request, String path) throws IOException, InterruptedException {
        if (isValidation(path)) {
            addresses.recordValidation(request);
        }
        return addresses.serve(connection, request, path);
    }

    private boolean isValidation(String path) {
        return addressesOfEndpoints()
                .address(EndpointKind.INTROSPECT)
                .filter(endpoint -> endpoint.getPath().equals(address(path).getPath()))
                .isPresent();
    }

    private AuthorizationQuery checked(URI authorizationUrl) {
        AuthorizationQuery query = AuthorizationQuery.of(authorizationUrl);
        String client = query.require("client_id");
        if (!client.equals(authentication.clientId())
                && behavior.publicClientId().filter(client::equals).isEmpty()) {
            throw new IllegalArgumentException("client_id of the authorization URL is not that of registration()");
        }
        if (!query.require("response_type").equals("code")) {
            throw new IllegalArgumentException("response_type of the authorization URL is not code");
        }
        behavior.objection(query).ifPresent(why -> {
            throw new IllegalArgumentException("the authorization URL " + why);
        });
        return query;
    }

    private static URI callback(AuthorizationQuery query, String result) {
        String redirect = query.require("redirect_uri");
        String state =
                query.get("state").map(value -> "&state=" + encoded(value)).orElse("");
        return URI.create(redirect + (redirect.contains("?") ? "&" : "?") + result + state);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private URI address(String path) {
        return host.address(host.basePath() + "/" + behavior.id() + path);
    }
}
