package dev.evertoken.spi.provider;

/**
 * Reads an API's answer to a request that carried a token: is the token at fault, and would a refresh help.
 *
 * <p>Pure: no I/O, no state. Called on the thread of the HTTP call for every answer that it {@link #reads}. If it
 * throws, the answer is handed on with a warning. Implementations are thread-safe.
 */
@FunctionalInterface
public interface ResourceDialect {

    /** Judges an answer. */
    ResourceVerdict judge(DialectContext context, ProviderResponse response);

    /**
     * Tells whether answers with this status are judged; asked for every answer, before anybody looks at its body. All
     * from 400 on unless overridden. An API that tells of an ended token inside a good answer says true for that
     * status, too; callers then wait for the beginning of each such body that is JSON or JavaScript.
     */
    default boolean reads(int status) {
        return status >= 400;
    }

    /** Returns the rules of RFC 6750 section 3.1: a 401 is refreshed once, everything else is passed on. */
    static ResourceDialect rfc6750() {
        return Rfc6750Dialect.INSTANCE;
    }
}
