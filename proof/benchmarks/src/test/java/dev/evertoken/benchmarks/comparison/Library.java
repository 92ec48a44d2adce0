package dev.evertoken.benchmarks.comparison;

/**
 * A library that keeps the tokens of an account fresh: Evertoken, or another that an application would use instead.
 * Implementations are thread-safe.
 */
public interface Library {

    String name();

    /**
     * Opens the library for one account.
     *
     * @throws UnsupportedOperationException if the library has nothing that the scene needs
     */
    Client open(Scene scene) throws Exception;
}
