package dev.evertoken.testing;

import dev.evertoken.model.ClientAuthentication;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A plain RFC 6749 server that rotates every time and detects reuse (RFC 9700 section 4.14.2). Stateless. */
final class RotatingManners implements Manners {

    @Override
    public String id() {
        return "acme";
    }

    @Override
    public String clientId() {
        return "acme-client-7";
    }

    @Override
    public List<String> usualScopes() {
        return List.of("read", "write", "offline_access");
    }

    @Override
    public GrantBook.Rotation rotation() {
        return GrantBook.Rotation.EVERY_TIME;
    }

    @Override
    public Duration lifetime() {
        return Duration.ofHours(2);
    }

    @Override
    public Set<ClientAuthentication> tokenAuthentication() {
        return Set.of(ClientAuthentication.CLIENT_SECRET_BASIC, ClientAuthentication.CLIENT_SECRET_POST);
    }

    @Override
    public boolean givesAppTokens() {
        return true;
    }

    @Override
    public Reply tokens(GrantBook.Issue issue, Instant now, boolean exchange) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("access_token", issue.access());
        fields.put("token_type", "bearer");
        fields.put("expires_in", Manners.secondsLeft(issue, now));
        issue.refresh().ifPresent(token -> fields.put("refresh_token", token));
        fields.put("scope", String.join(" ", issue.scopes()));
        return Reply.json(200, Json.object(fields)).header("Cache-Control", "no-store");
    }

    @Override
    public Reply unknownClient(boolean basic) {
        Reply refusal = Manners.rfcError(401, "invalid_client", "Client authentication failed");
        return basic ? refusal.header("WWW-Authenticate", "Basic realm=\"acme\"") : refusal;
    }

    @Override
    public Reply wrongSecret(boolean basic) {
        return unknownClient(basic);
    }

    @Override
    public Reply deadRefreshToken() {
        return Manners.rfcError(400, "invalid_grant", "The refresh token is invalid, expired or revoked");
    }

    @Override
    public Reply deadCode() {
        return Manners.rfcError(400, "invalid_grant", "The authorization code is invalid or was used before");
    }

    @Override
    public Reply missing(String field) {
        return Manners.rfcError(400, "invalid_request", "Missing parameter: " + field);
    }

    @Override
    public Reply unsupportedGrantType() {
        return Manners.rfcError(400, "unsupported_grant_type", "Unsupported grant type");
    }

    /** RFC 7009 section 2.2: 200 for tokens that were dead already, too. */
    @Override
    public Reply revoked(boolean known) {
        return Reply.empty(200);
    }

    @Override
    public Reply introspected(Optional<GrantBook.Issue> holder, Instant now) {
        return holder.map(issue -> Reply.json(
                        200,
                        "active",
                        true,
                        "sub",
                        issue.account(),
                        "client_id",
                        clientId(),
                        "scope",
                        String.join(" ", issue.scopes()),
                        "exp",
                        issue.accessEnd().getEpochSecond(),
                        "token_type",
                        "bearer"))
                .orElseGet(() -> Reply.json(200, "active", false));
    }

    @Override
    public Reply apiRefusal(boolean hasToken) {
        String realm = "Bearer realm=\"acme\"";
        String challenge = realm + ", error=\"invalid_token\", error_description=\"The access token expired\"";
        return hasToken
                ? Reply.json(401, "error", "invalid_token").header("WWW-Authenticate", challenge)
                : Reply.empty(401).header("WWW-Authenticate", realm);
    }
}
