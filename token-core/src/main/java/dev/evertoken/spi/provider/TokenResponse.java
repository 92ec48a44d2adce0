package dev.evertoken.spi.provider;

import dev.evertoken.internal.values.OrderedSet;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenSet;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A successful response of a token endpoint (RFC 6749 section 5.1). Fields that the response lacks are absent here.
 *
 * <p>Two responses are equal if all their parts are. Immutable.
 */
public final class TokenResponse {

    private final Optional<Secret> accessToken;
    private final Optional<String> accessTokenFault;
    private final String tokenType;
    private final Optional<Secret> refreshToken;
    private final Optional<Instant> expiresAt;
    private final Optional<Instant> refreshTokenExpiresAt;
    private final Optional<Set<String>> scopes;
    private final Optional<String> subject;
    private final Map<String, Secret> attributes;
    private final Set<String> hosts;
    private final Map<String, TokenResponse> others;
    private final Instant issuedAt;

    private TokenResponse(Builder from) {
        this.accessToken = from.accessToken;
        this.accessTokenFault = from.accessTokenFault;
        this.tokenType = from.tokenType;
        this.refreshToken = from.refreshToken;
        this.expiresAt = from.expiresAt;
        this.refreshTokenExpiresAt = from.refreshTokenExpiresAt;
        this.scopes = from.scopes.isPresent() ? Optional.of(OrderedSet.copyOf(from.scopes.get())) : Optional.empty();
        this.subject = from.subject;
        this.attributes = Collections.unmodifiableMap(new LinkedHashMap<>(from.attributes));
        this.hosts = OrderedSet.copyOf(from.hosts);
        this.others = Collections.unmodifiableMap(new LinkedHashMap<>(from.others));
        this.issuedAt = from.issuedAt;
    }

    /**
     * Starts a response with the token type {@code Bearer}; everything else is absent unless set.
     *
     * @param issuedAt just before the request was sent, so that a lifetime counted from it never ends too late
     */
    public static Builder builder(Instant issuedAt) {
        return new Builder(issuedAt);
    }

    /** Starts a response with all parts of this one. */
    public Builder toBuilder() {
        return new Builder(this);
    }

    /** Returns the access token, empty if the response has only a refresh token, which happens. */
    public Optional<Secret> accessToken() {
        return accessToken;
    }

    /**
     * Returns why the access token of the response cannot be used, without its value; empty if it can be used or the
     * response has none.
     */
    public Optional<String> accessTokenFault() {
        return accessTokenFault;
    }

    /** Returns the token type as the provider wrote it; {@code Bearer} if the response has none. */
    public String tokenType() {
        return tokenType;
    }

    /** Returns the refresh token, empty if the account keeps the one it has. */
    public Optional<Secret> refreshToken() {
        return refreshToken;
    }

    /**
     * Returns when the access token expires, counted from {@link #issuedAt}; {@link
     * dev.evertoken.model.Schedule#NEVER} if the provider says that it does not; empty if the response does not say.
     */
    public Optional<Instant> expiresAt() {
        return expiresAt;
    }

    /** Returns when the refresh token expires, empty if the response does not say. */
    public Optional<Instant> refreshTokenExpiresAt() {
        return refreshTokenExpiresAt;
    }

    /** Returns the granted scopes, empty if they are unchanged (RFC 6749 section 5.1). Unmodifiable. */
    public Optional<Set<String>> scopes() {
        return scopes;
    }

    /** Returns the provider's id of the user, empty if the response has none. */
    public Optional<String> subject() {
        return subject;
    }

    /** Returns further secrets of the response, such as an id token. Unmodifiable. */
    public Map<String, Secret> attributes() {
        return attributes;
    }

    /** Returns the hosts of the account's API that the response names; empty if it names none. Unmodifiable. */
    public Set<String> hosts() {
        return hosts;
    }

    /**
     * Returns further grants that the response to a code has brought, by name, such as a bot's and a user's; usually
     * empty. A grant {@code user} of the account {@code anna} is connected as the account {@code anna/user}. Unmodifiable.
     */
    public Map<String, TokenResponse> others() {
        return others;
    }

    /** Returns the time just before the request was sent. */
    public Instant issuedAt() {
        return issuedAt;
    }

    /** Returns this response with the tokens alone: without scopes, user and attributes, of type {@code Bearer}. */
    public TokenResponse tokensOnly() {
        return builder(issuedAt)
                .accessToken(accessToken)
                .accessTokenFault(accessTokenFault)
                .refreshToken(refreshToken)
                .expiresAt(expiresAt)
                .refreshTokenExpiresAt(refreshTokenExpiresAt)
                .build();
    }

    /**
     * Returns the tokens of an account after this response: {@code base} with the fields that the response has.
     *
     * <p>Without an access token in the response the old one keeps its expiry. The expiry of the refresh token is kept
     * if the response has none and brings the same refresh token or none. For an account without any refresh token that
     * expiry is the end of the grant: it is cleared by a new access token unless the response has it again.
     */
    public TokenSet applyTo(TokenSet base) {
        TokenSet.Builder next = base.toBuilder();
        if (accessToken.isPresent()) {
            next.accessToken(accessToken.get())
                    .tokenType(tokenType)
                    .issuedAt(issuedAt)
                    .expiresAt(expiresAt);
        }
        boolean rotated = refreshToken.isPresent() && !base.refreshToken().equals(refreshToken);
        if (refreshToken.isPresent()) {
            next.refreshToken(refreshToken.get());
        }
        boolean traded = base.refreshToken().isEmpty() && accessToken.isPresent();
        if (rotated || traded || refreshTokenExpiresAt.isPresent()) {
            next.refreshTokenExpiresAt(refreshTokenExpiresAt);
        }
        if (scopes.isPresent()) {
            next.scopes(scopes.get());
        }
        for (Map.Entry<String, Secret> attribute : attributes.entrySet()) {
            next.attribute(attribute.getKey(), attribute.getValue());
        }
        if (!hosts.isEmpty()) {
            next.hosts(hosts);
        }
        return next.build();
    }

