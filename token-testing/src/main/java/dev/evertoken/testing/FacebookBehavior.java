package dev.evertoken.testing;

import dev.evertoken.internal.json.JsonObject;
import dev.evertoken.model.EndpointKind;
import dev.evertoken.spi.provider.Endpoints;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Facebook: a code is exchanged for a short-lived token, and a valid token for the next one, by GET with the secrets in
 * the query. Errors have the status 400. Stateless.
 */
final class FacebookBehavior implements MetaBehavior {

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
    public boolean grantsClientCredentials() {
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
    public Optional<String> tokenMethod(String path) {
        return path.equals("/token") ? Optional.of("GET") : Optional.empty();
    }

    @Override
    public String grantType(Map<String, String> fields) {
        return fields.getOrDefault("grant_type", fields.containsKey("code") ? "authorization_code" : "");
    }

    @Override
    public Optional<String> exchangedToken(Map<String, String> fields) {
        return Optional.ofNullable(fields.get("fb_exchange_token"));
    }

    @Override
    public Optional<MockHttpResponse> extensionGrant(String grantType, Map<String, String> fields, MockGrants grants) {
        if (!grantType.equals("fb_exchange_token")) {
            return Optional.empty();
        }
        Optional<String> token = exchangedToken(fields);
        return Optional.of(
                token.isEmpty()
                        ? missing("fb_exchange_token")
                        : grants.exchange(token.get(), false)
                                .map(issue -> tokens(issue, grants.now(), false))
                                .orElseGet(() -> invalid(token.get(), grants)));
    }

    @Override
    public MockHttpResponse tokens(MockGrants.Issue issue, Instant now, boolean exchange) {
        return versioned(MetaBehavior.exchangeResponse(issue, now));
    }

    @Override
    public MockHttpResponse clientCredentialsToken(MockGrants.Issue issue, Instant now) {
        return versioned(MockHttpResponse.json(
                200, JsonObject.builder().add("access_token", issue.access()).add("token_type", "bearer")));
    }

    @Override
    public MockHttpResponse unknownClient(boolean basic) {
        return MetaErrors.error("OAuthException", 101, 0, "Error validating application. Invalid application ID.");
    }

    @Override
    public MockHttpResponse wrongSecret(boolean basic) {
        return MetaErrors.error("OAuthException", 1, 0, "Error validating client secret.");
    }

    @Override
    public MockHttpResponse invalidCode() {
        return MetaErrors.error("OAuthException", 100, 36009, "This authorization code has been used.");
    }

    @Override
    public MockHttpResponse missing(String field) {
        return MetaErrors.error("OAuthException", 100, 0, "Missing " + field + " parameter.");
    }

    @Override
    public MockHttpResponse unsupportedGrantType() {
        return MetaErrors.error("OAuthException", 100, 0, "Invalid grant_type.");
    }

    // ---- other endpoints

    @Override
    public Optional<MockHttpResponse> response(String path, RawRequest request, MockGrants grants) {
        if (!path.startsWith(GRAPH + "/")) {
            return Optional.empty();
        }
        String node = path.substring(GRAPH.length());
        if (node.equals("/debug_token")) {
            return Optional.of(versioned(debugged(request.query(), grants)));
        }
        String token = token(request);
        MockHttpResponse own = grants.holder(token)
                .map(user -> graph(node, request, token, user, grants))
                .orElseGet(() -> token.isEmpty() ? apiRefusal(false) : invalid(token, grants));
        return Optional.of(versioned(own));
    }

    private static MockHttpResponse graph(
            String path, RawRequest request, String token, MockGrants.Issue user, MockGrants grants) {
        if (path.equals("/me/permissions") && request.method().equals("DELETE")) {
            grants.revokeAccount(user.account());
            return MockHttpResponse.json(200, JsonObject.builder().add("success", true));
        }
        if (path.equals("/me/accounts")) {
            return MockPages.list(request, token, user.account(), grants);
        }
        return MockPages.one(path.substring(1), token, user.account(), grants);
    }

    /** Responds with status 200 also for invalid tokens; only the caller's own token must belong to the application. */
    private MockHttpResponse debugged(Map<String, String> query, MockGrants grants) {
        if (!query.getOrDefault("access_token", "").startsWith(clientId() + "|")) {
            return MetaErrors.error("OAuthException", 190, 0, "Invalid OAuth access token - Debug only access token");
        }
        String token = query.getOrDefault("input_token", "");
        JsonObject.Builder data = JsonObject.builder();
        data.add("app_id", clientId());
        data.add("type", "USER");
        Optional<MockGrants.Issue> holder = grants.holder(token);
        data.add("is_valid", holder.isPresent());
        holder.ifPresentOrElse(
                issue -> {
                    data.add("expires_at", issue.accessEnd().getEpochSecond());
                    data.add(
                            "data_access_expires_at",
                            grants.now().plus(Duration.ofDays(90)).getEpochSecond());
                    data.add("scopes", issue.scopes());
                    data.add("user_id", MetaErrors.userId(issue.account()));
                },
                () -> data.add(
                        "error",
                        JsonObject.builder()
                                .add("code", 190)
                                .add("message", "invalid")
                                .add("subcode", grants.isRevoked(token) ? 458 : 463)
                                .build()));
        return MockHttpResponse.json(200, JsonObject.builder().add("data", data.build()));
    }

    private static String token(RawRequest request) {
        return request.header("Authorization")
                .filter(value -> value.startsWith("Bearer "))
                .map(value -> value.substring(7))
                .orElseGet(() -> request.query().getOrDefault("access_token", ""));
    }

    private static MockHttpResponse invalid(String token, MockGrants grants) {
        return grants.isRevoked(token) ? MetaErrors.unauthorized() : MetaErrors.expired();
    }

    private static MockHttpResponse versioned(MockHttpResponse reply) {
        return reply.header("facebook-api-version", VERSION);
    }

    @Override
    public MockHttpResponse revoked(boolean known) {
        return MockHttpResponse.json(200, JsonObject.builder().add("success", true));
    }

    @Override
    public MockHttpResponse introspected(Optional<MockGrants.Issue> holder, Instant now) {
        return apiRefusal(holder.isPresent());
    }
}
