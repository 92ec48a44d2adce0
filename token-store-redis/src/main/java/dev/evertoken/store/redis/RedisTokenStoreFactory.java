package dev.evertoken.store.redis;

import dev.evertoken.spi.store.StoreContext;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.spi.store.TokenStoreFactory;

/**
 * Opens {@code redis://user:password@host:6379/0} with the default options; the nested classes open the other forms of
 * {@link RedisTokenStore#open(String, String, RedisOptions)}. Thread-safe.
 */
public sealed class RedisTokenStoreFactory implements TokenStoreFactory {

    private final RedisLocation.Kind kind;

    /** For the service loader. */
    public RedisTokenStoreFactory() {
        this(RedisLocation.Kind.SERVER);
    }

    private RedisTokenStoreFactory(RedisLocation.Kind kind) {
        this.kind = kind;
    }

    @Override
    public final String scheme() {
        return kind.scheme();
    }

    @Override
    public final TokenStore open(String location, StoreContext context) {
        return RedisTokenStore.open(location, context.namespace());
    }

    /** Opens {@code rediss://user:password@host:6379/0}, over TLS. Thread-safe. */
    public static final class Tls extends RedisTokenStoreFactory {
        /** For the service loader. */
        public Tls() {
            super(RedisLocation.Kind.TLS_SERVER);
        }
    }

    /** Opens {@code redis-sentinel://user:password@sentinel-1:26379,sentinel-2:26379/0#name}. Thread-safe. */
    public static final class Sentinel extends RedisTokenStoreFactory {
        /** For the service loader. */
        public Sentinel() {
            super(RedisLocation.Kind.SENTINEL);
        }
    }

    /** Opens {@code redis-cluster://user:password@node-1:6379,node-2:6379}. Thread-safe. */
    public static final class Cluster extends RedisTokenStoreFactory {
        /** For the service loader. */
        public Cluster() {
            super(RedisLocation.Kind.CLUSTER);
        }
    }
}
