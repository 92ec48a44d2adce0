package dev.evertoken.testing;

import dev.evertoken.internal.json.JsonArray;
import dev.evertoken.internal.json.JsonObject;
import dev.evertoken.internal.json.JsonWriter;
import dev.evertoken.model.ClientAuthentication;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
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
        JsonObject.Builder fields = JsonObject.builder();
        fields.add("token_type", "Bearer");
        fields.add("access_token", issue.access());
        fields.add("expires_at", issue.accessEnd().getEpochSecond());
        fields.add("expires_in", ProviderBehavior.secondsLeft(issue, now));
        issue.refresh().ifPresent(token -> fields.add("refresh_token", token));
        if (exchange) {
            fields.add("athlete", athlete(issue.account()));
        }
        return MockHttpResponse.json(200, fields);
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
        return holder.map(issue -> MockHttpResponse.json(200, JsonWriter.text(athlete(issue.account()))))
                .orElseGet(() -> apiRefusal(true));
    }

    @Override
    public MockHttpResponse apiRefusal(boolean hasToken) {
        return hasToken
                ? error(401, "Authorization Error", "Athlete", "access_token", "invalid")
                : error(401, "Authorization Error", "Application", "", "invalid");
    }

    private static JsonObject athlete(String account) {
        return JsonObject.builder()
                .add("id", Integer.toUnsignedLong(account.hashCode()))
                .add("resource_state", 2)
                .build();
    }

    private static MockHttpResponse error(int status, String message, String resource, String field, String code) {
        JsonObject one = JsonObject.builder()
                .add("resource", resource)
                .add("field", field)
                .add("code", code)
                .build();
        return MockHttpResponse.json(
                status, JsonObject.builder().add("message", message).add("errors", JsonArray.of(one)));
    }
}
