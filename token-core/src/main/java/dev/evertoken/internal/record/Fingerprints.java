package dev.evertoken.internal.record;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.evertoken.model.KeyRing;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.SecretKey;

/**
 * Short texts by which values are recognised without being shown.
 *
 * <p>{@code hmac:<key id>:<digest>} with a key ring: nobody without the key can try values out. {@code
 * sha256:<digest>} without one: good for comparing, and for long random values as safe. The digest has 128
 * bits and depends on namespace and purpose. Immutable.
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

    /** Returns the fingerprint of a value, by the key that writes. */
    String of(String purpose, String value) {
        return ring.active().map(id -> keyed(id, purpose, value)).orElseGet(() -> plain(purpose, value));
    }

    /** Tells whether {@link #matches} can know: the fingerprint is of a known form and its key is in the ring. */
    boolean canCheck(String fingerprint) {
        return fingerprint.startsWith(PLAIN) || ring.ids().contains(keyId(fingerprint));
    }

    /** Tells whether a fingerprint is known to be that of {@code value}, whichever key of the ring made it. */
    boolean matches(String fingerprint, String purpose, String value) {
        if (!canCheck(fingerprint)) {
            return false;
        }
        String own = fingerprint.startsWith(PLAIN) ? plain(purpose, value) : keyed(keyId(fingerprint), purpose, value);
        return MessageDigest.isEqual(own.getBytes(UTF_8), fingerprint.getBytes(UTF_8));
    }

    /** Returns the id of the key that made a fingerprint; blank, which is no key's id, if none did. */
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
