package dev.evertoken.internal.record;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.evertoken.model.KeyRing;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.SecretKey;

/**
 * Short strings that identify values without revealing them.
 *
 * <p>{@code hmac:<key id>:<digest>} with a key ring, so that values cannot be guessed without the key.
 * {@code sha256:<digest>} without one, which is good for comparisons, and for long random values just as safe. The
 * digest has 128 bits and depends on namespace and purpose. Immutable.
 */
final class Fingerprints {

    private static final String KEYED = "hmac:";
    private static final String PLAIN = "sha256:";
    private static final String LABEL = "evertoken fingerprint";
    private static final int BYTES = 16;

    private final KeyRing ring;
    private final String namespace;

    Fingerprints(KeyRing ring, String namespace) {
        this.ring = ring;
        this.namespace = namespace;
    }

    /** Returns the fingerprint of a value, made with the ring's active key if there is one. */
    String of(String purpose, String value) {
        Optional<String> id = ring.active();
        return id.isPresent() ? keyed(id.get(), purpose, value) : plain(purpose, value);
    }

    /** Returns whether a fingerprint is in the form in which {@link #of} makes one. */
    boolean isCurrent(String fingerprint) {
        Optional<String> id = ring.active();
        return id.isPresent() ? id.get().equals(keyId(fingerprint)) : fingerprint.startsWith(PLAIN);
    }

    /** Returns whether {@link #matches} can check a fingerprint: its form is known, and its key is in the ring. */
    boolean canCheck(String fingerprint) {
        return fingerprint.startsWith(PLAIN) || ring.ids().contains(keyId(fingerprint));
    }

    /**
     * Returns whether a fingerprint is that of {@code value}, made with any key of the ring; false if that cannot be
     * checked.
     */
    boolean matches(String fingerprint, String purpose, String value) {
        if (!canCheck(fingerprint)) {
            return false;
        }
        String expected =
                fingerprint.startsWith(PLAIN) ? plain(purpose, value) : keyed(keyId(fingerprint), purpose, value);
        return MessageDigest.isEqual(expected.getBytes(UTF_8), fingerprint.getBytes(UTF_8));
    }

    /** Returns the id of the key that made a fingerprint; empty, which is never a key's id, if there is none. */
    private static String keyId(String fingerprint) {
        int end = fingerprint.indexOf(':', KEYED.length());
        return fingerprint.startsWith(KEYED) && end > 0 ? fingerprint.substring(KEYED.length(), end) : "";
    }

    private String keyed(String keyId, String purpose, String value) {
        SecretKey key = Hmac.key(ring.key(keyId).orElseThrow(), LABEL, namespace);
        return KEYED + keyId + ":" + digest(Hmac.of(key, LengthPrefixed.of(purpose, value)));
    }

    private String plain(String purpose, String value) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            return PLAIN + digest(sha256.digest(LengthPrefixed.of(LABEL, namespace, purpose, value)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java platform lacks SHA-256", e);
        }
    }

    private static String digest(byte[] whole) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(whole, BYTES));
    }
}
