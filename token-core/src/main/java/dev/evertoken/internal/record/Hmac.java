package dev.evertoken.internal.record;

import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/** HMAC-SHA-256 (RFC 2104), which every Java platform supports. Stateless. Thread-safe. */
public final class Hmac {

    private static final String ALGORITHM = "HmacSHA256";

    private Hmac() {}

    /** Derives a 256-bit key for one purpose from a key of the ring, so that no key serves two purposes. */
    public static SecretKey key(SecretKey ringKey, String... purpose) {
        return new SecretKeySpec(of(ringKey, LengthPrefixed.of(purpose)), "AES");
    }

    /** Returns 32 bytes. */
    static byte[] of(SecretKey key, byte[] message) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return mac.doFinal(message);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java platform lacks " + ALGORITHM, e);
        }
    }
}
