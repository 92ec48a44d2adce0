package dev.evertoken.testing;

import dev.evertoken.internal.json.JsonArray;
import dev.evertoken.internal.json.JsonObject;
import dev.evertoken.model.ClientAuthentication;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * The behavior of Google's authorization server, which YouTube shares. The refresh token is not rotated and is issued
 * only with a consent that requests it. Implementations are stateless.
 */
interface GoogleServerBehavior extends ProviderBehavior {

    String REALM = "Bearer realm=\"https://accounts.google.com/\"";

    @Override
    default String clientId() {
        return "407408718192-mock.apps.googleusercontent.com";
    }

    @Override
    default MockGrants.Rotation rotation() {
        return MockGrants.Rotation.NONE;
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
    default boolean issuesRefreshToken(AuthorizationQuery query, boolean first) {
        boolean offline = query.get("access_type").filter("offline"::equals).isPresent();
        boolean asked =
                query.get("prompt").filter(prompt -> prompt.contains("consent")).isPresent();
        return offline && (first || asked);
    }

    @Override
    default MockHttpResponse tokens(MockGrants.Issue issue, Instant now, boolean exchange) {
        return MockHttpResponse.json(
                200, ProviderBehavior.tokenMembers(issue, now, scopeSeparator()).add("token_type", "Bearer"));
    }

    @Override
    default MockHttpResponse unknownClient(boolean basic) {
        return ProviderBehavior.rfcError(401, "invalid_client", "The OAuth client was not found.");
    }

    @Override
    default MockHttpResponse wrongSecret(boolean basic) {
        return ProviderBehavior.rfcError(401, "invalid_client", "The provided client secret is invalid.");
    }

    @Override
    default MockHttpResponse invalidRefreshToken() {
        return ProviderBehavior.rfcError(400, "invalid_grant", "Token has been expired or revoked.");
    }

    @Override
    default MockHttpResponse invalidCode() {
        return ProviderBehavior.rfcError(400, "invalid_grant", "Bad Request");
    }

    @Override
    default MockHttpResponse missing(String field) {
        return field.equals("client_id")
                ? ProviderBehavior.rfcError(400, "invalid_request", "Could not determine client ID from request.")
                : ProviderBehavior.rfcError(400, "invalid_request", field + " is missing.");
    }

    @Override
    default MockHttpResponse unsupportedGrantType() {
        return ProviderBehavior.rfcError(400, "unsupported_grant_type", "Invalid grant_type");
    }

    @Override
    default MockHttpResponse revoked(boolean known) {
        return known
                ? MockHttpResponse.json(200, "{}")
                : ProviderBehavior.rfcError(400, "invalid_token", "Token expired or revoked");
    }

    /** Responds like the tokeninfo endpoint: numbers are strings. */
    @Override
    default MockHttpResponse introspected(Optional<MockGrants.Issue> holder, Instant now) {
        return holder.map(issue -> MockHttpResponse.json(
                        200,
                        JsonObject.builder()
                                .add("azp", clientId())
                                .add("aud", clientId())
                                .add("sub", issue.account())
                                .add("scope", String.join(" ", issue.scopes()))
                                .add("exp", Long.toString(issue.accessEnd().getEpochSecond()))
                                .add("expires_in", Long.toString(ProviderBehavior.secondsLeft(issue, now)))
                                .add("access_type", "offline")))
                .orElseGet(() -> ProviderBehavior.rfcError(400, "invalid_token", "Invalid Value"));
    }

    @Override
    default MockHttpResponse apiRefusal(boolean hasToken) {
        String message = hasToken
                ? "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other"
                        + " valid authentication credential. See"
                        + " https://developers.google.com/identity/sign-in/web/devconsole-project."
                : "Request is missing required authentication credential.";
        JsonObject.Builder reason = JsonObject.builder();
        reason.add("message", hasToken ? "Invalid Credentials" : "Login Required.");
        reason.add("domain", "global");
        reason.add("reason", hasToken ? "authError" : "required");
        reason.add("location", "Authorization");
        reason.add("locationType", "header");
        return apiError(401, message, reason, "UNAUTHENTICATED")
                .header("WWW-Authenticate", hasToken ? REALM + ", error=\"invalid_token\"" : REALM);
    }

    /** Returns an error response in the format of Google's APIs. */
    static MockHttpResponse apiError(int status, String message, JsonObject.Builder reason, String word) {
        JsonObject error = JsonObject.builder()
                .add("code", status)
                .add("message", message)
                .add("errors", JsonArray.of(reason.build()))
                .add("status", word)
                .build();
        return MockHttpResponse.json(status, JsonObject.builder().add("error", error));
    }
}
