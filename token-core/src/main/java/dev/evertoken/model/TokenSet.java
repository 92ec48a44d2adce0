package dev.evertoken.model;

import dev.evertoken.internal.values.OrderedSet;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The tokens of one token response (RFC 6749 section 5.1).
 *
 * <p>Use {@link #builder(String)} to import tokens that the application already has, and {@link #ofRefreshToken} if it
 * has only a refresh token. Immutable.
 *
 * @param accessToken the access token; empty for an account that is imported with a refresh token alone
 * @param tokenType as the provider wrote it, usually {@code Bearer}
 * @param refreshToken empty if the provider issued none
 * @param expiresAt when the access token expires; {@link Schedule#NEVER} if the provider says that it does not; empty if
 *     unknown
 * @param refreshTokenExpiresAt when the refresh token expires, if the provider states it
 * @param scopes the granted scopes in the provider's order; empty if unknown
 * @param issuedAt the time just before the request that returned the tokens was sent
 * @param attributes further values that belong to the tokens and are stored like secrets (OAuth 1.0a token secret, id
 *     token, fields of the response that are kept)
 * @param hosts the hosts of the account's API that the provider's response names; empty if it names none
 */
public record TokenSet(
        Optional<Secret> accessToken,
        String tokenType,
        Optional<Secret> refreshToken,
        Optional<Instant> expiresAt,
        Optional<Instant> refreshTokenExpiresAt,
        Set<String> scopes,
        Instant issuedAt,
        Map<String, Secret> attributes,
        Set<String> hosts) {

    /** The beginning of the names of attributes that {@link #fields()} returns. */
    public static final String FIELD = "field.";

    /** The attribute with the secret of an OAuth 1.0a token. */
    public static final String TOKEN_SECRET = "oauth_token_secret";

    private static final String BEARER = "Bearer";

    /** @throws IllegalArgumentException if there is neither an access token nor a refresh token */
    public TokenSet {
        if (accessToken.isEmpty() && refreshToken.isEmpty()) {
            throw new IllegalArgumentException("a token set has neither an access token nor a refresh token");
        }
        Identifiers.require("token type", tokenType, 64);
        tokenType = tokenType.equals(BEARER) ? BEARER : tokenType; // one string for all accounts
        scopes = OrderedSet.copyOf(scopes);
        attributes = attributes.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(attributes));
        hosts = OrderedSet.copyOf(hosts);
    }

    /**
     * Returns the fields that the provider's description keeps for the application, such as {@code instance_url}: the
     * attributes whose names begin with {@value #FIELD}, without that beginning. Unmodifiable.
     */
    public Map<String, String> fields() {
        if (attributes.isEmpty()) {
            return Map.of();
        }
        Map<String, String> fields = new LinkedHashMap<>();
        for (Map.Entry<String, Secret> attribute : attributes.entrySet()) {
            if (attribute.getKey().startsWith(FIELD)) {
                fields.put(
                        attribute.getKey().substring(FIELD.length()),
                        attribute.getValue().reveal());
            }
        }
        return Collections.unmodifiableMap(fields);
    }

    /** Returns whether the provider says that the access token does not expire. */
    public boolean neverExpires() {
        return expiresAt.isPresent() && expiresAt.get().equals(Schedule.NEVER);
    }

    /**
     * Returns a builder for a token set with an access token; the defaults are the type {@code Bearer} and the epoch as
     * the time of issue.
     */
    public static Builder builder(String accessToken) {
        return new Builder(Optional.of(Secret.of(accessToken)));
    }

    /**
     * Returns tokens without an access token; the first use of the account obtains one with the refresh token. Use
     * {@link #toBuilder()} to add other known values, such as the scopes.
     */
    public static TokenSet ofRefreshToken(String refreshToken) {
        return new Builder(Optional.empty()).refreshToken(refreshToken).build();
    }

    /** Returns a builder with the values of this token set. */
    public Builder toBuilder() {
        Builder copy = new Builder(accessToken);
        copy.tokenType = tokenType;
        copy.refreshToken = refreshToken;
        copy.expiresAt = expiresAt;
        copy.refreshTokenExpiresAt = refreshTokenExpiresAt;
        copy.scopes = scopes;
        copy.issuedAt = issuedAt;
        copy.attributes.putAll(attributes);
        copy.hosts = hosts;
        return copy;
    }

    /** Builds a {@link TokenSet}. Not thread-safe; build on one thread, then share the result. */
    public static final class Builder {
        private Optional<Secret> accessToken;
        private String tokenType = BEARER;
        private Optional<Secret> refreshToken = Optional.empty();
        private Optional<Instant> expiresAt = Optional.empty();
        private Optional<Instant> refreshTokenExpiresAt = Optional.empty();
        private Set<String> scopes = Set.of();
        private Instant issuedAt = Instant.EPOCH;
        private final Map<String, Secret> attributes = new LinkedHashMap<>();
        private Set<String> hosts = Set.of();

        private Builder(Optional<Secret> accessToken) {
            this.accessToken = accessToken;
        }

        public Builder accessToken(Secret token) {
            this.accessToken = Optional.of(token);
            return this;
        }

        public Builder tokenType(String type) {
            this.tokenType = type;
            return this;
        }

        public Builder refreshToken(String token) {
            return refreshToken(Secret.of(token));
        }

        public Builder refreshToken(Secret token) {
            this.refreshToken = Optional.of(token);
            return this;
        }

        public Builder expiresAt(Instant end) {
            return expiresAt(Optional.of(end));
        }

        public Builder expiresAt(Optional<Instant> end) {
            this.expiresAt = end;
            return this;
        }

        /** Sets that the provider says that the access token does not expire. */
        public Builder neverExpires() {
            return expiresAt(Schedule.NEVER);
        }

        public Builder refreshTokenExpiresAt(Instant end) {
            return refreshTokenExpiresAt(Optional.of(end));
        }

        public Builder refreshTokenExpiresAt(Optional<Instant> end) {
            this.refreshTokenExpiresAt = end;
            return this;
        }

        /** Sets the granted scopes. A text may contain several scopes, separated by spaces or commas. */
        public Builder scopes(String... granted) {
            return scopes(Arrays.asList(granted));
        }

        /** Sets the granted scopes, like {@link #scopes(String...)}. */
        public Builder scopes(Collection<String> granted) {
            this.scopes = Identifiers.scopes(granted);
            return this;
        }

        /**
         * Sets when the tokens were issued: the time just before the request that returned them was sent, so that a
         * token never counts as valid for too long.
         */
        public Builder issuedAt(Instant moment) {
            this.issuedAt = moment;
            return this;
        }

        /** Adds a field that the application can read with the token, see {@link TokenSet#fields()}. */
        public Builder field(String name, String value) {
            return attribute(FIELD + name, Secret.of(value));
        }

        public Builder attribute(String name, Secret value) {
            attributes.put(name, value);
            return this;
        }

        public Builder hosts(Collection<String> names) {
            this.hosts = new LinkedHashSet<>(names);
            return this;
        }

        /** @throws IllegalArgumentException if there is neither an access token nor a refresh token */
        public TokenSet build() {
            return new TokenSet(
                    accessToken,
                    tokenType,
                    refreshToken,
                    expiresAt,
                    refreshTokenExpiresAt,
                    scopes,
                    issuedAt,
                    attributes,
                    hosts);
        }
    }
}
