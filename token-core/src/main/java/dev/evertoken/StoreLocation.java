package dev.evertoken;

import dev.evertoken.internal.client.PluginLoader;
import dev.evertoken.internal.client.SimilarName;
import dev.evertoken.spi.store.StoreContext;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.spi.store.TokenStoreFactory;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The location of a store, such as {@code file:./tokens}. Messages contain no more of it than its scheme, because the
 * rest may contain a password. Immutable.
 */
record StoreLocation(String text) {

    private static final Map<String, String> MODULES = Map.of(
            "redis", "token-store-redis",
            "rediss", "token-store-redis",
            "redis-cluster", "token-store-redis",
            "redis-sentinel", "token-store-redis",
            "gcp-secrets", "token-store-gcp");

    /** Schemes of databases, whose stores are opened from a data source. */
    private static final String DATABASE = "jdbc|postgres|postgresql|mysql|mariadb|h2";

    /** Returns the scheme of a store. Loaded at every start, and faster than a lambda. */
    private static final class Scheme implements Function<TokenStoreFactory, String> {
        @Override
        public String apply(TokenStoreFactory factory) {
            return factory.scheme();
        }
    }

    /** @throws IllegalArgumentException if the location has no known scheme; the message states the correct form */
    TokenStore open(StoreContext context) {
        if (text.isBlank()) {
            throw new IllegalArgumentException(
                    "store is not set: use a location such as \"file:./tokens\" or an instance");
        }
        PluginLoader<TokenStoreFactory> stores = new PluginLoader<>("store", TokenStoreFactory.class, new Scheme());
        String scheme = scheme(stores);
        if (scheme.matches(DATABASE)) {
            throw new IllegalArgumentException("a store in a database is not opened by a location such as \"" + scheme
                    + ":…\" but from a DataSource: add the dependency dev.evertoken:token-store-jdbc and pass"
                    + " store(JdbcTokenStore.open(dataSource, \"" + context.namespace() + "\"))");
        }
        Optional<TokenStoreFactory> factory = stores.find(scheme);
        if (factory.isEmpty()) {
            throw stores.missing(scheme, advice(stores, scheme));
        }
        return factory.get().open(text, context);
    }

    private String scheme(PluginLoader<TokenStoreFactory> stores) {
        int colon = text.indexOf(':');
        if (colon > 1) {
            return text.substring(0, colon);
        }
        if (text.equals("file")) {
            throw noScheme("write \"file:\" and a folder, such as \"file:./tokens\"");
        }
        if (stores.keys().contains(text) || MODULES.containsKey(text)) {
            throw noScheme("write \"" + text + (text.equals("memory") ? ":\"" : "://…\""));
        }
        throw noScheme("for a folder write \"file:" + text + "\"");
    }

    private IllegalArgumentException noScheme(String advice) {
        return new IllegalArgumentException("store \"" + text + "\" does not begin with a scheme; " + advice);
    }

    private static String advice(PluginLoader<TokenStoreFactory> stores, String scheme) {
        return Optional.ofNullable(MODULES.get(scheme))
                .map(module -> "add the dependency dev.evertoken:" + module)
                .or(() -> SimilarName.among(stores.keys(), scheme).map(known -> "did you mean \"" + known + ":\"?"))
                .orElse("add the dependency that contains it, or pass a store to the builder");
    }
}
