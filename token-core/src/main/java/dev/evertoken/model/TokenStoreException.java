package dev.evertoken.model;

/**
 * Thrown if the token store fails, independently of the account: it is unavailable, rejects the operation or has
 * exhausted its quota.
 *
 * <p>Stores throw it from any of their methods. Immutable.
 */
public final class TokenStoreException extends TokenException {

    private static final long serialVersionUID = 1L;

    TokenStoreException(Builder from) {
        super(from);
    }

    /** Returns the exception for an unavailable store; another attempt may succeed. */
    public static TokenStoreException unavailable(String detail, Throwable cause) {
        return new TokenStoreException(
                about(Problem.STORE_UNAVAILABLE).detail(detail).cause(cause));
    }

    /**
     * Returns the exception for a store that rejects the operation because of permissions, its address or missing
     * space.
     */
    public static TokenStoreException refused(String detail, Throwable cause) {
        return new TokenStoreException(
                about(Problem.STORE_REFUSED).detail(detail).cause(cause));
    }
}
