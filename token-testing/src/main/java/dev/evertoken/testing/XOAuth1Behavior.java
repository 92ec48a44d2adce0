package dev.evertoken.testing;

import dev.evertoken.internal.json.JsonArray;
import dev.evertoken.internal.json.JsonObject;
import dev.evertoken.internal.json.JsonWriter;
import dev.evertoken.model.ClientAuthentication;
import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenSet;
import dev.evertoken.spi.provider.Endpoints;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * X with OAuth 1.0a: tokens do not expire, every request is signed, and each signature, nonce and timestamp is checked.
 * Responses have a {@code Date} header of the provider's clock. Thread-safe.
 */
final class XOAuth1Behavior implements ProviderBehavior {

    private static final Duration NO_EXPIRY = Duration.ofDays(36_500);
    private static final DateTimeFormatter HTTP_DATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US)
            .withZone(ZoneOffset.UTC);

    private final MockOAuth1Endpoint oauth1Endpoint =
            new MockOAuth1Endpoint("mockConsumerKey00000000xx", TestTokens.clientSecret());

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
        return oauth1Endpoint.clientSecret();
    }

    @Override
    public List<String> usualScopes() {
        return List.of();
    }

    @Override
    public MockGrants.Rotation rotation() {
        return MockGrants.Rotation.NONE;
    }

    @Override
    public Duration lifetime() {
        return NO_EXPIRY;
    }

    /** Clients do not authenticate, because requests are signed. */
    @Override
    public Set<ClientAuthentication> tokenAuthentication() {
        return Set.of();
    }

    @Override
    public boolean issuesRefreshToken(AuthorizationQuery query, boolean first) {
        return false;
    }

    @Override
    public TokenSet adapted(TokenSet plain) {
        String token = plain.accessToken().orElseThrow().reveal();
        return TokenSet.builder(token)
                .tokenType("OAuth")
                .issuedAt(plain.issuedAt())
                .attribute("oauth_token_secret", Secret.of(oauth1Endpoint.secretOf(token)))
                .build();
    }

    @Override
    public Optional<URI> decision(AuthorizationQuery query, Optional<String> account) {
        return Optional.of(oauth1Endpoint.decide(query.require("oauth_token"), account));
    }

    @Override
    public Optional<String> accessToken(RawRequest request) {
        return SignedRequest.of(request).map(signed -> signed.get("oauth_token"));
    }

    @Override
    public Endpoints endpoints(Endpoints usual, Function<String, URI> at) {
        return Endpoints.none()
                .with(EndpointKind.TEMPORARY_CREDENTIALS, at.apply("/oauth/request_token"))
                .with(EndpointKind.AUTHORIZATION, at.apply("/oauth/authorize"))
                .with(EndpointKind.EXCHANGE, at.apply("/oauth/access_token"))
                .with(EndpointKind.REFRESH, at.apply("/users/me"))
                .with(EndpointKind.INTROSPECT, at.apply("/users/me"))
                .with(EndpointKind.REVOKE, at.apply("/invalidate_token"))
                .with(EndpointKind.API, at.apply("/api"));
    }

    @Override
    public Optional<MockHttpResponse> response(String path, RawRequest request, MockGrants grants) {
        Optional<MockHttpResponse> reply = switch (path) {
            case "/oauth/request_token" -> Optional.of(oauth1Endpoint.begin(request, grants, XOAuth1Behavior::refused));
            case "/oauth/access_token" ->
                Optional.of(oauth1Endpoint.exchange(request, grants, XOAuth1Behavior::refused));
            case "/users/me" ->
                Optional.of(oauth1Endpoint.signed(request, grants, XOAuth1Behavior::user, fault -> unspecific()));
            case "/invalidate_token" ->
                Optional.of(signed(request, grants, issue -> {
                    grants.revokeToken(issue.access());
                    return MockHttpResponse.json(200, JsonObject.builder().add("access_token", issue.access()));
                }));
            default ->
                path.equals("/api") || path.startsWith("/api/")
                        ? Optional.of(signed(
                                request,
                                grants,
                                issue -> MockHttpResponse.json(
                                        200, JsonObject.builder().add("account", issue.account()))))
                        : Optional.<MockHttpResponse>empty();
        };
        return reply.map(some -> some.header("Date", HTTP_DATE.format(grants.now())));
    }

    private MockHttpResponse signed(
            RawRequest request, MockGrants grants, Function<MockGrants.Issue, MockHttpResponse> response) {
        return oauth1Endpoint.signed(request, grants, response, XOAuth1Behavior::refused);
    }

    private static MockHttpResponse user(MockGrants.Issue issue) {
        JsonObject.Builder user = JsonObject.builder();
        user.add("id", MockOAuth1Endpoint.userId(issue.account()));
        user.add("name", issue.account());
        user.add("username", issue.account());
        return MockHttpResponse.json(200, JsonObject.builder().add("data", user.build()));
    }

    private static MockHttpResponse refused(MockOAuth1Endpoint.Fault fault) {
        return switch (fault) {
            case MISSING -> error(400, 215, "Bad Authentication data.");
            case TIMESTAMP -> error(401, 135, "Timestamp out of bounds.");
            case SIGNATURE -> error(401, 32, "Could not authenticate you.");
            case TOKEN -> error(401, 89, "Invalid or expired token.");
        };
    }

    /** Version 2 of the API does not report the reason. */
    private static MockHttpResponse unspecific() {
        return MockHttpResponse.of(
                401,
                "application/problem+json",
                JsonWriter.text(JsonObject.builder()
                        .add("title", "Unauthorized")
                        .add("type", "about:blank")
                        .add("status", 401)
                        .add("detail", "Unauthorized")
                        .build()));
    }

    private static MockHttpResponse error(int status, int code, String message) {
        return MockHttpResponse.json(
                status,
                JsonObject.builder()
                        .add(
                                "errors",
                                JsonArray.of(JsonObject.builder()
                                        .add("code", code)
                                        .add("message", message)
                                        .build())));
    }

    // ---- OAuth 2.0, which has no token endpoint here

    @Override
    public MockHttpResponse tokens(MockGrants.Issue issue, Instant now, boolean exchange) {
        return MockHttpResponse.empty(404);
    }

    @Override
    public MockHttpResponse unknownClient(boolean basic) {
        return refused(MockOAuth1Endpoint.Fault.SIGNATURE);
    }

    @Override
    public MockHttpResponse invalidRefreshToken() {
        return MockHttpResponse.empty(404);
    }

    @Override
    public MockHttpResponse invalidCode() {
        return refused(MockOAuth1Endpoint.Fault.TOKEN);
    }

    @Override
    public MockHttpResponse missing(String field) {
        return refused(MockOAuth1Endpoint.Fault.MISSING);
    }

    @Override
    public MockHttpResponse unsupportedGrantType() {
        return MockHttpResponse.empty(404);
    }

    @Override
    public MockHttpResponse revoked(boolean known) {
        return MockHttpResponse.empty(404);
    }

    @Override
    public MockHttpResponse introspected(Optional<MockGrants.Issue> holder, Instant now) {
        return MockHttpResponse.empty(404);
    }

    @Override
    public MockHttpResponse apiRefusal(boolean hasToken) {
        return refused(hasToken ? MockOAuth1Endpoint.Fault.TOKEN : MockOAuth1Endpoint.Fault.MISSING);
    }
}
