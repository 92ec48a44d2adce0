package dev.evertoken.store.redis;

import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import java.util.Optional;
import java.util.function.Function;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisException;

/**
 * The way to Redis: calls the client, turns its failures into {@link TokenException}s, and repeats once over another
 * connection what may be repeated, so that a restart or a failover costs one command and not one for each connection.
 * Thread-safe.
 */
final class RedisCommands {

    private final Deployment deployment;
    private final String server;

    /** @param server where, without a password, for messages */
    RedisCommands(Deployment deployment, String server) {
        this.deployment = deployment;
        this.server = server;
    }

    /** Calls what leads to the same state when it is sent twice; {@code what} says what it means if it fails. */
    <T> T repeatable(String what, TokenKey key, Function<UnifiedJedis, T> call) {
        return repeatable(what, Optional.of(key), call);
    }

    /** As {@link #repeatable(String, TokenKey, Function)} for what concerns no single account. */
    <T> T repeatable(String what, Function<UnifiedJedis, T> call) {
        return repeatable(what, Optional.empty(), call);
    }

    private <T> T repeatable(String what, Optional<TokenKey> key, Function<UnifiedJedis, T> call) {
        try {
            return call.apply(deployment.client());
        } catch (JedisException first) {
            if (!RedisErrors.isWorthAnother(first)) {
                throw trouble(what, key, first);
            }
            deployment.dropIdle();
        }
        return once(what, key, call);
    }

    /** Calls once: a second call could not tell whether the first has done it. */
    <T> T once(String what, TokenKey key, Function<UnifiedJedis, T> call) {
        return once(what, Optional.of(key), call);
    }

    private <T> T once(String what, Optional<TokenKey> key, Function<UnifiedJedis, T> call) {
        try {
            return call.apply(deployment.client());
        } catch (JedisException e) {
            if (RedisErrors.isWorthAnother(e)) {
                deployment.dropIdle(); // whoever comes next gets a living connection
            }
            throw trouble(what, key, e);
        }
    }

    private TokenException trouble(String what, Optional<TokenKey> key, JedisException e) {
        TokenException.Builder trouble = RedisErrors.about(what, server, e);
        key.ifPresent(trouble::key);
        return trouble.build();
    }
}
