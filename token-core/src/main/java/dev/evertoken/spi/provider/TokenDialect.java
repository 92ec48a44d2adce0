package dev.evertoken.spi.provider;

/**
 * Judges the responses of a provider's token endpoint that contain no tokens.
 *
 * <p>Pure: no I/O, no state, no time other than that of the response. A response that no rule recognizes is
 * {@link TokenVerdict.Kind#UNKNOWN}, never {@link TokenVerdict.Kind#GRANT_DEAD}. Implementations are thread-safe.
 */
@FunctionalInterface
public interface TokenDialect {

    /** Judges a response without usable tokens, whatever its status. */
    TokenVerdict judge(DialectContext context, ProviderResponse response);
}
