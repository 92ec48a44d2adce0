package dev.evertoken.testing;

import dev.evertoken.model.ClientRegistration;
import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenSet;
import dev.evertoken.spi.Endpoints;
import dev.evertoken.spi.Timekeeper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
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
    private final TokenDesk desk;
    private final Script tokenScript = new Script();
    private final Script apiScript = new Script();
    private final Script revokeScript = new Script();
    private final Timekeeper time;

    MockProvider(Manners manners, RawServer server, Timekeeper time) {
        this.manners = manners;
        this.server = server;
        this.time = time;
        this.book = new GrantBook(manners.rotation(), manners.lifetime(), time);
        this.proof = new ClientProof(manners.clientId(), TestTokens.clientSecret());
        this.desk = new TokenDesk(manners, book, codes, proof);
    }

    /** Returns {@code google}, {@code strava} or {@code acme}. */
    public String id() {
        return manners.id();
    }

    /** Returns where its endpoints are, to put in place of the real ones. */
    public Endpoints endpoints() {
        return Endpoints.token(address("/token"))
                .with(EndpointKind.AUTHORIZATION, address("/authorize"))
                .with(EndpointKind.REVOKE, address("/revoke"))
                .with(EndpointKind.INTROSPECT, address("/introspect"))
                .with(EndpointKind.API, apiUrl());
    }

    /** Returns the one client that it knows; its secret is checked at every request that needs one. */
    public ClientRegistration registration() {
        return ClientRegistration.builder(proof.clientId())
                .clientSecret(proof.clientSecret())
                .scopes(manners.usualScopes())
                .build();
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

    /** Gives consent for an account, offline access included, and returns its tokens; each call is a new grant. */
    public TokenSet consent(String account) {
        GrantBook.Issue issue = book.consent(account, manners.usualScopes(), true);
        return TokenSet.builder(issue.access())
                .refreshToken(issue.refresh().map(Secret::of).orElseThrow())
                .expiresAt(issue.accessEnd())
                .issuedAt(time.now())
                .scopes(issue.scopes())
                .build();
    }

    /**
     * Does what a person and their browser do with an authorization URL, and returns where the browser is
     * sent: the redirect URI with code and state.
     *
     * @param granted the scopes that the person ticks; none means all that were asked for
     * @throws IllegalArgumentException if the URL is not one that the provider would show a consent page for
     */
    public URI approve(URI authorizationUrl, String account, String... granted) {
        AuthorizationQuery query = checked(authorizationUrl);
        List<String> scopes = granted.length == 0 ? query.scopes(manners.scopeSeparator()) : List.of(granted);
        boolean offline = manners.givesRefreshToken(query, !book.hasConsent(account));
        String code = codes.issue(new CodeBook.Ticket(
                account,
                scopes,
                offline,
                query.get("redirect_uri"),
                query.get("code_challenge"),
                query.get("code_challenge_method").filter("S256"::equals).isPresent()));
        return callback(
                query, "code=" + encoded(code) + "&scope=" + encoded(String.join(manners.scopeSeparator(), scopes)));
    }

    /** As {@link #approve}, but the person declines. */
    public URI deny(URI authorizationUrl) {
        return callback(checked(authorizationUrl), "error=access_denied");
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
        tokenScript.add(Optional.empty(), answers);
        return this;
    }

    /** Lays out the next answers of the token endpoint for one account. */
    public MockProvider onTokenOf(String account, Answer... answers) {
        tokenScript.add(Optional.of(account), answers);
        return this;
    }

    /** Lays out the next answers of the API, in order, for whoever comes. */
    public MockProvider onApi(Answer... answers) {
        apiScript.add(Optional.empty(), answers);
        return this;
    }

    /** Lays out the next answers of the revocation endpoint, in order, for whoever comes. */
    public MockProvider onRevoke(Answer... answers) {
        revokeScript.add(Optional.empty(), answers);
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
        return tokenScript.left() + apiScript.left() + revokeScript.left();
    }

    @Override
    public String toString() {
        return "MockProvider[" + id() + " at " + address("") + "]";
    }

    /** Answers one request; true if the connection can be used for another. */
    boolean serve(Wire wire, WireRequest request) throws IOException, InterruptedException {
        String place = request.path().substring(manners.id().length() + 1);
        if (place.equals("/token")) {
            return serveToken(wire, request);
        }
        if (place.equals("/api") || place.startsWith("/api/")) {
            return serveApi(wire, request);
        }
        if (place.equals("/revoke")) {
            return serveRevoke(wire, request);
        }
        reply(place, request).writeTo(wire);
        return true;
    }

    private boolean serveRevoke(Wire wire, WireRequest request) throws IOException, InterruptedException {
        Answer answer = revokeScript.next(Ledger.UNKNOWN).orElseGet(Answer::normal);
        answer.arrive();
        return answer.isProcessed() ? answer.write(wire, revoked(request)) : answer.writeUnprocessed(wire);
    }

    private Reply revoked(WireRequest request) {
        return proof.refusal(request, manners.revokeAuthentication(), manners)
                .orElseGet(() -> manners.revoked(book.revokeToken(field(request, "token"))));
    }

    /** A revocation in the name of a living access token. */
    private Reply deauthorized(WireRequest request) {
        Optional<String> token = bearer(request);
        return token.filter(book::revokeToken)
                .map(dead -> Reply.json(200, "{}"))
                .orElseGet(() -> manners.apiRefusal(token.isPresent()));
    }

    private Reply reply(String place, WireRequest request) {
        return switch (place) {
            case "/deauthorize" -> deauthorized(request);
            case "/introspect" -> manners.introspected(book.holder(lookedAt(request)), time.now());
            default -> Reply.empty(404);
        };
    }

    private boolean serveToken(Wire wire, WireRequest request) throws IOException, InterruptedException {
        if (!request.method().equals("POST")) {
            Reply.empty(405).writeTo(wire);
            return true;
        }
        TokenDesk.Visit visit = desk.look(request);
        ledger().add(Ledger.Kind.TOKEN_REQUEST, visit.account(), 0, visit.grantType());
        visit.presented()
                .ifPresent(token -> ledger().add(Ledger.Kind.PRESENTED, token.account(), token.generation(), ""));
        Answer answer = tokenScript.next(visit.account()).orElseGet(Answer::normal);
        answer.arrive();
        if (!answer.isProcessed()) {
            ledger().add(Ledger.Kind.ANSWERED, visit.account(), 0, "scripted");
            return answer.writeUnprocessed(wire);
        }
        Reply own = desk.act(visit);
        ledger().add(Ledger.Kind.ANSWERED, visit.account(), 0, own.status() == 200 ? "tokens" : "refused");
        return answer.write(wire, own);
    }

    private boolean serveApi(Wire wire, WireRequest request) throws IOException, InterruptedException {
        Optional<String> token = bearer(request);
        String account = token.map(book::accountOf).orElse(Ledger.UNKNOWN);
        Optional<GrantBook.Issue> holder = token.flatMap(book::holder);
        ledger().add(Ledger.Kind.API_REQUEST, account, 0, holder.isPresent() ? "accepted" : "rejected");
        Reply own = holder.map(one -> Reply.json(200, "account", one.account()))
                .orElseGet(() -> manners.apiRefusal(token.isPresent()));
        Answer answer = apiScript.next(account).orElseGet(Answer::normal);
        answer.arrive();
        return answer.write(wire, own);
    }

    private AuthorizationQuery checked(URI authorizationUrl) {
        AuthorizationQuery query = AuthorizationQuery.of(authorizationUrl);
        if (!query.require("client_id").equals(proof.clientId())) {
            throw new IllegalArgumentException("client_id of the authorization URL is not that of registration()");
        }
        if (!query.require("response_type").equals("code")) {
            throw new IllegalArgumentException("response_type of the authorization URL is not code");
        }
        return query;
    }

    private static URI callback(AuthorizationQuery query, String result) {
        String redirect = query.require("redirect_uri");
        String state =
                query.get("state").map(value -> "&state=" + encoded(value)).orElse("");
        return URI.create(redirect + (redirect.contains("?") ? "&" : "?") + result + state);
    }

    private static String lookedAt(WireRequest request) {
        return bearer(request).orElseGet(() -> {
            String token = field(request, "token");
            return token.isEmpty() ? field(request, "access_token") : token;
        });
    }

    private static String field(WireRequest request, String name) {
        return request.form().getOrDefault(name, request.query().getOrDefault(name, ""));
    }

    private static Optional<String> bearer(WireRequest request) {
        return request.header("Authorization")
                .filter(value -> value.regionMatches(true, 0, "Bearer ", 0, 7))
                .map(value -> value.substring(7));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private URI address(String place) {
        return server.address("/" + manners.id() + place);
    }
}
