package dev.evertoken.model;

/**
 * How the grants of a provider are kept valid; every provider states it. Immutable.
 *
 * <p>Later versions may add constants: keep a default branch in a {@code switch}.
 */
public enum RefreshModel {
    /** A refresh uses up the refresh token and returns the next one (X, Strava). A lost response can cost the grant. */
    ROTATING,
    /** The refresh token does not change; refreshing twice does no harm (Google, YouTube, LinkedIn). */
    STATIC,
    /**
     * A valid access token is exchanged for one that expires later; an expired one cannot be exchanged (Facebook,
     * Instagram).
     */
    EXTENDING,
    /**
     * There is nothing to refresh: the token is valid until it is revoked (X OAuth 1.0a, page tokens). If an API
     * rejects the token, the refresher checks whether it is still valid: the outcome is the same token again or an
     * invalid grant.
     */
    NON_EXPIRING,
    /** The client gets another token whenever it requests one; nothing is used up (RFC 6749 section 4.4). */
    REISSUED;

    /**
     * Returns whether a refresh leaves its credential valid, so that a second refresh at the same time does no harm.
     */
    public boolean spendsNothing() {
        return this == STATIC || this == REISSUED;
    }

    /** Returns whether access tokens are obtained with a refresh token, so that an account needs no other token. */
    public boolean usesRefreshTokens() {
        return this == ROTATING || this == STATIC;
    }
}
