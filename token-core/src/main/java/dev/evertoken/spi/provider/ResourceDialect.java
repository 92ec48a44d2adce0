package dev.evertoken.spi.provider;

/**
 * Judges an API's response to a request that carried a token: whether the token is at fault, and whether a refresh
 * would help.
 *
 * <p>Pure: no I/O, no state. Called on the thread of the HTTP call for every response that it {@link #reads}. If it
 * throws, a warning is logged and the response is passed on. Implementations are thread-safe.
 */
@FunctionalInterface
public interface ResourceDialect {

    /** Judges a response. */
    ResourceVerdict judge(DialectContext context, ProviderResponse response);

    /**
     * Returns whether responses with this status are judged; called for every response, before its body is read. True
     * for 400 and above unless overridden. For an API that reports an expired token in a successful response, return
     * true for that status as well; callers then wait for the beginning of each such body that is JSON or JavaScript.
     */
    default boolean reads(int status) {
        return status >= 400;
    }

    /** Returns the rules of RFC 6750 section 3.1: a 401 causes one refresh, every other response is passed on. */
    static ResourceDialect rfc6750() {
        return Rfc6750Dialect.INSTANCE;
    }
}
