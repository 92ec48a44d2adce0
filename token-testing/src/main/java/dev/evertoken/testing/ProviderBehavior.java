package dev.evertoken.testing;

import dev.evertoken.internal.json.JsonObject;
import dev.evertoken.model.ClientAuthentication;
import dev.evertoken.model.ClientRegistration;
import dev.evertoken.model.TokenSet;
import dev.evertoken.spi.provider.Endpoints;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * The behavior of one provider: the format of its responses and the requests that it accepts. Implementations are
 * stateless.
 */
interface ProviderBehavior {

    /** Returns the provider's id, which is also the first part of its paths. */
    String id();

    /** Returns a client id in the provider's format. */
    String clientId();

    /** Returns the secret of that client; called once. */
    default String clientSecret() {
        return TestTokens.clientSecret();
    }

    /** Returns the id of a client without a secret; empty if the provider has no public clients. */
    default Optional<String> publicClientId() {
        return Optional.empty();
    }

    /** Returns the client that obtains client credentials tokens; empty if it is the default client. */
    default Optional<ClientRegistration> clientCredentialsClient() {
        return Optional.empty();
    }

    /** Returns the form fields that every token request must have. */
    default Set<String> requiredFields() {
        return Set.of();
    }

    /** Returns the default scopes of a consent. */
    List<String> usualScopes();

    /** Returns the separator of scopes; a space by default (RFC 6749 section 3.3). */
    default String scopeSeparator() {
        return " ";
    }

    MockGrants.Rotation rotation();

    Duration lifetime();

    /** Returns the accepted client authentication methods at the token endpoint. */
    Set<ClientAuthentication> tokenAuthentication();

    /** Returns the accepted client authentication methods at the revocation endpoint (RFC 7009 section 2.1). */
    default Set<ClientAuthentication> revokeAuthentication() {
        return tokenAuthentication();
    }

    /** Returns whether this consent issues a refresh token; {@code first} is true if the account has no other grant. */
    default boolean issuesRefreshToken(AuthorizationQuery query, boolean first) {
        return hasRefreshTokens();
    }

    /** Adapts the common form of a consent's tokens to this provider. */
    default TokenSet adapted(TokenSet plain) {
        return plain;
    }

    /**
     * Returns the redirect after the user's decision, at a provider that has no authorization codes; empty if it has.
     *
     * @param account empty if the user denies consent
     */
    default Optional<URI> decision(AuthorizationQuery query, Optional<String> account) {
        return Optional.empty();
    }

    /** Returns the access token of an API request. */
    default Optional<String> accessToken(RawRequest request) {
        return MockAddresses.bearer(request);
    }

    /** Returns whether the provider issues client credentials tokens (RFC 6749 section 4.4). */
    default boolean grantsClientCredentials() {
        return false;
    }

    /** Returns the lifetime of an authorization code; empty if codes do not expire. */
    default Optional<Duration> codeLifetime() {
        return Optional.empty();
    }

    /**
     * Returns the time from consent to the expiry of the refresh token, independent of refreshes; empty if it does not
     * expire.
     */
    default Optional<Duration> grantLifetime() {
        return Optional.empty();
    }

    /** Returns why an authorization URL is rejected, beyond the requirements of RFC 6749; empty if it is accepted. */
    default Optional<String> objection(AuthorizationQuery query) {
        return Optional.empty();
    }

    /** Returns the {@code error} parameter of the redirect when the user denies consent. */
    default String denialError() {
        return "access_denied";
    }

    /** Returns the response that contains a client credentials token. */
    default MockHttpResponse clientCredentialsToken(MockGrants.Issue issue, Instant now) {
        return tokens(issue, now, true);
    }

    /** Returns the lifetime of a client credentials token. */
    default Duration clientCredentialsLifetime() {
        return lifetime();
    }

    /**
     * Returns the HTTP method of token requests to a path; with {@code GET} the fields are in the query. Empty if the
     * path is not a token endpoint.
     */
    default Optional<String> tokenMethod(String path) {
        return path.equals("/token") ? Optional.of("POST") : Optional.empty();
    }

