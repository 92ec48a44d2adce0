package dev.evertoken.store.redis;

import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import java.util.Optional;
import java.util.function.Function;

/**
 * Runs commands, translates their failures into {@link TokenException}s, and repeats idempotent commands once over
 * another connection, so that a restart or a failover costs one repetition instead of one failure for each connection.
 * Thread-safe.
 */
final class RedisCalls {

    private final RedisCommands commands;
    private final String server;

    /** @param server the location without its password, for messages */
    RedisCalls(RedisCommands commands, String server) {
        this.commands = commands;
        this.server = server;
    }

    /** Returns the location without its password. */
    String server() {
        return server;
    }

    /**
     * Runs commands that may be sent twice without changing the result.
     *
     * @param failure the sentence that describes a failure, such as "the record cannot be read"
     */
    <T> T repeatable(String failure, TokenKey key, Function<RedisCommands, T> call) {
        return repeatable(failure, Optional.of(key), call);
    }

    /**
     * Runs idempotent commands that do not concern a single account, like {@link #repeatable(String, TokenKey,
     * Function)}.
     */
    <T> T repeatable(String failure, Function<RedisCommands, T> call) {
        return repeatable(failure, Optional.empty(), call);
    }

    private <T> T repeatable(String failure, Optional<TokenKey> key, Function<RedisCommands, T> call) {
        try {
            return call.apply(commands);
        } catch (RedisCommandException first) {
            if (!RedisErrors.isRepeatable(first)) {
                throw exception(failure, key, first);
            }
            commands.dropIdle();
        }
        return once(failure, key, call);
    }

    /**
     * Runs a command once, because the outcome of a repetition would not show whether the first attempt took effect.
     */
    <T> T once(String failure, TokenKey key, Function<RedisCommands, T> call) {
        return once(failure, Optional.of(key), call);
    }

    /** Runs a command that does not concern a single account, like {@link #once(String, TokenKey, Function)}. */
    <T> T once(String failure, Function<RedisCommands, T> call) {
        return once(failure, Optional.empty(), call);
    }

    private <T> T once(String failure, Optional<TokenKey> key, Function<RedisCommands, T> call) {
        try {
            return call.apply(commands);
        } catch (RedisCommandException e) {
            if (RedisErrors.isRepeatable(e)) {
                commands.dropIdle(); // the next command gets a new connection
            }
            throw exception(failure, key, e);
        }
    }

    private TokenException exception(String failure, Optional<TokenKey> key, RedisCommandException e) {
        TokenException.Builder builder = RedisErrors.about(failure, server, e);
        key.ifPresent(builder::key);
        return builder.build();
    }
}
