package dev.evertoken.testing;

import dev.evertoken.model.ClientAuthentication;
import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenSet;
import dev.evertoken.spi.Endpoints;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * X by OAuth 1.0a: tokens do not end, every request is signed, and each signature, nonce and timestamp is checked. What
 * it answers has a {@code Date} by its own clock. Thread-safe.
 */
final class XOAuth1Manners implements Manners {

    private static final Duration FOR_GOOD = Duration.ofDays(36_500);
    private static final DateTimeFormatter HTTP_DATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US)
            .withZone(ZoneOffset.UTC);

    private final OAuth1Desk desk = new OAuth1Desk("mockConsumerKey00000000xx", TestTokens.clientSecret());

    @Override
    public String id() {
        return "x-oauth1";
    }

    @Override
    public String clientId() {
        return "mockConsumerKey00000000xx";
    }

    @Override
    public String clientSecret() {
        return desk.clientSecret();
    }

    @Override
    public List<String> usualScopes() {
        return List.of();
    }

    @Override
    public GrantBook.Rotation rotation() {
        return GrantBook.Rotation.NONE;
    }

    @Override
    public Duration lifetime() {
        return FOR_GOOD;
    }

    /** There is nothing to prove: requests are signed. */
    @Override
    public Set<ClientAuthentication> tokenAuthentication() {
        return Set.of();
    }

    @Override
    public boolean givesRefreshToken(AuthorizationQuery query, boolean first) {
        return false;
    }

    @Override
    public TokenSet dressed(TokenSet plain) {
        return TokenSet.builder(plain.accessToken().reveal())
                .tokenType("OAuth")
                .issuedAt(plain.issuedAt())
                .attribute(
                        "oauth_token_secret",
                        Secret.of(desk.secretOf(plain.accessToken().reveal())))
                .build();
    }

    @Override
    public Optional<URI> decided(AuthorizationQuery query, Optional<String> account) {
        return Optional.of(desk.decide(query.require("oauth_token"), account));
    }

    @Override
    public Optional<String> accessToken(WireRequest request) {
        return SignedRequest.of(request).map(signed -> signed.get("oauth_token"));
    }

    @Override
    public Endpoints endpoints(Endpoints usual, Function<String, URI> at) {
        return Endpoints.none()
                .with(EndpointKind.TEMPORARY_CREDENTIALS, at.apply("/oauth/request_token"))
                .with(EndpointKind.AUTHORIZATION, at.apply("/oauth/authorize"))
                .with(EndpointKind.EXCHANGE, at.apply("/oauth/access_token"))
                .with(EndpointKind.REFRESH, at.apply("/verify_credentials"))
                .with(EndpointKind.INTROSPECT, at.apply("/users/me"))
                .with(EndpointKind.REVOKE, at.apply("/invalidate_token"))
                .with(EndpointKind.API, at.apply("/api"));
    }

    @Override
    public Optional<Reply> answer(String place, WireRequest request, GrantBook book) {
        Optional<Reply> reply = switch (place) {
            case "/oauth/request_token" -> Optional.of(desk.begin(request, book, XOAuth1Manners::refused));
            case "/oauth/access_token" -> Optional.of(desk.end(request, book, XOAuth1Manners::refused));
            case "/verify_credentials" -> Optional.of(signed(request, book, XOAuth1Manners::credentials));
            case "/users/me" -> Optional.of(desk.signed(request, book, XOAuth1Manners::user, fault -> vague()));
            case "/invalidate_token" ->
                Optional.of(signed(request, book, issue -> {
                    book.revokeToken(issue.access());
                    return Reply.json(200, "access_token", issue.access());
                }));
            default ->
                place.equals("/api") || place.startsWith("/api/")
                        ? Optional.of(signed(request, book, issue -> Reply.json(200, "account", issue.account())))
                        : Optional.<Reply>empty();
        };
        return reply.map(some -> some.header("Date", HTTP_DATE.format(book.now())));
    }

    private Reply signed(WireRequest request, GrantBook book, Function<GrantBook.Issue, Reply> answer) {
        return desk.signed(request, book, answer, XOAuth1Manners::refused);
    }

    private static Reply credentials(GrantBook.Issue issue) {
        return Reply.json(
                200, "id_str", OAuth1Desk.userId(issue.account()), "screen_name", issue.account(), "verified", false);
    }

    private static Reply user(GrantBook.Issue issue) {
        Map<String, Object> user = new LinkedHashMap<>();
        user.put("id", OAuth1Desk.userId(issue.account()));
        user.put("name", issue.account());
        user.put("username", issue.account());
        return Reply.json(200, "data", new Json.Raw(Json.object(user)));
    }

    private static Reply refused(OAuth1Desk.Fault fault) {
        return switch (fault) {
            case MISSING -> error(400, 215, "Bad Authentication data.");
            case TIMESTAMP -> error(401, 135, "Timestamp out of bounds.");
            case SIGNATURE -> error(401, 32, "Could not authenticate you.");
            case TOKEN -> error(401, 89, "Invalid or expired token.");
        };
    }

    /** The second version of the API does not say what it is. */
    private static Reply vague() {
        return Reply.of(
                401,
                "application/problem+json",
                Json.object("title", "Unauthorized", "type", "about:blank", "status", 401, "detail", "Unauthorized"));
    }

    private static Reply error(int status, int code, String message) {
        return Reply.json(status, "errors", List.of(new Json.Raw(Json.object("code", code, "message", message))));
    }

    // ---- there is no token endpoint of OAuth 2.0

    @Override
    public Reply tokens(GrantBook.Issue issue, Instant now, boolean exchange) {
        return Reply.empty(404);
    }

    @Override
    public Reply unknownClient(boolean basic) {
        return refused(OAuth1Desk.Fault.SIGNATURE);
    }

    @Override
    public Reply wrongSecret(boolean basic) {
        return refused(OAuth1Desk.Fault.SIGNATURE);
    }

    @Override
    public Reply deadRefreshToken() {
        return Reply.empty(404);
    }

    @Override
    public Reply deadCode() {
        return refused(OAuth1Desk.Fault.TOKEN);
    }

    @Override
    public Reply missing(String field) {
        return refused(OAuth1Desk.Fault.MISSING);
    }

    @Override
    public Reply unsupportedGrantType() {
        return Reply.empty(404);
    }

    @Override
    public Reply revoked(boolean known) {
        return Reply.empty(404);
    }

    @Override
    public Reply introspected(Optional<GrantBook.Issue> holder, Instant now) {
        return Reply.empty(404);
    }

    @Override
    public Reply apiRefusal(boolean hasToken) {
        return refused(hasToken ? OAuth1Desk.Fault.TOKEN : OAuth1Desk.Fault.MISSING);
    }
}
