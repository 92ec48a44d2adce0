package dev.evertoken.model;

/** How a token is used at a given moment, as decided by a {@link Schedule}. Immutable. */
public enum Freshness {
    /** Return the token. */
    FRESH,
    /** Return the token and refresh it in the background. */
    STALE,
    /** Wait for a refresh. */
    EXPIRED
}
