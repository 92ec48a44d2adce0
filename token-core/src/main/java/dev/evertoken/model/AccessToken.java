package dev.evertoken.model;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An access token that can be used now, with the ready {@code Authorization} header value.
 *
 * <p>Two access tokens are the same when they are the same generation of the same grant. Never prints
 * its value. Immutable.
 */
public final class AccessToken {

    private final Secret value;
    private final String header;
    private final String tokenType;
    private final Optional<Instant> expiresAt;
    private final String grantId;
    private final long generation;
    private final Instant issuedAt;
    private final Set<String> scopes;

    /**
     * A token of unknown age and scopes: it counts as issued at the epoch and with no scope.
     *
     * @param value the token
     * @param tokenType as the provider wrote it; {@code bearer} in any case becomes {@code Bearer} in the
     *     header (RFC 6750 section 2.1)
     * @param expiresAt its end, empty if it does not expire
     * @param grantId the grant that it belongs to
     * @param generation 1, 2, 3 … inside the grant
     */
    public AccessToken(Secret value, String tokenType, Optional<Instant> expiresAt, String grantId, long generation) {
        this(value, tokenType, expiresAt, grantId, generation, Instant.EPOCH, Set.of());
    }

    /**
     * As the shorter constructor, with age and scopes.
     *
     * @param issuedAt just before the request was sent that brought the token
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
        this.value = value;
        this.tokenType = tokenType;
        this.header = (tokenType.equalsIgnoreCase("bearer") ? "Bearer" : tokenType) + " " + value.reveal();
        this.expiresAt = expiresAt;
        this.grantId = grantId;
        this.generation = generation;
        this.issuedAt = issuedAt;
        this.scopes = Collections.unmodifiableSet(new LinkedHashSet<>(scopes));
    }

    /** Returns the token itself. */
    public Secret value() {
        return value;
    }

    /**
     * Returns the value of the {@code Authorization} header, a secret in clear text. It is of no use where a provider
     * has requests signed: there the wrappers of HTTP clients sign them.
     */
    public String header() {
        return header;
    }

    /** Returns the type as the provider wrote it. */
    public String tokenType() {
        return tokenType;
    }

    /** Returns its end, empty if it does not expire. */
    public Optional<Instant> expiresAt() {
        return expiresAt;
    }

    /** Returns the id of the grant that it belongs to. */
    public String grantId() {
        return grantId;
    }

    /** Returns which token of its grant it is: 1, 2, 3 … */
    public long generation() {
        return generation;
    }

    /** Returns when it was issued, just before the request was sent that brought it; the epoch if that is unknown. */
    public Instant issuedAt() {
        return issuedAt;
    }

    /** Returns the granted scopes, empty if they are unknown. */
    public Set<String> scopes() {
        return scopes;
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
