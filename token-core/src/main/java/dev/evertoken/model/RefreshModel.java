package dev.evertoken.model;

/** How a provider lets a grant live on; required of every provider. Immutable. */
public enum RefreshModel {
    /** A refresh spends the refresh token and brings the next one (X, Strava). A lost answer can cost the grant. */
    ROTATING,
    /** The refresh token stays; refreshing twice harms nobody (Google, YouTube, LinkedIn). */
    STATIC,
    /** The live access token is itself traded for a longer one; an expired one is lost (Facebook, Instagram). */
    EXTENDING,
    /**
     * Nothing to refresh: the token lives until it is revoked (X OAuth 1.0a, page tokens). When an API rejects it the
     * refresher is asked whether it is still good: the same token again, or a dead grant.
     */
    NON_EXPIRING,
    /** The client alone is given another token whenever it asks; nothing is spent (RFC 6749 section 4.4). */
    REISSUED;

    /**
     * Returns whether a refresh leaves the credential it was made with valid, so that a second refresh at the same time
     * does no harm.
     */
    public boolean spendsNothing() {
        return this == STATIC || this == REISSUED;
    }
}
