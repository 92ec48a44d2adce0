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
 */
final class ListScript {

    private final byte[] text;
    private final byte[] digest;

    private ListScript(byte[] text) {
        this.text = text;
        this.digest = digest(text);
    }

    /** Returns the script that wraps another one. */
    static ListScript of(byte[] script) {
        return of(new String(script, UTF_8));
    }

    /** Returns the script that wraps another one. */
    static ListScript of(String script) {
        return new ListScript(("return {(function() " + script + "\nend)()}").getBytes(UTF_8));
    }

    /** Returns the text in UTF-8. */
    byte[] text() {
        return text;
    }

    /** Returns the SHA-1 digest, as hexadecimal digits in ASCII. */
    byte[] digest() {
        return digest;
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
