package dev.evertoken.testing;

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

/**
 * One provider on loopback: its documented behaviour at the token, revocation and introspection endpoints
 * and at an API, and whatever a test lays out in its place.
 *
 * <p>Point the library at it with {@link #endpoints()} and {@link #registration()}, give an account tokens
 * with {@link #consent}, count with {@link #ledger()}. Thread-safe.
 */
public final class MockProvider {

    private final ProviderBehavior behavior;
    private final RawServer server;
    private final MockGrants grants;
    private final AuthorizationCodes codes = new AuthorizationCodes();
    private final ClientAuthenticationCheck proof;
    private final MockAddresses addresses;
    private final Timekeeper time;
    private volatile boolean refreshTokens = true;

    MockProvider(ProviderBehavior behavior, RawServer server, Timekeeper time) {
        this.behavior = behavior;
        this.server = server;
        this.time = time;
        this.grants = new MockGrants(behavior.rotation(), behavior.lifetime(), behavior.grantLifetime(), time);
        this.proof = new ClientAuthenticationCheck(behavior.clientId(), behavior.clientSecret());
        this.addresses =
                new MockAddresses(behavior, grants, proof, new MockTokenEndpoint(behavior, grants, codes, proof));
    }

    /** Returns {@code google}, {@code strava} or {@code acme}. */
    public String id() {
        return behavior.id();
    }

    /** Returns where its endpoints are, to put in place of the real ones. */
    public Endpoints endpoints() {
        Endpoints usual = Endpoints.token(address("/token"))
                .with(EndpointKind.AUTHORIZATION, address("/authorize"))
                .with(EndpointKind.REVOKE, address("/revoke"))
                .with(EndpointKind.INTROSPECT, address("/introspect"))
                .with(EndpointKind.API, apiUrl());
        return behavior.endpoints(usual, place -> address(place));
    }

    /** Returns the client that it knows best; its secret is checked at every request that needs one. */
    public ClientRegistration registration() {
        return ClientRegistration.builder(proof.clientId())
                .clientSecret(proof.clientSecret())
                .scopes(behavior.usualScopes())
                .build();
    }

    /**
     * Returns a client without a secret that it knows, too.
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

    /** Returns the client that gets tokens of the application itself: {@link #registration()} at most providers. */
    public ClientRegistration applicationRegistration() {
        return behavior.applicationsClient().orElseGet(this::registration);
    }

    /** Returns a protected resource; every path below it is one, too. It answers with the token's account. */
    public URI apiUrl() {
        return address("/api");
    }

    /** Makes every access token that is issued from now on live so long, by the provider's clock. */
    public MockProvider tokenLifetime(Duration lifetime) {
        grants.lifetime(lifetime);
        return this;
    }

    /** Answers the refresh token that was spent last once more with its successors, for so long; zero for never. */
    public MockProvider reuseGrace(Duration grace) {
        grants.grace(grace);
        return this;
    }

    /** Gives no refresh token with any consent from now on, as to an application that may not have them. */
    public MockProvider withoutRefreshTokens() {
        refreshTokens = false;
        return this;
    }

    /** Answers trades of a living access token with one that ends when that one does, as Facebook may. */
    public MockProvider withoutProlonging() {
        grants.withoutProlonging();
        return this;
    }

    /** Gives consent for an account, offline access included, and returns its tokens; each call is a new grant. */
    public TokenSet consent(String account) {
        boolean offline = refreshTokens && behavior.hasRefreshTokens();
        MockGrants.Issue issue = grants.consent(account, behavior.usualScopes(), offline);
        TokenSet.Builder tokens = TokenSet.builder(issue.access())
                .expiresAt(issue.accessEnd())
                .refreshTokenExpiresAt(issue.grantEnd())
                .issuedAt(time.now())
                .scopes(issue.scopes());
        issue.refresh().ifPresent(tokens::refreshToken);
        return behavior.dressed(tokens.build());
    }

    /**
     * Does what a person and their browser do with an authorization URL, and returns where the browser is
     * sent: the redirect URI with code and state.
     *
     * @param granted the scopes that the person ticks; none means all that were asked for
     * @throws IllegalArgumentException if the URL is not one that the provider would show a consent page for
     */
    public URI approve(URI authorizationUrl, String account, String... granted) {
        Optional<URI> decided = behavior.decided(AuthorizationQuery.of(authorizationUrl), Optional.of(account));
        if (decided.isPresent()) {
            return decided.get();
        }
        AuthorizationQuery query = checked(authorizationUrl);
        List<String> scopes = granted.length == 0 ? query.scopes(behavior.scopeSeparator()) : List.of(granted);
        boolean offline = refreshTokens && behavior.givesRefreshToken(query, !grants.hasConsent(account));
        String code = codes.issue(new AuthorizationCodes.Ticket(
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

    /** As {@link #approve}, but the person declines. */
    public URI deny(URI authorizationUrl) {
        return behavior.decided(AuthorizationQuery.of(authorizationUrl), Optional.empty())
                .orElseGet(() -> callback(checked(authorizationUrl), "error=" + behavior.denial()));
    }

    /** Takes an account's consents back, as a person does in their settings: all their tokens are dead. */
    public void revoke(String account) {
        grants.revokeAccount(account);
    }

    /** Ends the access tokens of an account at once; the refresh token lives on. */
    public void expire(String account) {
        grants.endAccess(account);
    }

    /** Returns the record of what happened here. */
    public Ledger ledger() {
        return grants.ledger();
    }

    /** Lays out the next answers of the token endpoint, in order, for whoever comes. */
    public MockProvider onToken(MockResponse... responses) {
        addresses.tokenScript().add(Optional.empty(), responses);
        return this;
    }

    /** Lays out the next answers of the token endpoint for one account. */
    public MockProvider onTokenOf(String account, MockResponse... responses) {
        addresses.tokenScript().add(Optional.of(account), responses);
        return this;
    }

    /** Lays out the next answers of the API, in order, for whoever comes. */
    public MockProvider onApi(MockResponse... responses) {
        addresses.apiScript().add(Optional.empty(), responses);
        return this;
    }

    /** Lays out the next answers of the revocation endpoint, in order, for whoever comes. */
    public MockProvider onRevoke(MockResponse... responses) {
        addresses.revokeScript().add(Optional.empty(), responses);
        return this;
    }

    /** Freezes the next token request on arrival, before the provider acts; released, it is answered as usual. */
    public Checkpoint checkpoint() {
        Checkpoint checkpoint = new Checkpoint();
        onToken(MockResponse.normal().heldOnArrival(checkpoint));
        return checkpoint;
    }

    /** Freezes the next token answer on its way back, after the provider has acted. */
    public Checkpoint holdResponse() {
        Checkpoint checkpoint = new Checkpoint();
        onToken(MockResponse.normal().heldOnTheWayBack(checkpoint));
        return checkpoint;
    }

    /** Returns how many laid out answers nobody has asked for yet. */
    public int responsesLeft() {
        return addresses.responsesLeft();
    }

    @Override
    public String toString() {
        return "MockProvider[" + id() + " at " + address("") + "]";
    }

    /** Answers one request; true if the connection can be used for another. */
    boolean serve(RawConnection connection, RawRequest request) throws IOException, InterruptedException {
        return addresses.serve(
                connection, request, request.path().substring(behavior.id().length() + 1));
    }

    private AuthorizationQuery checked(URI authorizationUrl) {
        AuthorizationQuery query = AuthorizationQuery.of(authorizationUrl);
        String client = query.require("client_id");
        if (!client.equals(proof.clientId())
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

    private URI address(String place) {
        return server.address("/" + behavior.id() + place);
    }
}
