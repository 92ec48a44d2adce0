package dev.evertoken.testing;

import dev.evertoken.model.ClientAuthentication;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Google's authorization server, which YouTube shares: the refresh token stays and comes only with the consent that
 * asks for it. Implementations are stateless.
 */
interface GoogleServerManners extends Manners {

    String REALM = "Bearer realm=\"https://accounts.google.com/\"";

    @Override
    default String clientId() {
        return "407408718192-mock.apps.googleusercontent.com";
    }

    @Override
    default GrantBook.Rotation rotation() {
        return GrantBook.Rotation.NONE;
    }

    @Override
    default Duration lifetime() {
        return Duration.ofSeconds(3599);
    }

    @Override
    default Set<ClientAuthentication> tokenAuthentication() {
        return Set.of(ClientAuthentication.CLIENT_SECRET_POST, ClientAuthentication.CLIENT_SECRET_BASIC);
    }

    @Override
    default Set<ClientAuthentication> revokeAuthentication() {
        return Set.of();
    }

    @Override
    default boolean givesRefreshToken(AuthorizationQuery query, boolean first) {
        boolean offline = query.get("access_type").filter("offline"::equals).isPresent();
        boolean asked =
                query.get("prompt").filter(prompt -> prompt.contains("consent")).isPresent();
        return offline && (first || asked);
    }

    @Override
    default Reply tokens(GrantBook.Issue issue, Instant now, boolean exchange) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("access_token", issue.access());
        fields.put("expires_in", Manners.secondsLeft(issue, now));
        issue.refresh().ifPresent(token -> fields.put("refresh_token", token));
        fields.put("scope", String.join(" ", issue.scopes()));
        fields.put("token_type", "Bearer");
        return Reply.json(200, Json.object(fields));
    }

    @Override
    default Reply unknownClient(boolean basic) {
        return Manners.rfcError(401, "invalid_client", "The OAuth client was not found.");
    }

    @Override
    default Reply wrongSecret(boolean basic) {
        return Manners.rfcError(401, "invalid_client", "The provided client secret is invalid.");
    }

    @Override
    default Reply deadRefreshToken() {
        return Manners.rfcError(400, "invalid_grant", "Token has been expired or revoked.");
    }

    @Override
    default Reply deadCode() {
        return Manners.rfcError(400, "invalid_grant", "Bad Request");
    }

    @Override
    default Reply missing(String field) {
        return field.equals("client_id")
                ? Manners.rfcError(400, "invalid_request", "Could not determine client ID from request.")
                : Manners.rfcError(400, "invalid_request", field + " is missing.");
    }

    @Override
    default Reply unsupportedGrantType() {
        return Manners.rfcError(400, "unsupported_grant_type", "Invalid grant_type");
    }

    @Override
    default Reply revoked(boolean known) {
        return known ? Reply.json(200, "{}") : Manners.rfcError(400, "invalid_token", "Token expired or revoked");
    }

    /** As tokeninfo answers: numbers come as texts. */
    @Override
    default Reply introspected(Optional<GrantBook.Issue> holder, Instant now) {
        return holder.map(issue -> Reply.json(
                        200,
                        "azp",
                        clientId(),
                        "aud",
                        clientId(),
                        "sub",
                        issue.account(),
                        "scope",
                        String.join(" ", issue.scopes()),
                        "exp",
                        Long.toString(issue.accessEnd().getEpochSecond()),
                        "expires_in",
                        Long.toString(Manners.secondsLeft(issue, now)),
                        "access_type",
                        "offline"))
                .orElseGet(() -> Manners.rfcError(400, "invalid_token", "Invalid Value"));
    }

    @Override
    default Reply apiRefusal(boolean hasToken) {
        String message = hasToken
                ? "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other"
                        + " valid authentication credential. See"
                        + " https://developers.google.com/identity/sign-in/web/devconsole-project."
                : "Request is missing required authentication credential.";
        Map<String, Object> reason = new LinkedHashMap<>();
        reason.put("message", hasToken ? "Invalid Credentials" : "Login Required.");
        reason.put("domain", "global");
        reason.put("reason", hasToken ? "authError" : "required");
        reason.put("location", "Authorization");
        reason.put("locationType", "header");
        return apiError(401, message, reason, "UNAUTHENTICATED")
                .header("WWW-Authenticate", hasToken ? REALM + ", error=\"invalid_token\"" : REALM);
    }

    /** Answers as Google's APIs refuse. */
    static Reply apiError(int status, String message, Map<String, Object> reason, String word) {
        String error = Json.object(
                "code",
                status,
                "message",
                message,
                "errors",
                List.of(new Json.Raw(Json.object(reason))),
                "status",
                word);
        return Reply.json(status, "error", new Json.Raw(error));
    }
}
