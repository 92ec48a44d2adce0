package dev.evertoken.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/**
 * The keys that encrypt stored secrets: the first key encrypts, and every key decrypts.
 *
 * <pre>{@code
 * KeyRing keys = KeyRing.parse(text); // k1:MDEy…
 * KeyRing rotated = keys.rotatedTo("k2", newKey); // encrypts with k2, decrypts with k2 and k1
 * }</pre>
 *
 * <p>The text form of a ring is {@code id:base64,id:base64,…}, each key 32 bytes. To rotate, give the
 * new key to all processes, then make it the first one, seal the records again with {@code Tokens.reseal()}, and remove
 * the old key when nothing is sealed with it. The string representation never contains a key.
 * Immutable.
 */
public final class KeyRing {

    private static final int KEY_BYTES = 32;
    private static final String ID = "[A-Za-z0-9_.-]{1,32}";
    private static final String ID_RULE = "a key id is 1 to 32 of A-Z a-z 0-9 _ . -";
    private static final String FORM = "; a key ring is written as id:base64, such as k1:$(openssl rand -base64 32)";
    private static final KeyRing NONE = new KeyRing(Map.of());

    private final Map<String, SecretKey> keys;

    private KeyRing(Map<String, SecretKey> keys) {
        this.keys = Collections.unmodifiableMap(keys);
    }

    /** Returns a ring without keys: secrets are stored in clear text. */
    public static KeyRing none() {
        return NONE;
    }

    /** Returns a ring with a single key of 32 bytes. */
    public static KeyRing of(String id, byte[] key) {
        LinkedHashMap<String, SecretKey> one = new LinkedHashMap<>();
        one.put(checkedId(id), checkedKey(id, key));
        return new KeyRing(one);
    }

    /** Returns a ring that encrypts with a new key and still decrypts with the keys of this ring. */
    public KeyRing rotatedTo(String id, byte[] key) {
        LinkedHashMap<String, SecretKey> all = new LinkedHashMap<>();
        all.put(checkedId(id), checkedKey(id, key));
        if (keys.containsKey(id)) {
            throw new IllegalArgumentException("key \"" + id + "\" is already in the ring");
        }
        all.putAll(keys);
        return new KeyRing(all);
    }

    /**
     * Parses a ring from its text form, for example as returned by a key management service or read from a mounted
     * file.
     *
     * @throws TokenException with {@link Remedy#FIX_CONFIGURATION}; the message never contains a key
     */
    public static KeyRing parse(Secret text) {
        return parse("key ring", text.reveal());
    }

    /**
     * Reads a ring from an environment variable.
     *
     * @throws TokenException with {@link Remedy#FIX_CONFIGURATION} if the variable is not set or is not a valid ring
     */
    public static KeyRing fromEnvironment(String variable) {
        String text = System.getenv(variable);
        if (text == null) {
            throw misconfigured(variable + " is not set");
        }
        return parse(variable, text);
    }

    /**
     * Reads a ring from a file that contains its text form.
     *
     * @throws TokenException with {@link Remedy#FIX_CONFIGURATION} if the file cannot be read or is not a valid ring
     */
    public static KeyRing fromFile(Path file) {
        try {
            return parse("key file " + file, Files.readString(file));
        } catch (IOException e) {
            throw TokenException.about(Problem.KEY_RING_INVALID)
                    .detail("key file " + file + " cannot be read")
                    .cause(e)
                    .build();
        }
    }

    private static KeyRing parse(String source, String text) {
        LinkedHashMap<String, SecretKey> keys = new LinkedHashMap<>();
        int position = 0;
        for (String entry : text.strip().split(",", -1)) {
            position++;
            int colon = entry.indexOf(':');
            if (colon < 1) {
                throw misconfigured(source + ": key " + position + " is not written as id:base64");
            }
            String id = entry.substring(0, colon).strip();
            if (!id.matches(ID)) {
                throw misconfigured(source + ": key " + position + ": " + ID_RULE);
            }
            try {
                byte[] key =
                        Base64.getDecoder().decode(entry.substring(colon + 1).strip());
                if (keys.put(id, checkedKey(id, key)) != null) {
                    throw invalid(source + ": key id \"" + id + "\" is used twice");
                }
            } catch (IllegalArgumentException e) {
                throw misconfigured(source + ": key " + position + " is not a base64 key of " + KEY_BYTES + " bytes");
            }
        }
        return new KeyRing(keys);
    }

    private static String checkedId(String id) {
        if (!id.matches(ID)) {
            throw new IllegalArgumentException(ID_RULE);
        }
        return id;
    }

    private static SecretKey checkedKey(String id, byte[] key) {
        if (key.length != KEY_BYTES) {
            throw new IllegalArgumentException(
                    "key \"" + id + "\" has " + key.length + " bytes; AES-256 needs " + KEY_BYTES);
        }
        return new SecretKeySpec(key, "AES");
    }

    private static TokenException misconfigured(String detail) {
        return invalid(detail + FORM);
    }

    private static TokenException invalid(String detail) {
        return TokenException.about(Problem.KEY_RING_INVALID).detail(detail).build();
    }

    /** Returns the ids of the keys; the encrypting key comes first. */
    public Set<String> ids() {
        return keys.keySet();
    }

    /** Returns the id of the key that encrypts; empty for a ring without keys. */
    public Optional<String> active() {
        return keys.keySet().stream().findFirst();
    }

    /** Returns the key with an id; empty if this ring does not contain it. */
    public Optional<SecretKey> key(String id) {
        return Optional.ofNullable(keys.get(id));
    }

    @Override
    public String toString() {
        return "KeyRing" + keys.keySet();
    }
}
