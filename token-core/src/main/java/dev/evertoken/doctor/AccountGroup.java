package dev.evertoken.doctor;

/**
 * The groups into which a diagnosis sorts accounts. Each account is in the first group that applies to it, in the order
 * of the constants; its {@linkplain AccountReport#findings() findings} say everything that applies. Immutable.
 *
 * <p>Later versions may add constants: keep a default branch in a {@code switch}.
 */
public enum AccountGroup {
    /** The record, or the secrets in it, cannot be read here. */
    UNREADABLE,
    /** The record belongs to another client or application, or has placeholder tokens. */
    POISONED,
    /** Only the user can restore the connection. */
    NEEDS_RECONNECT,
    /** The account cannot be refreshed at the moment, and a new consent would not help. */
    STUCK,
    /** Another account has the same refresh token. */
    SHARED_GRANT,
    /** The connection ends soon unless the user connects again. */
    EXPIRING,
    /** The account works, and an earlier key, or none, seals its secrets. */
    UNDER_OLD_KEY,
    /** This run has refreshed the account. */
    REFRESHED,
    /** Nothing has to be done; an expired access token is refreshed when it is used. */
    VALID
}
