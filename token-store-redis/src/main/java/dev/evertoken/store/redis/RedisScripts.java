package dev.evertoken.store.redis;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Runs scripts inside Redis. A result is a {@code Long}, a {@code byte[]}, a {@code List} of results, or null for nil.
 * Implementations are thread-safe, except for a {@link RedisSession}.
 */
public interface RedisScripts {

    /**
     * Runs a script that the server knows, with {@code EVALSHA}.
     *
     * @param digest the SHA-1 digest of the script, as hexadecimal digits in ASCII
     * @param keys at least one key; in a cluster all of them are on one server
     * @throws RedisCommandException if the command fails; its response begins with {@code NOSCRIPT} if the server does
     *     not know the script
     */
    @Nullable
    Object evalsha(byte[] digest, List<String> keys, List<byte[]> arguments);

    /**
     * Runs a script, which the server then knows, with {@code EVAL}.
     *
     * @param script the text of the script in UTF-8
     * @param keys at least one key; in a cluster all of them are on one server
     * @throws RedisCommandException if the command fails
     */
    @Nullable
    Object eval(byte[] script, List<String> keys, List<byte[]> arguments);
}
