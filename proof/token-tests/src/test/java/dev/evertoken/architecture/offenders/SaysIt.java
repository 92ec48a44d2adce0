package dev.evertoken.architecture.offenders;

/**
 * Does something.
 *
 * <p>Not thread-safe; build on one thread, then share the result.
 *
 * @param <T> any type
 */
public interface SaysIt<T> {}
