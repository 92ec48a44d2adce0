package dev.evertoken.internal.record;

import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;

/**
 * Why the secrets of a record cannot be opened. Immutable.
 *
 * @param detail one sentence, which names key ids and never content
 */
public record OpeningFault(Problem problem, String detail) {

    TokenException about(TokenKey key) {
        return TokenException.about(problem).key(key).detail(detail).build();
    }
}
