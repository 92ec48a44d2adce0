package dev.evertoken.internal.client;

import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenException;

/**
 * Creates the exceptions of runs. Thread-safe.
 *
 * @param <K> the key of a run
 */
public interface ExceptionFactory<K> {

    TokenException problem(K key, Problem problem, String detail);

    TokenException because(K key, Problem problem, String detail, Throwable cause);

    /** Returns the exception for a failure of any kind; a {@link TokenException} is kept. */
    TokenException unexpected(K key, Throwable failure);
}
