package dev.evertoken.testing;

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
 * Instagram with Instagram Login: a code is posted and brings a token of an hour; by GET that one is traded for one of 60
 * days, and that one, once it is a day old, for another 60 as the same string. Stateless.
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
    public Optional<String> tokenMethod(String place) {
        return switch (place) {
            case "/token" -> Optional.of("POST");
            case "/access_token", "/refresh_access_token" -> Optional.of("GET");
            default -> Optional.empty();
        };
    }

    @Override
    public Optional<String> traded(Map<String, String> fields) {
        return Optional.ofNullable(fields.get("access_token"));
    }

    /** Only the code's exchange names the client; the first trade has its secret, the others nothing. */
    @Override
    public Optional<MockHttpResponse> refusal(String grantType, RawRequest request, ClientAuthenticationCheck proof) {
        return switch (grantType) {
            case "ig_refresh_token" -> Optional.empty();
            case "ig_exchange_token" ->
                proof.clientSecret().equals(request.query().get("client_secret"))
                        ? Optional.empty()
                        : Optional.of(MetaErrors.error("OAuthException", 100, 0, "Error validating client secret"));
            default -> proof.refusal(request, tokenAuthentication(), this);
        };
    }

    @Override
    public Optional<MockHttpResponse> otherGrant(String grantType, Map<String, String> fields, MockGrants grants) {
        String token = traded(fields).orElse("");
        return switch (grantType) {
            case "ig_exchange_token" -> Optional.of(traded(token, false, grants));
            case "ig_refresh_token" ->
                Optional.of(isTooYoung(token, grants) ? tooYoung() : traded(token, true, grants));
            default -> Optional.empty();
        };
    }

    private static boolean isTooYoung(String token, MockGrants grants) {
        return grants.holder(token).isPresent() && grants.ageOf(token).compareTo(DAY) < 0;
    }

    /** What it really says is not documented. */
    private static MockHttpResponse tooYoung() {
        return MetaErrors.error("IGApiException", 100, 0, "The access token is not old enough");
    }

    private MockHttpResponse traded(String token, boolean sameString, MockGrants grants) {
        return grants.trade(token, sameString)
                .map(issue -> tokens(issue, grants.now(), false))
                .orElseGet(MetaErrors::ended);
    }

    /** The exchange of a code tells user and permissions and no lifetime, the trades the opposite. */
    @Override
    public MockHttpResponse tokens(MockGrants.Issue issue, Instant now, boolean exchange) {
        return exchange
                ? MockHttpResponse.json(
                        200,
                        "access_token",
                        issue.access(),
                        "user_id",
                        new MockJson.Raw(MetaErrors.userId(issue.account())),
                        "permissions",
                        issue.scopes())
                : MetaBehavior.living(issue, now);
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
    public MockHttpResponse deadCode() {
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

    // ---- other places

    @Override
    public Optional<MockHttpResponse> response(String place, RawRequest request, MockGrants grants) {
        if (!place.equals("/me")) {
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
                        200, "user_id", MetaErrors.userId(user.account()), "username", user.account()))
                .orElseGet(MetaErrors::ended);
    }
}
