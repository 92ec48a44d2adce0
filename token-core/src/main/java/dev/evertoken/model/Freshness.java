package dev.evertoken.model;

/** What a {@link Schedule} says of a token at one moment. Immutable. */
public enum Freshness {
    /** Serve it. */
    FRESH,
    /** Serve it and refresh behind. */
    STALE,
    /** Wait for a refresh. */
    EXPIRED
}
