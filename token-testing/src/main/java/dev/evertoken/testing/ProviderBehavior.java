package dev.evertoken.testing;

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

/** How one provider talks: the shapes of its answers and what it accepts. Implementations are stateless. */
interface ProviderBehavior {

    /** Returns the provider's id, also the first part of its paths. */
    String id();

    /** Returns a client id of the shape that the provider hands out. */
    String clientId();

    /** Returns that client's secret; asked once. */
    default String clientSecret() {
        return TestTokens.clientSecret();
    }

    /** Returns the id of a second client, one without a secret; empty if there are none such. */
    default Optional<String> publicClientId() {
        return Optional.empty();
    }

    /** Returns the client that gets tokens of the application itself; empty if it is the usual one. */
    default Optional<ClientRegistration> applicationsClient() {
        return Optional.empty();
    }

    /** Returns what a token request has to have in its form, whoever asks. */
    default Set<String> requiredFields() {
        return Set.of();
    }

    /** Returns scopes that a consent has unless told otherwise. */
    List<String> usualScopes();

    /** Returns what separates scopes; a blank unless overridden (RFC 6749 section 3.3). */
    default String scopeSeparator() {
        return " ";
    }

    MockGrants.Rotation rotation();

    Duration lifetime();

    /** Returns how clients may prove themselves at the token endpoint. */
    Set<ClientAuthentication> tokenAuthentication();

    /** Returns how clients may prove themselves at the revocation endpoint (RFC 7009 section 2.1). */
    default Set<ClientAuthentication> revokeAuthentication() {
        return tokenAuthentication();
    }

    /** Tells whether this consent brings a refresh token; {@code first} if the account has no other one. */
    default boolean givesRefreshToken(AuthorizationQuery query, boolean first) {
        return hasRefreshTokens();
    }

    /** Returns the tokens of a consent as this provider gives them, made of those that most would give. */
    default TokenSet dressed(TokenSet plain) {
        return plain;
    }

    /**
     * Returns where the browser is sent after a person has decided, at a provider that does not go by codes; empty if
     * it does.
     *
     * @param account empty if they decline
     */
    default Optional<URI> decided(AuthorizationQuery query, Optional<String> account) {
        return Optional.empty();
    }

    /** Returns the access token that an API request carries. */
    default Optional<String> accessToken(RawRequest request) {
        return MockAddresses.bearer(request);
    }

    /** Tells whether the application gets tokens of its own (RFC 6749 section 4.4). */
    default boolean givesAppTokens() {
        return false;
    }

    /** Returns how long a code waits for its exchange; empty if for as long as anybody wants to try. */
    default Optional<Duration> codeLifetime() {
        return Optional.empty();
    }

    /** Returns how long after a consent its refresh token ends, whatever is refreshed; empty for never. */
    default Optional<Duration> grantLifetime() {
        return Optional.empty();
    }

    /** Returns what is wrong with an authorization URL, beyond what RFC 6749 wants of it; empty if nothing is. */
    default Optional<String> objection(AuthorizationQuery query) {
        return Optional.empty();
    }

    /** Returns the {@code error} of the redirect when the person declines. */
    default String denial() {
        return "access_denied";
    }

    /** Answers a request for a token of the application with one that has been issued for it. */
    default MockHttpResponse clientCredentialsToken(MockGrants.Issue issue, Instant now) {
        return tokens(issue, now, true);
    }

    /** Returns how long a token of the application lives. */
    default Duration appTokenLifetime() {
        return lifetime();
    }

    /**
     * Returns the method of token requests to a place; with {@code GET} their fields are in the query. Empty if it is no
     * place for token requests.
     */
    default Optional<String> tokenMethod(String place) {
        return place.equals("/token") ? Optional.of("POST") : Optional.empty();
    }

    /** Returns the grant type that a token request means, empty text if none; some requests do not name theirs. */
    default String grantType(Map<String, String> fields) {
        return fields.getOrDefault("grant_type", "");
    }

    /** Returns the access token that a token request trades for another; empty if it trades none. */
    default Optional<String> traded(Map<String, String> fields) {
        return Optional.empty();
    }

    /** Tells whether there are refresh tokens at all. */
    default boolean hasRefreshTokens() {
        return true;
    }

    /** Returns how long an access token lives that was bought with a code; empty if as long as any. */
    default Optional<Duration> firstLifetime() {
        return Optional.empty();
    }

    /** Returns the refusal of a client at the token endpoint; empty if it is who it should be. */
    default Optional<MockHttpResponse> refusal(String grantType, RawRequest request, ClientAuthenticationCheck proof) {
        return proof.refusal(request, tokenAuthentication(), this);
    }

    /** Answers a token request of a grant type that only this provider has; empty if it does not have it either. */
    default Optional<MockHttpResponse> otherGrant(String grantType, Map<String, String> fields, MockGrants grants) {
        return Optional.empty();
    }

    /**
     * Answers a request to a place that only this provider has, as {@code /debug_token}; empty if there is none. A place
     * below {@code /api} can be scripted as the API and counts as it.
     */
    default Optional<MockHttpResponse> response(String place, RawRequest request, MockGrants grants) {
        return Optional.empty();
    }

    /** Returns where the endpoints are, if one is not in its usual place; {@code at} makes an address of a place. */
    default Endpoints endpoints(Endpoints usual, Function<String, URI> at) {
        return usual;
    }

    /** Answers a token request with tokens; {@code exchange} if they were bought with a code. */
    MockHttpResponse tokens(MockGrants.Issue issue, Instant now, boolean exchange);

    MockHttpResponse unknownClient(boolean basic);

    MockHttpResponse wrongSecret(boolean basic);

    MockHttpResponse deadRefreshToken();

    MockHttpResponse deadCode();

    /** Answers a token request that lacks a field. */
    MockHttpResponse missing(String field);

    MockHttpResponse unsupportedGrantType();

    /** Answers a request for revocation; {@code known} if the token was alive. */
    MockHttpResponse revoked(boolean known);

    /** Answers a look at an access token; empty if it is dead. */
    MockHttpResponse introspected(Optional<MockGrants.Issue> holder, Instant now);

    /** Answers an API request whose token is dead, or that has none. */
    MockHttpResponse apiRefusal(boolean hasToken);

    /** Answers an API request whose token was revoked, where that is told from one that has ended. */
    default MockHttpResponse revokedApiRefusal() {
        return apiRefusal(true);
    }

    /** Returns an answer of RFC 6749 section 5.2. */
    static MockHttpResponse rfcError(int status, String error, String description) {
        return MockHttpResponse.json(status, "error", error, "error_description", description);
    }

    /** Returns whole seconds of life left, at least 0. */
    static long secondsLeft(MockGrants.Issue issue, Instant now) {
        return Math.max(0, Duration.between(now, issue.accessEnd()).toSeconds());
    }
}
