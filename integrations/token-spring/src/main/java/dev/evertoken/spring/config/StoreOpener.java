package dev.evertoken.spring.config;

import java.util.Optional;

/**
 * A way to open a store: from properties, from a bean of the application, or from both. Beans of this type are asked at
 * the start, and one of them opens the store. Implementations are thread-safe.
 */
public interface StoreOpener {

    /** Returns the value of {@code evertoken.store.type} that selects this store, such as {@code jdbc}. */
    String type();

    /** Returns the property that asks for this store; empty if none is set. */
    Optional<String> property(StoreSettings store);

    /** Returns the bean that this store would use, such as {@code the DataSource bean}; empty if there is none. */
    Optional<String> bean();

    /** Returns the dependency or setting to add so that this store can be opened, in one sentence. */
    String requirement();

    /**
     * Opens the store.
     *
     * @throws RuntimeException if it cannot be opened
     */
    OpenedStore open(TokensSettings settings);
}
