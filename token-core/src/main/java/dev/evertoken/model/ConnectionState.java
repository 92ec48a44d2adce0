package dev.evertoken.model;

/**
 * The state of an account's connection, as reported by {@code Tokens.status} and by events. Immutable.
 *
 * <p>Later versions may add constants: keep a default branch in a {@code switch}.
 */
public enum ConnectionState {
    /** The connection is usable; no action is needed. */
    ACTIVE,
    /** The access token is still valid and is returned, but it is due and cannot be refreshed at the moment. */
    DEGRADED,
    /**
     * No token is returned at the moment, and no new consent would help: the access token has expired and the failures
     * so far were transient, or the client, the store or a setting of this application has to be corrected first.
     */
    STALLED,
    /** A request may have reached a rotating provider, and its response is unknown. */
    UNCERTAIN,
    /** The provider reported that the grant is no longer valid: only a new consent helps. */
    NEEDS_REAUTH,
    /** The tokens cannot be refreshed; the connection ends at a known date. */
    NOT_REFRESHABLE,
    /** The tokens are valid, but the account cannot be used. */
    ACCOUNT_UNUSABLE,
    /** The stored record cannot be decrypted or parsed. */
    UNREADABLE
}
