package dev.evertoken.model;

import dev.evertoken.internal.values.OrderedSet;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An access token with the {@code Authorization} header value built from it.
 *
 * <p>Two access tokens are equal if they have the same value and are the same generation of the same grant. The string
 * representation never contains the value. Immutable.
 */
public final class AccessToken {

    private final Secret value;
    private final String tokenType;
    private final Optional<Instant> expiresAt;
    private final String grantId;
    private final long generation;
    private final Instant issuedAt;
    private final Set<String> scopes;
    private final Details details;

    /** Built at the first use, since not every account needs it; threads may build equal ones. */
    private @Nullable String header;

    /** What few tokens have. Immutable. */
    private record Details(Map<String, String> fields, Set<String> hosts, Optional<Secret> tokenSecret) {
        private static final Details NONE = new Details(Map.of(), OrderedSet.copyOf(Set.of()), Optional.empty());

        static Details of(Map<String, String> fields, Set<String> hosts, Optional<Secret> tokenSecret) {
            return fields.isEmpty() && hosts.isEmpty() && tokenSecret.isEmpty()
                    ? NONE
                    : new Details(
                            Collections.unmodifiableMap(new LinkedHashMap<>(fields)),
                            OrderedSet.copyOf(hosts),
                            tokenSecret);
        }
    }

    /**
     * Creates a token of unknown age and scopes: {@link #issuedAt()} is the epoch and {@link #scopes()} is empty.
     *
     * @param value the token
     * @param tokenType as the provider wrote it; {@code bearer} in any case becomes {@code Bearer} in the header (RFC
     *     6750 section 2.1)
     * @param expiresAt when the token expires; empty if it does not
     * @param grantId the id of the grant that the token belongs to
     * @param generation the number of the token within its grant: 1, 2, 3 …
     */
    public AccessToken(Secret value, String tokenType, Optional<Instant> expiresAt, String grantId, long generation) {
        this(value, tokenType, expiresAt, grantId, generation, Instant.EPOCH, Set.of());
    }

    /**
     * Creates a token with its age and scopes; the other parameters are those of the shorter constructor.
     *
     * @param issuedAt the time just before the request that returned the token was sent
     * @param scopes the granted scopes, as far as they are known
     */
    public AccessToken(
            Secret value,
            String tokenType,
            Optional<Instant> expiresAt,
            String grantId,
            long generation,
            Instant issuedAt,
            Set<String> scopes) {
        this(value, tokenType, expiresAt, grantId, generation, issuedAt, scopes, Map.of(), Set.of());
    }

    /**
     * Creates a token with what its provider's responses say about the account; the other parameters are those of the
     * shorter constructors.
     *
     * @param fields the kept fields of the responses, by name
     * @param hosts the hosts of the account's API
     */
    public AccessToken(
            Secret value,
            String tokenType,
            Optional<Instant> expiresAt,
            String grantId,
            long generation,
            Instant issuedAt,
            Set<String> scopes,
            Map<String, String> fields,
            Set<String> hosts) {
        this(value, tokenType, expiresAt, grantId, generation, issuedAt, scopes, fields, hosts, Optional.empty());
    }

    /**
     * Creates a token with the secret of an OAuth 1.0a token; the other parameters are those of the shorter
     * constructors.
     *
     * @param tokenSecret empty for a token of OAuth 2.0
     */
    public AccessToken(
            Secret value,
            String tokenType,
            Optional<Instant> expiresAt,
            String grantId,
            long generation,
            Instant issuedAt,
            Set<String> scopes,
            Map<String, String> fields,
            Set<String> hosts,
            Optional<Secret> tokenSecret) {
        this.value = value;
        this.tokenType = tokenType;
        this.expiresAt = expiresAt;
        this.grantId = grantId;
        this.generation = generation;
        this.issuedAt = issuedAt;
        this.scopes = OrderedSet.copyOf(scopes);
        this.details = Details.of(fields, hosts, tokenSecret);
    }

    /** Returns the token. */
    public Secret value() {
        return value;
    }

    /**
     * Returns the secret of an OAuth 1.0a token, for a client library that signs its requests itself; empty for a token
     * of OAuth 2.0. The HTTP client wrappers sign requests without it.
     */
    public Optional<Secret> tokenSecret() {
        return details.tokenSecret();
    }

    /**
     * Returns the value of the {@code Authorization} header, a secret in clear text. It is not sufficient for a
     * provider whose requests are signed; for those, use one of the HTTP client wrappers, which sign each request.
     */
    public String header() {
        String known = header;
        if (known == null) {
            known = (tokenType.equalsIgnoreCase("bearer") ? "Bearer" : tokenType) + " " + value.reveal();
            header = known;
        }
        return known;
    }

    /** Returns the token type as the provider wrote it. */
    public String tokenType() {
        return tokenType;
    }

    /** Returns when the token expires; empty if it does not. */
    public Optional<Instant> expiresAt() {
        return expiresAt;
    }

    /** Returns the id of the grant that the token belongs to. */
    public String grantId() {
        return grantId;
    }

    /** Returns the number of the token within its grant: 1, 2, 3 … */
    public long generation() {
        return generation;
    }

    /**
     * Returns when the token was issued: the time just before the request that returned it was sent; the epoch if
     * unknown.
     */
    public Instant issuedAt() {
        return issuedAt;
    }

    /** Returns the granted scopes; empty if they are unknown. */
    public Set<String> scopes() {
        return scopes;
    }

    /**
     * Returns a field of the provider's responses or of the redirect that its description keeps, such as {@code
     * instance_url}; empty if there is none. Fields of a redirect were sent by the user's browser.
     */
    public Optional<String> field(String name) {
        return Optional.ofNullable(details.fields().get(name));
    }

    /** Returns all kept fields by name. Unmodifiable. */
    public Map<String, String> fields() {
        return details.fields();
    }

    /** Returns the hosts of the account's API that the provider's responses name; usually empty. Unmodifiable. */
    public Set<String> hosts() {
        return details.hosts();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof AccessToken that
                && generation == that.generation
                && grantId.equals(that.grantId)
                && value.equals(that.value);
    }

    @Override
    public int hashCode() {
        return 31 * grantId.hashCode() + Long.hashCode(generation);
    }

    @Override
    public String toString() {
        return "AccessToken[generation " + generation + ", expiresAt "
                + expiresAt.map(Instant::toString).orElse("never") + ", <redacted>]";
    }
}
