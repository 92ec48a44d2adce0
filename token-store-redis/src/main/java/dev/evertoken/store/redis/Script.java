package dev.evertoken.store.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A script that runs atomically inside Redis.
 *
 * <p>It is called by its digest. A server that does not know the digest, such as after a restart or a failover, is sent
 * the script itself. Immutable.
 */
final class Script {

    private final byte[] text;
    private final byte[] digest;

    private Script(byte[] text) {
        this.text = text;
        this.digest = HexFormat.of().formatHex(sha1(text)).getBytes(StandardCharsets.US_ASCII);
    }

    /** Returns a script from the resources of this package. */
    static Script of(String resource) {
        return new Script(read(resource));
    }

    /** Returns a script of one command, which gets the first key and all arguments. */
    static Script ofCommand(String command) {
        return new Script(
                ("return redis.call('" + command + "', KEYS[1], unpack(ARGV))").getBytes(StandardCharsets.UTF_8));
    }

    /** Runs the script and returns its result, in one round trip, or two if the server does not know it. */
    @Nullable
    Object run(RedisScripts server, List<String> keys, List<byte[]> arguments) {
        try {
            return server.evalsha(digest, keys, arguments);
        } catch (RedisCommandException e) {
            if (!RedisErrors.code(e).equals("NOSCRIPT")) {
                throw e;
            }
            return server.eval(text, keys, arguments);
        }
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
