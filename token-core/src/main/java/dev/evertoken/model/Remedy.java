package dev.evertoken.model;

/** What the caller does about a {@link TokenException}: exactly one of five. Immutable. */
public enum Remedy {
    /** Try the same again at {@link TokenException#retryAt()}, or soon. */
    RETRY,
    /** Nothing is wrong with the request; wait until {@link TokenException#retryAt()}. */
    WAIT,
    /** The person has to give consent again, at {@link TokenException#reconnectUrl()}. */
    RECONNECT,
    /** Whoever runs the application has to correct a setting; no user can help. */
    FIX_CONFIGURATION,
    /** Neither user nor operator can help: the provider, the user's administrator or the maintainers. */
    CONTACT_SUPPORT
}
