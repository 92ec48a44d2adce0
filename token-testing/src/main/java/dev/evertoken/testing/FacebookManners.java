package dev.evertoken.testing;

import dev.evertoken.model.EndpointKind;
import dev.evertoken.spi.Endpoints;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Facebook: a code brings a short-lived token, a living token is traded for the next one, all by GET with the secrets in
 * the query; refusals have the status 400. Stateless.
 */
final class FacebookManners implements MetaManners {

    private static final String VERSION = "v26.0";
    private static final String GRAPH = "/" + VERSION;

    @Override
    public String id() {
        return "facebook";
    }

    @Override
    public String clientId() {
        return "138483919580948";
    }

    @Override
    public List<String> usualScopes() {
        return List.of("email", "pages_show_list");
    }

    @Override
    public Optional<Duration> firstLifetime() {
        return Optional.of(Duration.ofMinutes(90));
    }

    @Override
    public boolean givesAppTokens() {
        return true;
    }

    @Override
    public Endpoints endpoints(Endpoints usual, Function<String, URI> at) {
        return usual.with(EndpointKind.REVOKE, at.apply(GRAPH + "/me/permissions"))
                .with(EndpointKind.INTROSPECT, at.apply(GRAPH + "/debug_token"))
                .with(EndpointKind.API, at.apply(GRAPH));
    }

    // ---- the token endpoint

    @Override
    public Optional<String> tokenMethod(String place) {
        return place.equals("/token") ? Optional.of("GET") : Optional.empty();
    }

    @Override
    public String grantType(Map<String, String> fields) {
        return fields.getOrDefault("grant_type", fields.containsKey("code") ? "authorization_code" : "");
    }

    @Override
    public Optional<String> traded(Map<String, String> fields) {
        return Optional.ofNullable(fields.get("fb_exchange_token"));
    }

    @Override
    public Optional<Reply> otherGrant(String grantType, Map<String, String> fields, GrantBook book) {
        if (!grantType.equals("fb_exchange_token")) {
            return Optional.empty();
        }
        Optional<String> token = traded(fields);
        return Optional.of(
                token.isEmpty()
                        ? missing("fb_exchange_token")
                        : book.trade(token.get(), false)
                                .map(issue -> tokens(issue, book.now(), false))
                                .orElseGet(() -> dead(token.get(), book)));
    }

    @Override
    public Reply tokens(GrantBook.Issue issue, Instant now, boolean exchange) {
        return versioned(MetaManners.living(issue, now));
    }

    @Override
    public Reply appToken(GrantBook.Issue issue, Instant now) {
        return versioned(Reply.json(200, "access_token", issue.access(), "token_type", "bearer"));
    }

    @Override
    public Reply unknownClient(boolean basic) {
        return MetaErrors.error("OAuthException", 101, 0, "Error validating application. Invalid application ID.");
    }

    @Override
    public Reply wrongSecret(boolean basic) {
        return MetaErrors.error("OAuthException", 1, 0, "Error validating client secret.");
    }

    @Override
    public Reply deadCode() {
        return MetaErrors.error("OAuthException", 100, 36009, "This authorization code has been used.");
    }

    @Override
    public Reply missing(String field) {
        return MetaErrors.error("OAuthException", 100, 0, "Missing " + field + " parameter.");
    }

    @Override
    public Reply unsupportedGrantType() {
        return MetaErrors.error("OAuthException", 100, 0, "Invalid grant_type.");
    }

    // ---- other places

    @Override
    public Optional<Reply> answer(String place, WireRequest request, GrantBook book) {
        if (!place.startsWith(GRAPH + "/")) {
            return Optional.empty();
        }
        String path = place.substring(GRAPH.length());
        if (path.equals("/debug_token")) {
            return Optional.of(versioned(debugged(request.query(), book)));
        }
        String token = token(request);
        Reply own = book.holder(token)
                .map(user -> graph(path, request, token, user, book))
                .orElseGet(() -> token.isEmpty() ? apiRefusal(false) : dead(token, book));
        return Optional.of(versioned(own));
    }

    private static Reply graph(String path, WireRequest request, String token, GrantBook.Issue user, GrantBook book) {
        if (path.equals("/me/permissions") && request.method().equals("DELETE")) {
            book.revokeAccount(user.account());
            return Reply.json(200, "success", true);
        }
        if (path.equals("/me/accounts")) {
            return MockPages.list(request, token, user.account(), book);
        }
        return MockPages.one(path.substring(1), token, user.account(), book);
    }

    /** The status is 200 for dead tokens, too; only the token that asks has to be the application's. */
    private Reply debugged(Map<String, String> query, GrantBook book) {
        if (!query.getOrDefault("access_token", "").startsWith(clientId() + "|")) {
            return MetaErrors.error("OAuthException", 190, 0, "Invalid OAuth access token - Debug only access token");
        }
        String token = query.getOrDefault("input_token", "");
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("app_id", clientId());
        data.put("type", "USER");
        Optional<GrantBook.Issue> living = book.holder(token);
        data.put("is_valid", living.isPresent());
        living.ifPresentOrElse(
                issue -> {
                    data.put("expires_at", issue.accessEnd().getEpochSecond());
                    data.put(
                            "data_access_expires_at",
                            book.now().plus(Duration.ofDays(90)).getEpochSecond());
                    data.put("scopes", issue.scopes());
                    data.put("user_id", MetaErrors.userId(issue.account()));
                },
                () -> data.put(
                        "error",
                        new Json.Raw(Json.object(
                                "code", 190, "message", "dead", "subcode", book.isRevoked(token) ? 458 : 463))));
        return Reply.json(200, "data", new Json.Raw(Json.object(data)));
    }

    private static String token(WireRequest request) {
        return request.header("Authorization")
                .filter(value -> value.startsWith("Bearer "))
                .map(value -> value.substring(7))
                .orElseGet(() -> request.query().getOrDefault("access_token", ""));
    }

    private static Reply dead(String token, GrantBook book) {
        return book.isRevoked(token) ? MetaErrors.unauthorized() : MetaErrors.ended();
    }

    private static Reply versioned(Reply reply) {
        return reply.header("facebook-api-version", VERSION);
    }

    @Override
    public Reply revoked(boolean known) {
        return Reply.json(200, "success", true);
    }

    @Override
    public Reply introspected(Optional<GrantBook.Issue> holder, Instant now) {
        return apiRefusal(holder.isPresent());
    }
}
