package dev.evertoken.store.redis;

import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Runs commands, translates their failures into {@link TokenException}s, and repeats idempotent commands once over
 * another connection, so that a restart or a failover costs one repetition instead of one failure for each connection.
 * Thread-safe.
 */
final class RedisCommands {

    private static final Logger log = LoggerFactory.getLogger(RedisCommands.class);

    private final Deployment deployment;
    private final String server;

    /** @param server the location without its password, for messages */
    RedisCommands(Deployment deployment, String server) {
        this.deployment = deployment;
        this.server = server;
    }

    /** Returns the location without its password. */
    String server() {
        return server;
    }

    /** Lets the client of a cluster find the node of a key again, after a node has referred to another one. */
    void renewRoute(UnifiedJedis client, String key) {
        try {
            var unused = client.type(key);
        } catch (JedisException e) {
            log.debug("{}: the node of a key was looked up again", server, e);
        }
    }

    /**
     * Runs commands that may be sent twice without changing the result.
     *
     * @param failure the sentence that describes a failure, such as "the record cannot be read"
     */
    <T> T repeatable(String failure, TokenKey key, Function<UnifiedJedis, T> call) {
        return repeatable(failure, Optional.of(key), call);
    }

    /**
     * Runs idempotent commands that do not concern a single account, like {@link #repeatable(String, TokenKey,
     * Function)}.
     */
    <T> T repeatable(String failure, Function<UnifiedJedis, T> call) {
        return repeatable(failure, Optional.empty(), call);
    }

    private <T> T repeatable(String failure, Optional<TokenKey> key, Function<UnifiedJedis, T> call) {
        try {
            return call.apply(deployment.client());
        } catch (JedisException first) {
            if (!RedisErrors.isRepeatable(first)) {
                throw exception(failure, key, first);
            }
            deployment.dropIdle();
        }
        return once(failure, key, call);
    }

    /**
     * Runs a command once, because the outcome of a repetition would not show whether the first attempt took effect.
     */
    <T> T once(String failure, TokenKey key, Function<UnifiedJedis, T> call) {
        return once(failure, Optional.of(key), call);
    }

    private <T> T once(String failure, Optional<TokenKey> key, Function<UnifiedJedis, T> call) {
        try {
            return call.apply(deployment.client());
        } catch (JedisException e) {
            if (RedisErrors.isRepeatable(e)) {
                deployment.dropIdle(); // the next command gets a new connection
            }
            throw exception(failure, key, e);
        }
    }

    private TokenException exception(String failure, Optional<TokenKey> key, JedisException e) {
        TokenException.Builder builder = RedisErrors.about(failure, server, e);
        key.ifPresent(builder::key);
        return builder.build();
    }
}
