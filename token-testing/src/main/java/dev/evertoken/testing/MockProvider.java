package dev.evertoken.testing;

import dev.evertoken.model.ClientRegistration;
import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.TokenSet;
import dev.evertoken.spi.Endpoints;
import dev.evertoken.spi.Timekeeper;
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

    private final Manners manners;
    private final RawServer server;
    private final GrantBook book;
    private final CodeBook codes = new CodeBook();
    private final ClientProof proof;
    private final Places places;
    private final Timekeeper time;
    private volatile boolean refreshTokens = true;

    MockProvider(Manners manners, RawServer server, Timekeeper time) {
        this.manners = manners;
        this.server = server;
        this.time = time;
        this.book = new GrantBook(manners.rotation(), manners.lifetime(), manners.grantLifetime(), time);
        this.proof = new ClientProof(manners.clientId(), manners.clientSecret());
        this.places = new Places(manners, book, proof, new TokenDesk(manners, book, codes, proof));
    }

    /** Returns {@code google}, {@code strava} or {@code acme}. */
    public String id() {
        return manners.id();
    }

    /** Returns where its endpoints are, to put in place of the real ones. */
    public Endpoints endpoints() {
        Endpoints usual = Endpoints.token(address("/token"))
                .with(EndpointKind.AUTHORIZATION, address("/authorize"))
                .with(EndpointKind.REVOKE, address("/revoke"))
                .with(EndpointKind.INTROSPECT, address("/introspect"))
                .with(EndpointKind.API, apiUrl());
        return manners.endpoints(usual, place -> address(place));
    }

    /** Returns the client that it knows best; its secret is checked at every request that needs one. */
    public ClientRegistration registration() {
        return ClientRegistration.builder(proof.clientId())
                .clientSecret(proof.clientSecret())
                .scopes(manners.usualScopes())
                .build();
    }

    /**
     * Returns a client without a secret that it knows, too.
     *
     * @throws IllegalStateException if the provider has no public clients
     */
    public ClientRegistration publicRegistration() {
        return manners.publicClientId()
                .map(id -> ClientRegistration.builder(id)
                        .scopes(manners.usualScopes())
                        .build())
                .orElseThrow(() -> new IllegalStateException("mock provider " + id() + " has no public clients"));
    }

    /** Returns the client that gets tokens of the application itself: {@link #registration()} at most providers. */
    public ClientRegistration applicationRegistration() {
        return manners.applicationsClient().orElseGet(this::registration);
    }

    /** Returns a protected resource; every path below it is one, too. It answers with the token's account. */
    public URI apiUrl() {
        return address("/api");
    }

    /** Makes every access token that is issued from now on live so long, by the provider's clock. */
    public MockProvider tokenLifetime(Duration lifetime) {
        book.lifetime(lifetime);
        return this;
    }

    /** Answers the refresh token that was spent last once more with its successors, for so long; zero for never. */
    public MockProvider reuseGrace(Duration grace) {
        book.grace(grace);
        return this;
    }

    /** Gives no refresh token with any consent from now on, as to an application that may not have them. */
    public MockProvider withoutRefreshTokens() {
        refreshTokens = false;
        return this;
    }

    /** Answers trades of a living access token with one that ends when that one does, as Facebook may. */
    public MockProvider prolongsNothing() {
        book.prolongsNothing();
        return this;
    }

    /** Gives consent for an account, offline access included, and returns its tokens; each call is a new grant. */
    public TokenSet consent(String account) {
        boolean offline = refreshTokens && manners.hasRefreshTokens();
        GrantBook.Issue issue = book.consent(account, manners.usualScopes(), offline);
        TokenSet.Builder tokens = TokenSet.builder(issue.access())
                .expiresAt(issue.accessEnd())
                .refreshTokenExpiresAt(issue.grantEnd())
                .issuedAt(time.now())
                .scopes(issue.scopes());
        issue.refresh().ifPresent(tokens::refreshToken);
        return manners.dressed(tokens.build());
    }

    /**
     * Does what a person and their browser do with an authorization URL, and returns where the browser is
     * sent: the redirect URI with code and state.
     *
     * @param granted the scopes that the person ticks; none means all that were asked for
     * @throws IllegalArgumentException if the URL is not one that the provider would show a consent page for
     */
    public URI approve(URI authorizationUrl, String account, String... granted) {
        Optional<URI> decided = manners.decided(AuthorizationQuery.of(authorizationUrl), Optional.of(account));
        if (decided.isPresent()) {
            return decided.get();
        }
        AuthorizationQuery query = checked(authorizationUrl);
        List<String> scopes = granted.length == 0 ? query.scopes(manners.scopeSeparator()) : List.of(granted);
        boolean offline = refreshTokens && manners.givesRefreshToken(query, !book.hasConsent(account));
        String code = codes.issue(new CodeBook.Ticket(
                account,
                scopes,
                offline,
                query.get("redirect_uri"),
                query.get("code_challenge"),
                query.get("code_challenge_method").filter("S256"::equals).isPresent(),
                manners.codeLifetime().map(time.now()::plus).orElse(Instant.MAX)));
        return callback(
                query, "code=" + encoded(code) + "&scope=" + encoded(String.join(manners.scopeSeparator(), scopes)));
    }

    /** As {@link #approve}, but the person declines. */
    public URI deny(URI authorizationUrl) {
        return manners.decided(AuthorizationQuery.of(authorizationUrl), Optional.empty())
                .orElseGet(() -> callback(checked(authorizationUrl), "error=" + manners.denial()));
    }

    /** Takes an account's consents back, as a person does in their settings: all their tokens are dead. */
    public void revoke(String account) {
        book.revokeAccount(account);
    }

    /** Ends the access tokens of an account at once; the refresh token lives on. */
    public void expire(String account) {
        book.endAccess(account);
    }

    /** Returns the record of what happened here. */
    public Ledger ledger() {
        return book.ledger();
    }

    /** Lays out the next answers of the token endpoint, in order, for whoever comes. */
    public MockProvider onToken(Answer... answers) {
        places.tokenScript().add(Optional.empty(), answers);
        return this;
    }

    /** Lays out the next answers of the token endpoint for one account. */
    public MockProvider onTokenOf(String account, Answer... answers) {
        places.tokenScript().add(Optional.of(account), answers);
        return this;
    }

    /** Lays out the next answers of the API, in order, for whoever comes. */
    public MockProvider onApi(Answer... answers) {
        places.apiScript().add(Optional.empty(), answers);
        return this;
    }

    /** Lays out the next answers of the revocation endpoint, in order, for whoever comes. */
    public MockProvider onRevoke(Answer... answers) {
        places.revokeScript().add(Optional.empty(), answers);
        return this;
    }

    /** Freezes the next token request on arrival, before the provider acts; released, it is answered as usual. */
    public Hold hold() {
        Hold hold = new Hold();
        onToken(Answer.normal().heldOnArrival(hold));
        return hold;
    }

    /** Freezes the next token answer on its way back, after the provider has acted. */
    public Hold holdAnswer() {
        Hold hold = new Hold();
        onToken(Answer.normal().heldOnTheWayBack(hold));
        return hold;
    }

    /** Returns how many laid out answers nobody has asked for yet. */
    public int answersLeft() {
        return places.answersLeft();
    }

    @Override
    public String toString() {
        return "MockProvider[" + id() + " at " + address("") + "]";
    }

    /** Answers one request; true if the connection can be used for another. */
    boolean serve(Wire wire, WireRequest request) throws IOException, InterruptedException {
        return places.serve(wire, request, request.path().substring(manners.id().length() + 1));
    }

    private AuthorizationQuery checked(URI authorizationUrl) {
        AuthorizationQuery query = AuthorizationQuery.of(authorizationUrl);
        String client = query.require("client_id");
        if (!client.equals(proof.clientId())
                && manners.publicClientId().filter(client::equals).isEmpty()) {
            throw new IllegalArgumentException("client_id of the authorization URL is not that of registration()");
        }
        if (!query.require("response_type").equals("code")) {
            throw new IllegalArgumentException("response_type of the authorization URL is not code");
        }
        manners.objection(query).ifPresent(why -> {
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
        return server.address("/" + manners.id() + place);
    }
}
