package dev.evertoken.spring.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A script that returns the result of another one as the only element of a list. Spring Data has to know the type of a
 * result before it arrives, and a list is the only type that keeps numbers, bytes and nested lists apart. Immutable.
 *
 * @param text the text in UTF-8
 * @param digest the SHA-1 digest, as hexadecimal digits in ASCII
 */
record ListScript(byte[] text, byte[] digest) {

    /** Returns the script that wraps another one. */
    static ListScript of(byte[] script) {
        String wrapped = "return {(function() " + new String(script, UTF_8) + "\nend)()}";
        byte[] text = wrapped.getBytes(UTF_8);
        return new ListScript(text, digest(text));
    }

    static ListScript of(String script) {
        return of(script.getBytes(UTF_8));
    }

    /** Returns the digest by which Redis identifies a script; it is not used for security. */
    static byte[] digest(byte[] script) {
        try {
            byte[] sha1 = MessageDigest.getInstance("SHA-1").digest(script);
            return HexFormat.of().formatHex(sha1).getBytes(US_ASCII);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-1", e);
        }
    }

    /** Returns the result of the wrapped script; null for nil. */
    static @Nullable Object result(@Nullable Object list) {
        return list instanceof List<?> results && !results.isEmpty() ? results.get(0) : null;
    }
}
