package dev.evertoken.store.gcp;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.evertoken.model.TokenKey;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The names of the secrets of one namespace, such as {@code evertoken__crm__google__user-42}.
 *
 * <p>Lower-case letters, digits and hyphens are kept; any other byte of a text in UTF-8 becomes an underscore and two
 * hexadecimal digits. An escaped text therefore contains no separator, and no two names differ only in case. A text
 * that is too long is replaced by {@code _h} and its hash, so every account has a name of at most 255 characters. The
 * key itself is in the annotations. Immutable.
 */
final class SecretNames {

    /** The label of all secrets of a store; its value is {@link #label()}. */
    static final String LABEL = "evertoken";

    private static final String SEPARATOR = "__";
    private static final String HASHED = "_h";
    private static final String PLAIN = "abcdefghijklmnopqrstuvwxyz0123456789-";
    private static final HexFormat HEX = HexFormat.of();
    private static final int MAX_PART = 48;
    private static final int MAX_ACCOUNT = 120;

    private final GcpLocation location;
    private final String namespace;

    /** @throws IllegalArgumentException if the namespace is blank */
    SecretNames(GcpLocation location, String namespace) {
        if (namespace.isBlank()) {
            throw new IllegalArgumentException("the namespace is blank");
        }
        this.location = location;
        this.namespace = namespace;
    }

    /** Returns the parent resource of all secrets. */
    String parent() {
        return location.parent();
    }

    /** Returns the id of an account's secret. */
    String id(TokenKey key) {
        return String.join(
                SEPARATOR,
                location.prefix(),
                part(namespace, MAX_PART),
                part(key.registration(), MAX_PART),
                part(key.account(), MAX_ACCOUNT));
    }

    /** Returns the full name of an account's secret. */
    String secret(TokenKey key) {
        return parent() + "/secrets/" + id(key);
    }

    /** Returns the full name of a version. */
    static String version(String secret, long number) {
        return secret + "/versions/" + number;
    }

    /** Returns the value of the label, which distinguishes the secrets of this store from those of other stores. */
    String label() {
        return hash(location.prefix() + '\0' + namespace).substring(0, 40);
    }

    private static String part(String text, int maxLength) {
        StringBuilder name = new StringBuilder(text.length());
        for (byte b : text.getBytes(UTF_8)) {
            if (PLAIN.indexOf(b) >= 0) {
                name.append((char) b);
            } else {
                name.append('_').append(HEX.toHexDigits(b));
            }
        }
        return name.length() <= maxLength
                ? name.toString()
                : HASHED + hash(text).substring(0, MAX_PART - 2);
    }

    /** Returns a hash of the UTF-16 characters, since UTF-8 would map all unpaired surrogates to the same bytes. */
    private static String hash(String text) {
        ByteBuffer characters = ByteBuffer.allocate(text.length() * Character.BYTES);
        characters.asCharBuffer().put(text);
        try {
            return HEX.formatHex(MessageDigest.getInstance("SHA-256").digest(characters.array()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
