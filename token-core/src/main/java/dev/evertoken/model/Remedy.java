package dev.evertoken.model;

/**
 * How the caller should react to a {@link TokenException}: exactly one of five ways. Immutable.
 *
 * <p>No further constants will be added, so a {@code switch} over all five needs no default branch.
 */
public enum Remedy {
    /** Try the same again at {@link TokenException#retryAt()}, or soon if that is empty. */
    RETRY,
    /** The request is correct; wait until {@link TokenException#retryAt()}. */
    WAIT,
    /** The user has to give consent again, at {@link TokenException#reconnectUrl()}. */
    RECONNECT,
    /** The operator of the application has to correct a setting; no user can help. */
    FIX_CONFIGURATION,
    /**
     * Neither the user nor the operator can help; contact the provider, the user's administrator or the maintainers.
     */
    CONTACT_SUPPORT
}
