package dev.evertoken.store.gcp.fake;

/** What a project's calls are counted as. Immutable. */
public enum Quota {
    /** Whatever changes something. */
    WRITE,
    /** Whatever shows secrets and versions, without payloads. */
    READ,
    /** Payloads. */
    ACCESS
}
