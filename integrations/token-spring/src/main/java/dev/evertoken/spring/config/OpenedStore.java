package dev.evertoken.spring.config;

import dev.evertoken.TokensBuilder;
import dev.evertoken.spi.store.TokenStore;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * The store of the {@code Tokens} bean with what is closed after it, such as a pool of connections. Immutable.
 * Thread-safe.
 */
public final class OpenedStore implements AutoCloseable {

    private final String source;
    private final UnaryOperator<TokensBuilder> setting;
    private final List<AutoCloseable> resources;

    private OpenedStore(String source, UnaryOperator<TokensBuilder> setting, List<AutoCloseable> resources) {
        this.source = source;
        this.setting = setting;
        this.resources = List.copyOf(resources);
    }

    /**
     * Returns a store that {@code Tokens} opens by its location and closes.
     *
     * @param source the property or bean that a failure names
     */
    static OpenedStore at(String source, String location) {
        return new OpenedStore(source, builder -> builder.store(location), List.of());
    }

    /**
     * Returns a store that is open.
     *
     * @param source the property or bean that a failure names
     * @param resources what {@link #close} closes, in this order
     */
    static OpenedStore of(String source, TokenStore store, AutoCloseable... resources) {
        return new OpenedStore(source, builder -> builder.store(store), List.of(resources));
    }

    /** Returns the property or bean that a failure of the store names. */
    String source() {
        return source;
    }

    void setIn(TokensBuilder builder) {
        TokensBuilder unused = setting.apply(builder);
    }

    /** @throws Exception if a resource cannot be closed; the others were closed */
    @Override
    public void close() throws Exception {
        Exception failure = null;
        for (AutoCloseable resource : resources) {
            try {
                resource.close();
            } catch (Exception e) {
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
