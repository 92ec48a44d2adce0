package dev.evertoken.model;

/**
 * The token store is broken, not the account: it does not answer, refuses, or has used up its quota.
 *
 * <p>Stores throw it from any of their methods. Immutable.
 */
public final class TokenStoreException extends TokenException {

    private static final long serialVersionUID = 1L;

    TokenStoreException(Builder from) {
        super(from);
    }

    /** Returns the failure of a store that does not answer; another attempt may work. */
    public static TokenStoreException unavailable(String detail, Throwable cause) {
        return new TokenStoreException(
                about(Problem.STORE_UNAVAILABLE).detail(detail).cause(cause));
    }

    /** Returns the failure of a store that refuses: rights, address, no space. */
    public static TokenStoreException refused(String detail, Throwable cause) {
        return new TokenStoreException(
                about(Problem.STORE_REFUSED).detail(detail).cause(cause));
    }
}
