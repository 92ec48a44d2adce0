package dev.evertoken.model;

/** How an account's connection is doing, as {@code Tokens.status} and the events tell it. Immutable. */
public enum ConnectionState {
    /** Usable; nothing to do. */
    ACTIVE,
    /** Refreshing fails, the access token is still valid. */
    DEGRADED,
    /** The access token has expired and only transient failures were seen. */
    STALLED,
    /** A call may have reached a rotating provider and its answer is unknown. */
    UNCERTAIN,
    /** The provider said that the grant is dead: only a new consent helps. */
    NEEDS_REAUTH,
    /** No refresh is possible; the connection dies at a known date. */
    NOT_REFRESHABLE,
    /** The tokens are fine, the account behind them cannot be used. */
    ACCOUNT_UNUSABLE,
    /** The stored record cannot be decrypted or parsed. */
    UNREADABLE
}
