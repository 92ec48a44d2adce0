package dev.evertoken.spi;

/**
 * An authorization server and what it lets us do; found by {@link java.util.ServiceLoader} under {@link #id()},
 * or handed to the builder, which always wins.
 *
 * <p>A provider is data and stateless rules: it knows neither clients nor accounts. Implementations found
 * by the loader have a public constructor without arguments. Thread-safe.
 */
public interface Provider {

    /** Returns the id under which applications name it: lower case, as {@code google}. */
    String id();

    /** Returns what is known of it as data; the same at every call. */
    ProviderProfile profile();

    /** Returns who refreshes its grants; asked once. */
    Refresher refresher();

    /** Returns how its API's refusals are read; the rules of RFC 6750 unless overridden. */
    default ResourceDialect resourceDialect() {
        return ResourceDialect.rfc6750();
    }
}
