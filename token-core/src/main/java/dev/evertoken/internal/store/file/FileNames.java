package dev.evertoken.internal.store.file;

import dev.evertoken.model.TokenKey;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Names files after texts, on any disk: different texts have different names even where case does not
 * count, and no text reaches another folder. What fits is escaped and can be read back; the rest is hashed.
 * Stateless.
 */
public final class FileNames {

    /** Longest escaped name; leaves room for endings within the 255 bytes of common file systems. */
    static final int MAX_LENGTH = 180;

    private static final String PLAIN = "abcdefghijklmnopqrstuvwxyz0123456789-_";
    private static final char BETWEEN = '@';
    private static final char HASHED = '~';
    private static final HexFormat HEX = HexFormat.of();

    private FileNames() {}

    /** Returns the name of a key. */
    public static String of(TokenKey key) {
        String name = escaped(key.registration()) + BETWEEN + escaped(key.account());
        return name.length() <= MAX_LENGTH && key.equals(key(name).orElse(null)) ? name : HASHED + hash(key);
    }

    /** Returns the name of a namespace. */
    public static String of(String namespace) {
        if (namespace.isBlank()) {
            throw new IllegalArgumentException("the namespace is blank");
        }
        String name = escaped(namespace);
        return name.length() <= MAX_LENGTH ? name : HASHED + hash(namespace);
    }

    /** Tells whether the key cannot be read back from its name. */
    static boolean isHashed(String name) {
        return name.charAt(0) == HASHED;
    }

    /** Returns the key of a name; empty if the name is hashed or was not made here. */
    static Optional<TokenKey> key(String name) {
        int between = name.indexOf(BETWEEN);
        if (between < 1 || between == name.length() - 1) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    TokenKey.of(unescaped(name.substring(0, between)), unescaped(name.substring(between + 1))));
        } catch (IllegalArgumentException | CharacterCodingException e) {
            return Optional.empty(); // a foreign file
        }
    }

    /** Returns 64 hexadecimal digits that stand for the key. */
    public static String hash(TokenKey key) {
        return hash(key.registration() + '\0' + key.account());
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

    private static String escaped(String text) {
        StringBuilder name = new StringBuilder(text.length());
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            if (PLAIN.indexOf(b) >= 0) {
                name.append((char) b);
            } else {
                name.append('%').append(HEX.toHexDigits(b));
            }
        }
        return name.toString();
    }

    private static String unescaped(String name) throws CharacterCodingException {
        ByteBuffer bytes = ByteBuffer.allocate(name.length());
        for (int i = 0; i < name.length(); i++) {
            if (name.charAt(i) != '%') {
                bytes.put((byte) name.charAt(i));
            } else if (i + 2 < name.length()) {
                bytes.put((byte) HexFormat.fromHexDigits(name, i + 1, i + 3));
                i += 2;
            } else {
                throw new IllegalArgumentException("an escape is cut off");
            }
        }
        return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
    }
}
