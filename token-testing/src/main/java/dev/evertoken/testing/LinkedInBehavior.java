package dev.evertoken.testing;

import dev.evertoken.internal.json.JsonObject;
import dev.evertoken.model.ClientAuthentication;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * LinkedIn for an approved partner: the refresh token is not rotated, is part of every response, and expires a year
 * after the consent. There is no PKCE and no revocation. Stateless.
 */
final class LinkedInBehavior implements ProviderBehavior {

    @Override
    public String id() {
        return "linkedin";
    }

    @Override
    public String clientId() {
        return "78mock0linkedin";
    }

    @Override
    public List<String> usualScopes() {
        return List.of("openid", "profile", "w_member_social");
    }

    @Override
    public MockGrants.Rotation rotation() {
        return MockGrants.Rotation.SAME;
    }

    @Override
    public Duration lifetime() {
        return Duration.ofDays(60);
    }

    @Override
    public Optional<Duration> codeLifetime() {
        return Optional.of(Duration.ofMinutes(30));
    }

    @Override
    public Optional<Duration> grantLifetime() {
        return Optional.of(Duration.ofDays(365));
    }

    @Override
    public Set<ClientAuthentication> tokenAuthentication() {
        return Set.of(ClientAuthentication.CLIENT_SECRET_POST);
    }

    @Override
    public Optional<String> objection(AuthorizationQuery query) {
        return query.get("code_challenge").map(any -> "has a code_challenge, which makes the code exchange fail");
    }

    @Override
    public String denialError() {
        return "user_cancelled_authorize";
    }

    @Override
    public boolean grantsClientCredentials() {
        return true;
    }

    @Override
    public Duration clientCredentialsLifetime() {
        return Duration.ofMinutes(30);
    }

    /** Scopes are separated by spaces in requests and by commas in responses. */
    @Override
    public MockHttpResponse tokens(MockGrants.Issue issue, Instant now, boolean exchange) {
        JsonObject.Builder members = ProviderBehavior.tokenMembers(issue, now, ",");
        issue.grantEnd()
                .ifPresent(end -> members.add(
                        "refresh_token_expires_in", Duration.between(now, end).toSeconds()));
        return MockHttpResponse.json(200, members);
    }

    /** The lifetime is a string. */
    @Override
    public MockHttpResponse clientCredentialsToken(MockGrants.Issue issue, Instant now) {
        return MockHttpResponse.json(
                200,
                JsonObject.builder()
                        .add("access_token", issue.access())
                        .add("expires_in", Long.toString(ProviderBehavior.secondsLeft(issue, now))));
    }

    @Override
    public MockHttpResponse unknownClient(boolean basic) {
        return ProviderBehavior.rfcError(400, "invalid_client_id", "The passed in client_id is invalid");
    }

    @Override
    public MockHttpResponse wrongSecret(boolean basic) {
        return ProviderBehavior.rfcError(401, "invalid_client", "Client authentication failed");
    }

    @Override
    public MockHttpResponse invalidRefreshToken() {
        return ProviderBehavior.rfcError(
                400,
                "invalid_request",
                "The provided authorization grant or refresh token is invalid, expired or revoked");
    }

    @Override
    public MockHttpResponse invalidCode() {
        return ProviderBehavior.rfcError(
                401, "invalid_request", "Unable to retrieve access token: authorization code not found");
    }

    @Override
    public MockHttpResponse missing(String field) {
        return ProviderBehavior.rfcError(400, "invalid_request", "A required parameter \"" + field + "\" is missing");
    }

    /** LinkedIn has no revocation endpoint. */
    @Override
    public MockHttpResponse revoked(boolean known) {
        return MockHttpResponse.empty(404);
    }

    @Override
    public MockHttpResponse introspected(Optional<MockGrants.Issue> holder, Instant now) {
        return holder.map(issue -> MockHttpResponse.json(
                        200,
                        JsonObject.builder()
                                .add("active", true)
                                .add("client_id", clientId())
                                .add("status", "active")
                                .add("expires_at", issue.accessEnd().getEpochSecond())
                                .add("scope", String.join(",", issue.scopes()))
                                .add("auth_type", "3L")))
                .orElseGet(() -> MockHttpResponse.json(
                        200, JsonObject.builder().add("active", false).add("status", "expired")));
    }

    @Override
    public MockHttpResponse apiRefusal(boolean hasToken) {
        return hasToken
                ? refusal(65_602, "EXPIRED_ACCESS_TOKEN", "The token used in the request has expired")
                : MockHttpResponse.json(
                        401,
                        JsonObject.builder()
                                .add("message", "Empty oauth2_access_token")
                                .add("serviceErrorCode", 401)
                                .add("status", 401));
    }

    @Override
    public MockHttpResponse revokedApiRefusal() {
        return refusal(65_601, "REVOKED_ACCESS_TOKEN", "The token used in the request has been revoked by the user");
    }

    private static MockHttpResponse refusal(int number, String code, String message) {
        return MockHttpResponse.json(
                401,
                JsonObject.builder()
                        .add("status", 401)
                        .add("serviceErrorCode", number)
                        .add("code", code)
                        .add("message", message));
    }
}
