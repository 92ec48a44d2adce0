package dev.evertoken.spi.store;

/**
 * Opens the stores of one scheme; found by {@link java.util.ServiceLoader} under {@link #scheme()}.
 *
 * <p>Called once by {@code TokensBuilder.build()}, on the calling thread. Implementations have a public
 * constructor without arguments. Thread-safe.
 */
public interface TokenStoreFactory {

    /** Returns what stands before the colon of the location: {@code file}, {@code redis} … */
    String scheme();

    /**
     * Opens the store, checking what can be checked without a write.
     *
     * @param location as the application wrote it, scheme included
     * @throws dev.evertoken.model.TokenException if it cannot be opened; the message says what was tried,
     *     without a password
     */
    TokenStore open(String location, StoreContext context);
}
