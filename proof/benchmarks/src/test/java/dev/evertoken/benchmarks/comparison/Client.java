package dev.evertoken.benchmarks.comparison;

/** A library that is opened for one account. Implementations are thread-safe. */
public interface Client extends AutoCloseable {

    /** Returns a valid access token, after a refresh if necessary, as an application does before each request. */
    String token() throws Exception;

    /**
     * Returns another token after a response with status 401.
     *
     * @throws UnsupportedOperationException if the library has no operation for a rejected token
     */
    default String replace(String rejected) throws Exception {
        throw new UnsupportedOperationException("no operation for a rejected token");
    }

    /** Returns the texts of the values that an application has at hand and may write into a log. */
    String printed() throws Exception;

    /** Returns the time until which the library uses the current token, in seconds from now; NaN if it does not say. */
    default double secondsLeft() throws Exception {
        return Double.NaN;
    }

    @Override
    default void close() {}
}
