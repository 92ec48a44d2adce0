package dev.evertoken.spi.provider;

/**
 * Reads what a provider's token endpoint says when it does not give tokens.
 *
 * <p>Pure: no I/O, no state, no time but the answer's. An answer that no rule knows is {@link
 * TokenVerdict.Kind#UNKNOWN}, never {@link TokenVerdict.Kind#GRANT_DEAD}. Implementations are thread-safe.
 */
@FunctionalInterface
public interface TokenDialect {

    /** Judges an answer that carries no usable tokens, whatever its status. */
    TokenVerdict judge(DialectContext context, ProviderResponse response);
}