    /** Returns the tokens of an account that had none before; empty if the response has no access token. */
    public Optional<TokenSet> toTokenSet() {
        return accessToken.map(token -> new TokenSet(
                Optional.of(token),
                tokenType,
                refreshToken,
                expiresAt,
                refreshTokenExpiresAt,
                scopes.orElse(Set.of()),
                issuedAt,
                attributes,
                hosts));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other
                || (other instanceof TokenResponse that
                        && accessToken.equals(that.accessToken)
                        && accessTokenFault.equals(that.accessTokenFault)
                        && tokenType.equals(that.tokenType)
                        && refreshToken.equals(that.refreshToken)
                        && expiresAt.equals(that.expiresAt)
                        && refreshTokenExpiresAt.equals(that.refreshTokenExpiresAt)
                        && scopes.equals(that.scopes)
                        && subject.equals(that.subject)
                        && attributes.equals(that.attributes)
                        && hosts.equals(that.hosts)
                        && others.equals(that.others)
                        && issuedAt.equals(that.issuedAt));
    }

    @Override
    public int hashCode() {
        return Objects.hash(
                accessToken,
                accessTokenFault,
                tokenType,
                refreshToken,
                expiresAt,
                refreshTokenExpiresAt,
                scopes,
                subject,
                attributes,
                hosts,
                others,
                issuedAt);
    }

    @Override
    public String toString() {
        return "TokenResponse[accessToken=" + accessToken
                + ", accessTokenFault=" + accessTokenFault
                + ", tokenType=" + tokenType
                + ", refreshToken=" + refreshToken
                + ", expiresAt=" + expiresAt
                + ", refreshTokenExpiresAt=" + refreshTokenExpiresAt
                + ", scopes=" + scopes
                + ", subject=" + subject
                + ", attributes=" + attributes
                + ", hosts=" + hosts
                + ", others=" + others
                + ", issuedAt=" + issuedAt
                + "]";
    }

    /**
     * Collects the parts of a response; each method sets the part of its name. Not thread-safe; build on one thread, then
     * share the result.
     */
    public static final class Builder {
        private Optional<Secret> accessToken = Optional.empty();
        private Optional<String> accessTokenFault = Optional.empty();
        private String tokenType = "Bearer";
        private Optional<Secret> refreshToken = Optional.empty();
        private Optional<Instant> expiresAt = Optional.empty();
        private Optional<Instant> refreshTokenExpiresAt = Optional.empty();
        private Optional<Set<String>> scopes = Optional.empty();
        private Optional<String> subject = Optional.empty();
        private Map<String, Secret> attributes = Map.of();
        private Set<String> hosts = Set.of();
        private Map<String, TokenResponse> others = Map.of();
        private final Instant issuedAt;

        private Builder(Instant issuedAt) {
            this.issuedAt = issuedAt;
        }

        private Builder(TokenResponse from) {
            this.accessToken = from.accessToken;
            this.tokenType = from.tokenType;
            this.refreshToken = from.refreshToken;
            this.expiresAt = from.expiresAt;
            this.refreshTokenExpiresAt = from.refreshTokenExpiresAt;
            this.scopes = from.scopes;
            this.subject = from.subject;
            this.attributes = from.attributes;
            this.hosts = from.hosts;
            this.others = from.others;
            this.issuedAt = from.issuedAt;
        }

        public Builder accessToken(Secret token) {
            return accessToken(Optional.of(token));
        }

        public Builder accessToken(Optional<Secret> token) {
            this.accessToken = token;
            return this;
        }

        /** Sets why the access token of the response cannot be used, such as {@code token_type is not Bearer}; no secret. */
        public Builder accessTokenFault(Optional<String> why) {
            this.accessTokenFault = why;
            return this;
        }

        public Builder tokenType(String type) {
            this.tokenType = type;
            return this;
        }

        public Builder refreshToken(Secret token) {
            return refreshToken(Optional.of(token));
        }

        public Builder refreshToken(Optional<Secret> token) {
            this.refreshToken = token;
            return this;
        }

        public Builder expiresAt(Instant moment) {
            return expiresAt(Optional.of(moment));
        }

        public Builder expiresAt(Optional<Instant> moment) {
            this.expiresAt = moment;
            return this;
        }

        public Builder refreshTokenExpiresAt(Instant moment) {
            return refreshTokenExpiresAt(Optional.of(moment));
        }

        public Builder refreshTokenExpiresAt(Optional<Instant> moment) {
            this.refreshTokenExpiresAt = moment;
            return this;
        }

        public Builder scopes(Set<String> granted) {
            return scopes(Optional.of(granted));
        }

        public Builder scopes(Optional<Set<String>> granted) {
            this.scopes = granted;
            return this;
        }

        public Builder subject(String id) {
            return subject(Optional.of(id));
        }

        public Builder subject(Optional<String> id) {
            this.subject = id;
            return this;
        }

        public Builder attributes(Map<String, Secret> secrets) {
            this.attributes = secrets;
            return this;
        }

        /** Sets the hosts of the account's API: each below one of the provider's {@code accountHosts}. */
        public Builder hosts(Set<String> names) {
            this.hosts = names;
            return this;
        }

        /** Sets further grants of the same response, by a name of lower-case letters. */
        public Builder others(Map<String, TokenResponse> grants) {
            this.others = grants;
            return this;
        }

        public TokenResponse build() {
            return new TokenResponse(this);
        }
    }
}