    /** Returns the grant type of a token request; an empty string if none. Some requests do not contain it. */
    default String grantType(Map<String, String> fields) {
        return fields.getOrDefault("grant_type", "");
    }

    /** Returns the access token that a token request exchanges for another one; empty if there is none. */
    default Optional<String> exchangedToken(Map<String, String> fields) {
        return Optional.empty();
    }

    /** Returns whether the provider has refresh tokens. */
    default boolean hasRefreshTokens() {
        return true;
    }

    /** Returns the lifetime of an access token that was issued for a code; empty if it is the usual one. */
    default Optional<Duration> firstLifetime() {
        return Optional.empty();
    }

    /** Returns the error response to a client at the token endpoint; empty if the client is authenticated. */
    default Optional<MockHttpResponse> refusal(
            String grantType, RawRequest request, ClientAuthenticationCheck authentication) {
        return authentication.refusal(request, tokenAuthentication(), this);
    }

    /**
     * Responds to a token request with a grant type that is specific to this provider; empty if it does not support it.
     */
    default Optional<MockHttpResponse> extensionGrant(String grantType, Map<String, String> fields, MockGrants grants) {
        return Optional.empty();
    }

    /**
     * Responds to a request with a path that is specific to this provider, such as {@code /debug_token}; empty if there
     * is none. Paths below {@code /api} count as API requests and can be scripted.
     */
    default Optional<MockHttpResponse> response(String path, RawRequest request, MockGrants grants) {
        return Optional.empty();
    }

    /** Returns the endpoints, if some have unusual paths; {@code at} converts a path to an address. */
    default Endpoints endpoints(Endpoints usual, Function<String, URI> at) {
        return usual;
    }

    /** Returns the response that contains tokens; {@code exchange} is true if they were issued for a code. */
    MockHttpResponse tokens(MockGrants.Issue issue, Instant now, boolean exchange);

    MockHttpResponse unknownClient(boolean basic);

    /** Responds to a client with a wrong secret; by default as to an unknown client (RFC 6749 section 5.2). */
    default MockHttpResponse wrongSecret(boolean basic) {
        return unknownClient(basic);
    }

    MockHttpResponse invalidRefreshToken();

    MockHttpResponse invalidCode();

    /** Responds to a token request that lacks a field. */
    MockHttpResponse missing(String field);

    /** Responds to an unsupported grant type; by default as in RFC 6749 section 5.2. */
    default MockHttpResponse unsupportedGrantType() {
        return rfcError(400, "unsupported_grant_type", "Unsupported grant type");
    }

    /** Responds to a revocation request; {@code known} is true if the token was valid. */
    MockHttpResponse revoked(boolean known);

    /** Responds to the introspection of an access token; {@code holder} is empty if the token is invalid. */
    MockHttpResponse introspected(Optional<MockGrants.Issue> holder, Instant now);

    /** Responds to an API request whose token is invalid or missing. */
    MockHttpResponse apiRefusal(boolean hasToken);

    /** Responds to an API request whose token was revoked, if the provider distinguishes that from an expired one. */
    default MockHttpResponse revokedApiRefusal() {
        return apiRefusal(true);
    }

    /** Returns an error response of RFC 6749 section 5.2. */
    static MockHttpResponse rfcError(int status, String error, String description) {
        return MockHttpResponse.json(
                status, JsonObject.builder().add("error", error).add("error_description", description));
    }

    /** Returns the members of a token response (RFC 6749 section 5.1) without {@code token_type}. */
    static JsonObject.Builder tokenMembers(MockGrants.Issue issue, Instant now, String scopeSeparator) {
        JsonObject.Builder members =
                JsonObject.builder().add("access_token", issue.access()).add("expires_in", secondsLeft(issue, now));
        issue.refresh().ifPresent(token -> members.add("refresh_token", token));
        return members.add("scope", String.join(scopeSeparator, issue.scopes()));
    }

    /** Returns the remaining lifetime in whole seconds, at least 0. */
    static long secondsLeft(MockGrants.Issue issue, Instant now) {
        return Math.max(0, Duration.between(now, issue.accessEnd()).toSeconds());
    }
}
