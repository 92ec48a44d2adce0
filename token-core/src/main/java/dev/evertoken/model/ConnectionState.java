package dev.evertoken.model;

/**
 * The state of an account's connection, as reported by {@code Tokens.status} and by events. Immutable.
 *
 * <p>Later versions may add constants: keep a default branch in a {@code switch}.
 */
public enum ConnectionState {
    /** The connection is usable; no action is needed. */
    ACTIVE,
    /** Refreshing fails, but the access token is still valid. */
    DEGRADED,
    /** The access token has expired, and so far all failures were transient. */
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
