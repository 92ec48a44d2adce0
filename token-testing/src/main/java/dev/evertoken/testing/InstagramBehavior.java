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
 * Instagram with Instagram Login: a code is exchanged by POST for a token of one hour, which is exchanged by GET for a
 * token of 60 days. A token that is at least a day old is extended by another 60 days and keeps its value. Stateless.
 */
final class InstagramBehavior implements MetaBehavior {

    private static final Duration DAY = Duration.ofDays(1);

    @Override
    public String id() {
        return "instagram";
    }

    @Override
    public String clientId() {
        return "990602627938098";
    }

    @Override
    public List<String> usualScopes() {
        return List.of("instagram_business_basic", "instagram_business_content_publish");
    }

    @Override
    public Optional<Duration> firstLifetime() {
        return Optional.of(Duration.ofHours(1));
    }

    @Override
    public Optional<Duration> codeLifetime() {
        return Optional.of(Duration.ofHours(1));
    }

    @Override
    public Endpoints endpoints(Endpoints usual, Function<String, URI> at) {
        return usual.with(EndpointKind.REFRESH, at.apply("/refresh_access_token"))
                .with(EndpointKind.INTROSPECT, at.apply("/me?fields=user_id,username"));
    }

    // ---- the token endpoints

    @Override
    public Optional<String> tokenMethod(String path) {
        return switch (path) {
            case "/token" -> Optional.of("POST");
            case "/access_token", "/refresh_access_token" -> Optional.of("GET");
            default -> Optional.empty();
        };
    }

    @Override
    public Optional<String> exchangedToken(Map<String, String> fields) {
        return Optional.ofNullable(fields.get("access_token"));
    }

    /**
     * Only the code exchange identifies the client. The first token exchange has the client secret, later ones have
     * neither.
     */
    @Override
    public Optional<MockHttpResponse> refusal(
            String grantType, RawRequest request, ClientAuthenticationCheck authentication) {
        return switch (grantType) {
            case "ig_refresh_token" -> Optional.empty();
            case "ig_exchange_token" ->
                authentication.accepts(request.query().get("client_secret"))
                        ? Optional.empty()
                        : Optional.of(MetaErrors.error("OAuthException", 100, 0, "Error validating client secret"));
            default -> authentication.refusal(request, tokenAuthentication(), this);
        };
    }

    @Override
    public Optional<MockHttpResponse> extensionGrant(String grantType, Map<String, String> fields, MockGrants grants) {
        String token = exchangedToken(fields).orElse("");
        return switch (grantType) {
            case "ig_exchange_token" -> Optional.of(exchangedToken(token, false, grants));
            case "ig_refresh_token" ->
                Optional.of(isTooNew(token, grants) ? tooNew() : exchangedToken(token, true, grants));
            default -> Optional.empty();
        };
    }

    private static boolean isTooNew(String token, MockGrants grants) {
        return grants.holder(token).isPresent() && grants.ageOf(token).compareTo(DAY) < 0;
    }

    /** The original's message is not documented. */
    private static MockHttpResponse tooNew() {
        return MetaErrors.error("IGApiException", 100, 0, "The access token is not old enough");
    }

    private MockHttpResponse exchangedToken(String token, boolean sameString, MockGrants grants) {
        return grants.exchange(token, sameString)
                .map(issue -> tokens(issue, grants.now(), false))
                .orElseGet(MetaErrors::expired);
    }

    /**
     * The response of the code exchange has the user and the permissions but no lifetime; the responses of token
     * exchanges have only the lifetime.
     */
    @Override
    public MockHttpResponse tokens(MockGrants.Issue issue, Instant now, boolean exchange) {
        return exchange
                ? MockHttpResponse.json(
                        200,
                        JsonObject.builder()
                                .add("access_token", issue.access())
                                .add("user_id", Long.parseLong(MetaErrors.userId(issue.account())))
                                .add("permissions", issue.scopes()))
                : MetaBehavior.exchangeResponse(issue, now);
    }

    @Override
    public MockHttpResponse unknownClient(boolean basic) {
        return MetaErrors.flat("Invalid platform app");
    }

    @Override
    public MockHttpResponse wrongSecret(boolean basic) {
        return MetaErrors.flat("Invalid Client Secret");
    }

    @Override
    public MockHttpResponse invalidCode() {
        return MetaErrors.flat("Matching code was not found or was already used");
    }

    @Override
    public MockHttpResponse missing(String field) {
        return MetaErrors.flat("Missing required field " + field);
    }

    @Override
    public MockHttpResponse unsupportedGrantType() {
        return MetaErrors.flat("Invalid grant_type");
    }

    // ---- other endpoints

    @Override
    public Optional<MockHttpResponse> response(String path, RawRequest request, MockGrants grants) {
        if (!path.equals("/me")) {
            return Optional.empty();
        }
        Optional<String> token = request.header("Authorization").map(value -> value.replaceFirst("^Bearer ", ""));
        return Optional.of(introspected(token.flatMap(grants::holder), grants.now()));
    }

    @Override
    public MockHttpResponse revoked(boolean known) {
        return MockHttpResponse.empty(404);
    }

    @Override
    public MockHttpResponse introspected(Optional<MockGrants.Issue> holder, Instant now) {
        return holder.map(user -> MockHttpResponse.json(
                        200,
                        JsonObject.builder()
                                .add("user_id", MetaErrors.userId(user.account()))
                                .add("username", user.account())))
                .orElseGet(MetaErrors::expired);
    }
}
