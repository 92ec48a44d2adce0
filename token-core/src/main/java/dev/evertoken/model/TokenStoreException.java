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

    /**
     * Returns the exception for a store that is unavailable for a while, such as unreachable, read-only, full or busy;
     * another attempt may succeed. The engine adds a retry time.
     */
    public static TokenStoreException unavailable(String detail, Throwable cause) {
        return new TokenStoreException(
                about(Problem.STORE_UNAVAILABLE).detail(detail).cause(cause));
    }

    /**
     * Returns the exception for a store that rejects the operation until its configuration is changed, such as its
     * address or the permissions.
     */
    public static TokenStoreException refused(String detail, Throwable cause) {
        return new TokenStoreException(
                about(Problem.STORE_REFUSED).detail(detail).cause(cause));
    }
}
