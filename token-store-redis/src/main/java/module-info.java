/** Keeps tokens in Redis: one server, Sentinel or Cluster. */
@SuppressWarnings("requires-transitive-automatic") // Jedis declares its name in its manifest alone.
module dev.evertoken.store.redis {
    requires transitive dev.evertoken.core;
    requires org.apache.commons.pool2;
    requires static transitive org.jspecify;
    requires org.slf4j;
    requires transitive redis.clients.jedis;

    exports dev.evertoken.store.redis;

    provides dev.evertoken.spi.store.TokenStoreFactory with
            dev.evertoken.store.redis.RedisTokenStoreFactory,
            dev.evertoken.store.redis.RedisTokenStoreFactory.Cluster,
            dev.evertoken.store.redis.RedisTokenStoreFactory.Sentinel,
            dev.evertoken.store.redis.RedisTokenStoreFactory.Tls;
}
