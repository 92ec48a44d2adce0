package dev.evertoken.testing;

import dev.evertoken.model.EndpointKind;
import dev.evertoken.spi.Endpoints;
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
final class InstagramManners implements MetaManners {

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
    public Optional<Reply> refusal(String grantType, WireRequest request, ClientProof proof) {
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
    public Optional<Reply> otherGrant(String grantType, Map<String, String> fields, GrantBook book) {
        String token = traded(fields).orElse("");
        return switch (grantType) {
            case "ig_exchange_token" -> Optional.of(traded(token, false, book));
            case "ig_refresh_token" -> Optional.of(isTooYoung(token, book) ? tooYoung() : traded(token, true, book));
            default -> Optional.empty();
        };
    }

    private static boolean isTooYoung(String token, GrantBook book) {
        return book.holder(token).isPresent() && book.ageOf(token).compareTo(DAY) < 0;
    }

    /** What it really says is not documented. */
    private static Reply tooYoung() {
        return MetaErrors.error("IGApiException", 100, 0, "The access token is not old enough");
    }

    private Reply traded(String token, boolean sameString, GrantBook book) {
        return book.trade(token, sameString)
                .map(issue -> tokens(issue, book.now(), false))
                .orElseGet(MetaErrors::ended);
    }

    /** The exchange of a code tells user and permissions and no lifetime, the trades the opposite. */
    @Override
    public Reply tokens(GrantBook.Issue issue, Instant now, boolean exchange) {
        return exchange
                ? Reply.json(
                        200,
                        "access_token",
                        issue.access(),
                        "user_id",
                        new Json.Raw(MetaErrors.userId(issue.account())),
                        "permissions",
                        issue.scopes())
                : MetaManners.living(issue, now);
    }

    @Override
    public Reply unknownClient(boolean basic) {
        return MetaErrors.flat("Invalid platform app");
    }

    @Override
    public Reply wrongSecret(boolean basic) {
        return MetaErrors.flat("Invalid Client Secret");
    }

    @Override
    public Reply deadCode() {
        return MetaErrors.flat("Matching code was not found or was already used");
    }

    @Override
    public Reply missing(String field) {
        return MetaErrors.flat("Missing required field " + field);
    }

    @Override
    public Reply unsupportedGrantType() {
        return MetaErrors.flat("Invalid grant_type");
    }

    // ---- other places

    @Override
    public Optional<Reply> answer(String place, WireRequest request, GrantBook book) {
        if (!place.equals("/me")) {
            return Optional.empty();
        }
        Optional<String> token = request.header("Authorization").map(value -> value.replaceFirst("^Bearer ", ""));
        return Optional.of(introspected(token.flatMap(book::holder), book.now()));
    }

    @Override
    public Reply revoked(boolean known) {
        return Reply.empty(404);
    }

    @Override
    public Reply introspected(Optional<GrantBook.Issue> holder, Instant now) {
        return holder.map(user ->
                        Reply.json(200, "user_id", MetaErrors.userId(user.account()), "username", user.account()))
                .orElseGet(MetaErrors::ended);
    }
}
