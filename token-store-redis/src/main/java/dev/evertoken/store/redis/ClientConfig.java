package dev.evertoken.store.redis;

import dev.evertoken.model.Secret;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.ClientSetInfoConfig;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.RedisProtocol;
import redis.clients.jedis.SslOptions;
import redis.clients.jedis.SslVerifyMode;

/**
 * The settings of a connection. The builder of Jedis is not used, because the setting by which a connection begins without
 * {@code HELLO}, which a user need not be permitted to run, has another name in Jedis 8. Immutable.
 *
 * @param sentinel whether the connection is one to a sentinel, which has neither users nor databases of the server
 */
record ClientConfig(RedisLocation location, RedisOptions options, boolean sentinel) implements JedisClientConfig {

    @Override
    public @Nullable RedisProtocol getRedisProtocol() {
        return null; // what a connection begins with, which is RESP2
    }

    /** Returns false; Jedis 8 alone asks for it. */
    @Override
    public boolean isAutoNegotiateProtocol() {
        return false;
    }

    @Override
    public int getConnectionTimeoutMillis() {
        return Math.toIntExact(options.timeout().toMillis());
    }

    @Override
    public int getSocketTimeoutMillis() {
        return getConnectionTimeoutMillis();
    }

    @Override
    public @Nullable String getUser() {
        return sentinel ? null : location.user().orElse(null);
    }

    @Override
    public @Nullable String getPassword() {
        return sentinel ? null : location.password().map(Secret::reveal).orElse(null);
    }

    @Override
    public int getDatabase() {
        return sentinel ? 0 : location.database();
    }

    @Override
    public boolean isSsl() {
        return location.tls();
    }

    @Override
    public @Nullable SslOptions getSslOptions() {
        return location.tls() ? options.tls().orElseGet(ClientConfig::defaultTrust) : null;
    }

    @Override
    public ClientSetInfoConfig getClientSetInfoConfig() {
        return ClientSetInfoConfig.DISABLED;
    }

    private static SslOptions defaultTrust() {
        return SslOptions.builder().sslVerifyMode(SslVerifyMode.FULL).build();
    }
}
