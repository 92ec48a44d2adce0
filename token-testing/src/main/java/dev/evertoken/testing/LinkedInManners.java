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
 * LinkedIn for an approved partner: the refresh token stays, comes with every answer, and ends a year after the
 * consent; no proof keys, no revocation. Stateless.
 */
final class LinkedInManners implements Manners {

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
    public GrantBook.Rotation rotation() {
        return GrantBook.Rotation.SAME;
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
        return query.get("code_challenge").map(any -> "has a code_challenge, with which the exchange fails later");
    }

    @Override
    public String denial() {
        return "user_cancelled_authorize";
    }

    @Override
    public boolean givesAppTokens() {
        return true;
    }

    @Override
    public Duration appTokenLifetime() {
        return Duration.ofMinutes(30);
    }

    /** Scopes are asked for with blanks and answered with commas. */
    @Override
    public Reply tokens(GrantBook.Issue issue, Instant now, boolean exchange) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("access_token", issue.access());
        fields.put("expires_in", Manners.secondsLeft(issue, now));
        issue.refresh().ifPresent(token -> fields.put("refresh_token", token));
        issue.grantEnd()
                .ifPresent(end -> fields.put(
                        "refresh_token_expires_in", Duration.between(now, end).toSeconds()));
        fields.put("scope", String.join(",", issue.scopes()));
        return Reply.json(200, Json.object(fields));
    }

    /** The lifetime comes as a text. */
    @Override
    public Reply appToken(GrantBook.Issue issue, Instant now) {
        return Reply.json(
                200, "access_token", issue.access(), "expires_in", Long.toString(Manners.secondsLeft(issue, now)));
    }

    @Override
    public Reply unknownClient(boolean basic) {
        return Manners.rfcError(400, "invalid_client_id", "The passed in client_id is invalid");
    }

    @Override
    public Reply wrongSecret(boolean basic) {
        return Manners.rfcError(401, "invalid_client", "Client authentication failed");
    }

    @Override
    public Reply deadRefreshToken() {
        return Manners.rfcError(
                400,
                "invalid_request",
                "The provided authorization grant or refresh token is invalid, expired or revoked");
    }

    @Override
    public Reply deadCode() {
        return Manners.rfcError(
                401, "invalid_request", "Unable to retrieve access token: authorization code not found");
    }

    @Override
    public Reply missing(String field) {
        return Manners.rfcError(400, "invalid_request", "A required parameter \"" + field + "\" is missing");
    }

    @Override
    public Reply unsupportedGrantType() {
        return Manners.rfcError(400, "unsupported_grant_type", "The grant type is not supported");
    }

    /** There is no such place. */
    @Override
    public Reply revoked(boolean known) {
        return Reply.empty(404);
    }

    @Override
    public Reply introspected(Optional<GrantBook.Issue> holder, Instant now) {
        return holder.map(issue -> Reply.json(
                        200,
                        "active",
                        true,
                        "client_id",
                        clientId(),
                        "status",
                        "active",
                        "expires_at",
                        issue.accessEnd().getEpochSecond(),
                        "scope",
                        String.join(",", issue.scopes()),
                        "auth_type",
                        "3L"))
                .orElseGet(() -> Reply.json(200, "active", false, "status", "expired"));
    }

    @Override
    public Reply apiRefusal(boolean hasToken) {
        return hasToken
                ? refusal(65_602, "EXPIRED_ACCESS_TOKEN", "The token used in the request has expired")
                : Reply.json(401, "message", "Empty oauth2_access_token", "serviceErrorCode", 401, "status", 401);
    }

    @Override
    public Reply revokedApiRefusal() {
        return refusal(65_601, "REVOKED_ACCESS_TOKEN", "The token used in the request has been revoked by the user");
    }

    private static Reply refusal(int number, String code, String message) {
        return Reply.json(401, "status", 401, "serviceErrorCode", number, "code", code, "message", message);
    }
}
