package dev.evertoken.model;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/**
 * A secret string that is never printed; {@link #reveal()} is the only way to read it.
 *
 * <p>{@code equals} compares secrets of the same length in constant time. Deliberately not serializable. Immutable.
 */
public final class Secret {

    private final String value;

    private Secret(String value) {
        this.value = value;
    }

    /**
     * Wraps a secret.
     *
     * @throws IllegalArgumentException if the text is empty; messages never contain the value
     */
    public static Secret of(String value) {
        if (value.isEmpty()) {
            throw new IllegalArgumentException("a secret must not be empty");
        }
        return new Secret(value);
    }

    /** Returns the secret text. Every call of this method is a place where a secret can leave the library. */
    public String reveal() {
        return value;
    }

    /**
     * Returns whether this can be a token: all characters are visible ASCII or spaces (RFC 6749 appendices A.12 and
     * A.17). Any other character, such as a line break, would break a header.
     */
    public boolean hasTokenCharacters() {
        for (int at = 0; at < value.length(); at++) {
            char c = value.charAt(at);
            if (c < 0x20 || c > 0x7e) {
                return false;
            }
        }
        return true;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Secret that && MessageDigest.isEqual(bytes(), that.bytes());
    }

    @Override
    public int hashCode() {
        return value.hashCode();
    }

    /** Returns {@code <redacted>}. */
    @Override
    public String toString() {
        return "<redacted>";
    }

    private byte[] bytes() {
        return value.getBytes(StandardCharsets.UTF_8);
    }
}
