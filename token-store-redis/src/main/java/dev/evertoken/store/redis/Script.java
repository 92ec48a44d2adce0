package dev.evertoken.store.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import redis.clients.jedis.BuilderFactory;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.CommandObject;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisNoScriptException;

/**
 * A script that runs atomically inside Redis.
 *
 * <p>It is called by its digest. A server that does not know the digest, such as after a restart or a failover, is sent
 * the script itself. Immutable.
 */
final class Script {

    private final byte[] text;
    private final byte[] digest;

    /** Reads a script from the resources of this package. */
    Script(String resource) {
        this.text = read(resource);
        this.digest = HexFormat.of().formatHex(sha1(text)).getBytes(StandardCharsets.US_ASCII);
    }

    /** Runs the script and returns its result, in one round trip, or two if the server does not know it. */
    Object run(UnifiedJedis client, List<byte[]> keys, List<byte[]> arguments) {
        try {
            return client.evalsha(digest, keys, arguments);
        } catch (JedisNoScriptException e) {
            return client.eval(text, keys, arguments);
        }
    }

    /** Runs the script over one connection, like the other method. */
    Object run(Connection connection, List<byte[]> keys, List<byte[]> arguments) {
        try {
            return connection.executeCommand(call(Protocol.Command.EVALSHA, digest, keys, arguments));
        } catch (JedisNoScriptException e) {
            return connection.executeCommand(call(Protocol.Command.EVAL, text, keys, arguments));
        }
    }

    private static CommandObject<Object> call(
            Protocol.Command command, byte[] script, List<byte[]> keys, List<byte[]> arguments) {
        CommandArguments call = new CommandArguments(command).add(script).add(keys.size());
        keys.forEach(call::add);
        arguments.forEach(call::add);
        return new CommandObject<>(call, BuilderFactory.RAW_OBJECT);
    }

    private static byte[] read(String resource) {
        try (InputStream script = Script.class.getResourceAsStream(resource)) {
            if (script == null) {
                throw new IllegalStateException(resource + " is missing beside " + Script.class.getName());
            }
            return script.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The digest by which Redis identifies a script; not used for security. */
    private static byte[] sha1(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-1").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-1", e);
        }
    }
}
