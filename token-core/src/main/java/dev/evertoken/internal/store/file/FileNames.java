package dev.evertoken.internal.store.file;

import dev.evertoken.model.TokenKey;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Derives file names from keys and namespaces, for any file system: different inputs have different names even on a
 * case-insensitive file system, and no name refers to another directory. Short inputs are escaped and can be read back;
 * long ones are hashed. Thread-safe.
 */
public final class FileNames {

    /** The maximum length of an escaped name; leaves room for suffixes within the 255 bytes of common file systems. */
    static final int MAX_LENGTH = 180;

    private static final String PLAIN = "abcdefghijklmnopqrstuvwxyz0123456789-_";
    /** Names that Windows reserves for devices. The name of a key contains {@link #BETWEEN}, so it is none of them. */
    private static final Pattern RESERVED = Pattern.compile("con|prn|aux|nul|com[0-9]|lpt[0-9]");

    private static final char BETWEEN = '@';
    private static final char HASHED = '~';
    private static final HexFormat HEX = HexFormat.of();

    private FileNames() {}

    /** Returns the file name of a key. */
    public static String of(TokenKey key) {
        String registration = escaped(key.registration());
        String account = escaped(key.account());
        String name = registration + BETWEEN + account;
        boolean isPlain = registration.equals(key.registration()) && account.equals(key.account());
        boolean isReadable = isPlain || key.equals(key(name).orElse(null));
        return name.length() <= MAX_LENGTH && isReadable ? name : HASHED + hash(key);
    }

    /** Returns the file name of a namespace. */
    public static String of(String namespace) {
        if (namespace.isBlank()) {
            throw new IllegalArgumentException("the namespace is blank");
        }
        String name = escaped(namespace);
        if (RESERVED.matcher(name).matches()) {
            return escape((byte) name.charAt(0)) + name.substring(1);
        }
        return name.length() <= MAX_LENGTH ? name : HASHED + hash(namespace);
    }

    /** Returns whether a name is hashed, so that its key cannot be read back from it. */
    static boolean isHashed(String name) {
        return name.charAt(0) == HASHED;
    }

    /** Returns the key of a name; empty if the name is hashed or was not created by this class. */
    static Optional<TokenKey> key(String name) {
        int between = name.indexOf(BETWEEN);
        if (between < 1 || between == name.length() - 1) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    TokenKey.of(unescaped(name.substring(0, between)), unescaped(name.substring(between + 1))));
        } catch (IllegalArgumentException | CharacterCodingException e) {
            return Optional.empty(); // not created by this class
        }
    }

    /** Returns the hash of a key as 64 hexadecimal digits. */
    public static String hash(TokenKey key) {
        return hash(key.registration() + '\0' + key.account());
    }

    /** Hashes UTF-16 characters, because UTF-8 would encode all unpaired surrogates in the same way. */
    private static String hash(String text) {
        byte[] characters = new byte[text.length() * Character.BYTES];
        for (int i = 0; i < text.length(); i++) {
            characters[2 * i] = (byte) (text.charAt(i) >> Byte.SIZE);
            characters[2 * i + 1] = (byte) text.charAt(i);
        }
        try {
            return HEX.formatHex(MessageDigest.getInstance("SHA-256").digest(characters));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform supports SHA-256", e);
        }
    }

    private static String escaped(String text) {
        if (isPlain(text)) {
            return text;
        }
        StringBuilder name = new StringBuilder(text.length());
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            if (PLAIN.indexOf(b) >= 0) {
                name.append((char) b);
            } else {
                name.append(escape(b));
            }
        }
        return name.toString();
    }

    private static boolean isPlain(String text) {
        for (int at = 0; at < text.length(); at++) {
            if (PLAIN.indexOf(text.charAt(at)) < 0) {
                return false;
            }
        }
        return true;
    }

    private static String escape(byte b) {
        return "%" + HEX.toHexDigits(b);
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
                throw new IllegalArgumentException("an escape is incomplete");
            }
        }
        return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
    }
}
