package dev.evertoken.spi.store;

/**
 * Opens the stores of one location scheme; found by {@link java.util.ServiceLoader} under {@link #scheme()}.
 *
 * <p>Called once by {@code TokensBuilder.build()}, on the calling thread. Implementations have a public constructor
 * without parameters. Thread-safe.
 */
public interface TokenStoreFactory {

    /** Returns the scheme, the part of the location before the colon, such as {@code file} or {@code redis}. */
    String scheme();

    /**
     * Opens the store and checks everything that can be checked without a write.
     *
     * @param location as the application wrote it, including the scheme
     * @throws dev.evertoken.model.TokenException if the store cannot be opened; the message describes the attempt and
     *     contains no password
     */
    TokenStore open(String location, StoreContext context);
}
