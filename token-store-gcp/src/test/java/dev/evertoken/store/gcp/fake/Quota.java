package dev.evertoken.store.gcp.fake;

/** The quota kinds of a project. Immutable. */
public enum Quota {
    /** Calls that change something. */
    WRITE,
    /** Calls that read secrets and versions, without payloads. */
    READ,
    /** Calls that read payloads. */
    ACCESS
}
