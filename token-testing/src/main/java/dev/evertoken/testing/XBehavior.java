package dev.evertoken.testing;

import dev.evertoken.internal.json.JsonArray;
import dev.evertoken.internal.json.JsonObject;
import dev.evertoken.internal.json.JsonWriter;
import dev.evertoken.model.ClientAuthentication;
import dev.evertoken.model.ClientRegistration;
import dev.evertoken.model.EndpointKind;
import dev.evertoken.spi.provider.Endpoints;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * X: every refresh token can be used once, codes expire after 30 seconds, and PKCE is required. It has a confidential
 * client, a public one, and an API key pair that obtains the single token of the application. Thread-safe.
 */
final class XBehavior implements ProviderBehavior {

    private static final String PROBLEM = "application/problem+json";
    private static final Duration NO_EXPIRY = Duration.ofDays(36_500);
    private static final int LONGEST_STATE = 500;

    private final ClientAuthenticationCheck apiKey =
            new ClientAuthenticationCheck("mockApiKey0000000000000xx", TestTokens.clientSecret());

    @Override
    public String id() {
        return "x";
    }

    @Override
    public String clientId() {
        return "bW9jay1jb25maWRlbnRpYWw6MTpjaQ";
    }

    @Override
    public Optional<String> publicClientId() {
        return Optional.of("bW9jay1wdWJsaWM6MTpjaQ");
    }

    @Override
    public Optional<ClientRegistration> clientCredentialsClient() {
        return Optional.of(ClientRegistration.of(apiKey.clientId(), apiKey.clientSecret()));
    }

    @Override
    public List<String> usualScopes() {
        return List.of("tweet.read", "users.read", "offline.access");
    }

    @Override
    public MockGrants.Rotation rotation() {
        return MockGrants.Rotation.SINGLE_USE;
    }

    @Override
    public Duration lifetime() {
        return Duration.ofHours(2);
    }

    @Override
    public Optional<Duration> codeLifetime() {
        return Optional.of(Duration.ofSeconds(30));
    }

    @Override
    public Set<ClientAuthentication> tokenAuthentication() {
        return Set.of(ClientAuthentication.CLIENT_SECRET_BASIC, ClientAuthentication.CLIENT_ID_ONLY);
    }

    @Override
    public Set<String> requiredFields() {
        return Set.of("client_id");
    }

    @Override
    public boolean issuesRefreshToken(AuthorizationQuery query, boolean first) {
        return query.scopes(scopeSeparator()).contains("offline.access");
    }

    /** The original shows an error page without a reason instead of a redirect. */
    @Override
    public Optional<String> objection(AuthorizationQuery query) {
        if (query.get("code_challenge").isEmpty()) {
            return Optional.of("has no code_challenge");
        }
        boolean tooLong = query.get("state").orElse("").length() > LONGEST_STATE;
        return tooLong ? Optional.of("has a state of more than 500 characters") : Optional.empty();
    }

    @Override
    public Endpoints endpoints(Endpoints usual, Function<String, URI> at) {
        return usual.with(EndpointKind.CLIENT_CREDENTIALS, at.apply("/oauth2/token"));
    }

    @Override
    public Optional<MockHttpResponse> response(String path, RawRequest request, MockGrants grants) {
        return path.equals("/oauth2/token") ? Optional.of(appOnly(request, grants)) : Optional.empty();
    }

    /** Returns the same token at every request until it is invalidated. */
    private MockHttpResponse appOnly(RawRequest request, MockGrants grants) {
        boolean granted = "client_credentials".equals(request.form().get("grant_type"));
        Set<ClientAuthentication> basic = Set.of(ClientAuthentication.CLIENT_SECRET_BASIC);
        if (!granted || apiKey.refusal(request, basic, this).isPresent()) {
            return v1Error(403, 99, "Unable to verify your credentials");
        }
        MockGrants.Issue issue = grants.current(Ledger.APPLICATION)
                .orElseGet(() -> grants.consent(Ledger.APPLICATION, List.of(), false, NO_EXPIRY));
        return MockHttpResponse.json(
                200, JsonObject.builder().add("token_type", "bearer").add("access_token", issue.access()));
    }

    @Override
    public MockHttpResponse tokens(MockGrants.Issue issue, Instant now, boolean exchange) {
        return MockHttpResponse.json(
                200, ProviderBehavior.tokenMembers(issue, now, scopeSeparator()).add("token_type", "bearer"));
    }

    /** Returns the same error for a missing header, a wrong secret, and a header of a client without a secret. */
    @Override
    public MockHttpResponse unknownClient(boolean basic) {
        return ProviderBehavior.rfcError(401, "unauthorized_client", "Missing valid authorization header");
    }

    @Override
    public MockHttpResponse invalidRefreshToken() {
        return ProviderBehavior.rfcError(400, "invalid_request", "Value passed for the token was invalid.");
    }

    @Override
    public MockHttpResponse invalidCode() {
        return ProviderBehavior.rfcError(
                400, "invalid_request", "Value passed for the authorization code was invalid.");
    }

    @Override
    public MockHttpResponse missing(String field) {
        return ProviderBehavior.rfcError(400, "invalid_request", "Missing required parameter [" + field + "].");
    }

    @Override
    public MockHttpResponse revoked(boolean known) {
        return known ? MockHttpResponse.json(200, JsonObject.builder().add("revoked", true)) : invalidRefreshToken();
    }

    /** Responds with the user. X has no introspection, so applications request the user. */
    @Override
    public MockHttpResponse introspected(Optional<MockGrants.Issue> holder, Instant now) {
        if (holder.isEmpty()) {
            return apiRefusal(true);
        }
        MockGrants.Issue issue = holder.get();
        if (!issue.scopes().contains("users.read")) {
            return problem(403, "Forbidden");
        }
        JsonObject.Builder user = JsonObject.builder();
        user.add("id", Integer.toUnsignedString(issue.account().hashCode()));
        user.add("name", issue.account());
        user.add("username", issue.account());
        return MockHttpResponse.json(200, JsonObject.builder().add("data", user.build()));
    }

    @Override
    public MockHttpResponse apiRefusal(boolean hasToken) {
        return problem(401, "Unauthorized");
    }

    private static MockHttpResponse problem(int status, String title) {
        return MockHttpResponse.of(
                status,
                PROBLEM,
                JsonWriter.text(JsonObject.builder()
                        .add("title", title)
                        .add("type", "about:blank")
                        .add("status", status)
                        .add("detail", title)
                        .build()));
    }

    private static MockHttpResponse v1Error(int status, int code, String message) {
        JsonObject one =
                JsonObject.builder().add("code", code).add("message", message).build();
        return MockHttpResponse.json(status, JsonObject.builder().add("errors", JsonArray.of(one)));
    }
}
