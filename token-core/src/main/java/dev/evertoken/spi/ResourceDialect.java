package dev.evertoken.spi;

/**
 * Reads an API's answer to a request that carried a token: is the token at fault, and would a refresh help.
 *
 * <p>Pure: no I/O, no state. Called on the thread of the HTTP call for every answer that is not a plain
 * success. Implementations are thread-safe.
 */
@FunctionalInterface
public interface ResourceDialect {

    /** Judges an answer. */
    ResourceVerdict judge(DialectContext context, ProviderAnswer answer);

    /** Returns the rules of RFC 6750 section 3.1: a 401 is refreshed once, everything else is passed on. */
    static ResourceDialect rfc6750() {
        return Rfc6750Dialect.INSTANCE;
    }
}
