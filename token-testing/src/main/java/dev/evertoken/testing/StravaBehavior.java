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
 * Strava: rotates tokens within the last hour, has its own error format, accepts client credentials only in the body,
 * and never sends {@code WWW-Authenticate}. Stateless.
 */
final class StravaBehavior implements ProviderBehavior {

    @Override
    public String id() {
        return "strava";
    }

    @Override
    public String clientId() {
        return "73210";
    }

    @Override
    public List<String> usualScopes() {
        return List.of("read", "activity:read");
    }

    @Override
    public String scopeSeparator() {
        return ",";
    }

    @Override
    public MockGrants.Rotation rotation() {
        return MockGrants.Rotation.WITHIN_THE_LAST_HOUR;
    }

    @Override
    public Duration lifetime() {
        return Duration.ofHours(6);
    }

    @Override
    public Set<ClientAuthentication> tokenAuthentication() {
        return Set.of(ClientAuthentication.CLIENT_SECRET_POST);
    }

    @Override
    public Set<ClientAuthentication> revokeAuthentication() {
        return Set.of(ClientAuthentication.CLIENT_SECRET_BASIC);
    }

    @Override
    public MockHttpResponse tokens(MockGrants.Issue issue, Instant now, boolean exchange) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("token_type", "Bearer");
        fields.put("access_token", issue.access());
        fields.put("expires_at", issue.accessEnd().getEpochSecond());
        fields.put("expires_in", ProviderBehavior.secondsLeft(issue, now));
        issue.refresh().ifPresent(token -> fields.put("refresh_token", token));
        if (exchange) {
            fields.put("athlete", athlete(issue.account()));
        }
        return MockHttpResponse.json(200, MockJson.object(fields));
    }

    @Override
    public MockHttpResponse unknownClient(boolean basic) {
        return error(400, "Bad Request", "Application", "client_id", "invalid");
    }

    @Override
    public MockHttpResponse wrongSecret(boolean basic) {
        return basic ? unknownClient(true) : error(401, "Authorization Error", "Application", "", "invalid");
    }

    @Override
    public MockHttpResponse invalidRefreshToken() {
        return error(400, "Bad Request", "RefreshToken", "refresh_token", "invalid");
    }

    @Override
    public MockHttpResponse invalidCode() {
        return error(400, "Bad Request", "AuthorizationCode", "code", "invalid");
    }

    @Override
    public MockHttpResponse missing(String field) {
        return field.equals("client_id") ? unknownClient(false) : error(400, "Bad Request", "Token", field, "missing");
    }

    @Override
    public MockHttpResponse unsupportedGrantType() {
        return error(400, "Bad Request", "Token", "grant_type", "invalid");
    }

    @Override
    public MockHttpResponse revoked(boolean known) {
        return MockHttpResponse.empty(200);
    }

    /** Responds with the athlete. Strava has no introspection, so applications request the athlete. */
    @Override
    public MockHttpResponse introspected(Optional<MockGrants.Issue> holder, Instant now) {
        return holder.map(issue ->
                        MockHttpResponse.json(200, athlete(issue.account()).json()))
                .orElseGet(() -> apiRefusal(true));
    }

    @Override
    public MockHttpResponse apiRefusal(boolean hasToken) {
        return hasToken
                ? error(401, "Authorization Error", "Athlete", "access_token", "invalid")
                : error(401, "Authorization Error", "Application", "", "invalid");
    }

    private static MockJson.Raw athlete(String account) {
        return new MockJson.Raw(MockJson.object("id", Integer.toUnsignedLong(account.hashCode()), "resource_state", 2));
    }

    private static MockHttpResponse error(int status, String message, String resource, String field, String code) {
        MockJson.Raw one = new MockJson.Raw(MockJson.object("resource", resource, "field", field, "code", code));
        return MockHttpResponse.json(status, "message", message, "errors", List.of(one));
    }
}
