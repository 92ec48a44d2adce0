package dev.evertoken.testing;

import dev.evertoken.internal.json.JsonObject;
import dev.evertoken.model.ClientAuthentication;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** An RFC 6749 server that rotates at every refresh and detects reuse (RFC 9700 section 4.14.2). Stateless. */
final class RotatingBehavior implements ProviderBehavior {

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
    public MockGrants.Rotation rotation() {
        return MockGrants.Rotation.EVERY_TIME;
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
    public boolean grantsClientCredentials() {
        return true;
    }

    @Override
    public MockHttpResponse tokens(MockGrants.Issue issue, Instant now, boolean exchange) {
        JsonObject.Builder members =
                ProviderBehavior.tokenMembers(issue, now, scopeSeparator()).add("token_type", "bearer");
        return MockHttpResponse.json(200, members).header("Cache-Control", "no-store");
    }

    @Override
    public MockHttpResponse unknownClient(boolean basic) {
        MockHttpResponse refusal = ProviderBehavior.rfcError(401, "invalid_client", "Client authentication failed");
        return basic ? refusal.header("WWW-Authenticate", "Basic realm=\"acme\"") : refusal;
    }

    @Override
    public MockHttpResponse invalidRefreshToken() {
        return ProviderBehavior.rfcError(400, "invalid_grant", "The refresh token is invalid, expired or revoked");
    }

    @Override
    public MockHttpResponse invalidCode() {
        return ProviderBehavior.rfcError(400, "invalid_grant", "The authorization code is invalid or was used before");
    }

    @Override
    public MockHttpResponse missing(String field) {
        return ProviderBehavior.rfcError(400, "invalid_request", "Missing parameter: " + field);
    }

    /** Responds with status 200 also for invalid tokens (RFC 7009 section 2.2). */
    @Override
    public MockHttpResponse revoked(boolean known) {
        return MockHttpResponse.empty(200);
    }

    @Override
    public MockHttpResponse introspected(Optional<MockGrants.Issue> holder, Instant now) {
        return holder.map(issue -> MockHttpResponse.json(
                        200,
                        JsonObject.builder()
                                .add("active", true)
                                .add("sub", issue.account())
                                .add("client_id", clientId())
                                .add("scope", String.join(" ", issue.scopes()))
                                .add("exp", issue.accessEnd().getEpochSecond())
                                .add("token_type", "bearer")))
                .orElseGet(() -> MockHttpResponse.json(200, JsonObject.builder().add("active", false)));
    }

    @Override
    public MockHttpResponse apiRefusal(boolean hasToken) {
        String realm = "Bearer realm=\"acme\"";
        String challenge = realm + ", error=\"invalid_token\", error_description=\"The access token expired\"";
        return hasToken
                ? MockHttpResponse.json(401, JsonObject.builder().add("error", "invalid_token"))
                        .header("WWW-Authenticate", challenge)
                : MockHttpResponse.empty(401).header("WWW-Authenticate", realm);
    }
}
