package dev.evertoken.store.gcp;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.evertoken.model.TokenKey;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * How the secrets of one namespace are called: {@code evertoken__crm__google__user-42}.
 *
 * <p>Small letters, digits and hyphens stand for themselves, any other byte of a text in UTF-8 as an underscore and two
 * hexadecimal digits: nothing in a name is a separator, and no two names differ in their case alone. A text that is too
 * long for that stands there as {@code _h} and its hash, so any account has a name of at most 255 characters. The key
 * itself is in the annotations. Immutable.
 */
final class SecretNames {

    /** Which label all secrets of a store have; its value is {@link #label()}. */
    static final String LABEL = "evertoken";

    private static final String BETWEEN = "__";
    private static final String HASHED = "_h";
    private static final String PLAIN = "abcdefghijklmnopqrstuvwxyz0123456789-";
    private static final HexFormat HEX = HexFormat.of();
    private static final int MAX_PART = 48;
    private static final int MAX_ACCOUNT = 120;

    private final GcpLocation home;
    private final String namespace;

    /** @throws IllegalArgumentException if the namespace is blank */
    SecretNames(GcpLocation home, String namespace) {
        if (namespace.isBlank()) {
            throw new IllegalArgumentException("the namespace is blank");
        }
        this.home = home;
        this.namespace = namespace;
    }

    /** Returns what all secrets are below. */
    String parent() {
        return home.parent();
    }

    /** Returns the id of an account's secret. */
    String id(TokenKey key) {
        return String.join(
                BETWEEN,
                home.prefix(),
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

    /** Returns the label that tells the secrets of this store from those of any other. */
    String label() {
        return hash(home.prefix() + '\0' + namespace).substring(0, 40);
    }

    private static String part(String text, int longest) {
        StringBuilder name = new StringBuilder(text.length());
        for (byte b : text.getBytes(UTF_8)) {
            if (PLAIN.indexOf(b) >= 0) {
                name.append((char) b);
            } else {
                name.append('_').append(HEX.toHexDigits(b));
            }
        }
        return name.length() <= longest ? name.toString() : HASHED + hash(text).substring(0, MAX_PART - 2);
    }

    /** Over the characters as they are: UTF-8 would make all unpaired surrogates the same. */
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
