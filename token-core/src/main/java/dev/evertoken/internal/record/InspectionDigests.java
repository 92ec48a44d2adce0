package dev.evertoken.internal.record;

import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenKey;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/**
 * Digests with which a diagnosis compares refresh tokens and names accounts, without revealing them. Thread-safe.
 */
public final class InspectionDigests {

    private static final int LABEL_BYTES = 6;

    private final SecretKey random;
    private final SecretKey labels;

    private InspectionDigests(SecretKey random, SecretKey labels) {
        this.random = random;
        this.labels = labels;
    }

    /** Returns the digests of a new random key, with labels under a key of the ring if there is one. */
    static InspectionDigests of(Sealer sealer) {
        byte[] key = new byte[32];
        new SecureRandom().nextBytes(key);
        SecretKey random = new SecretKeySpec(key, "HmacSHA256");
        return new InspectionDigests(random, sealer.labelKey().orElse(random));
    }

    /** Returns 64 bits that are equal for equal refresh tokens. */
    public long of(Secret refreshToken) {
        return ByteBuffer.wrap(Hmac.of(random, LengthPrefixed.of("refresh-token", refreshToken.reveal())))
                .getLong();
    }

    /** Returns the registration, and 8 characters instead of the account. */
    public String label(TokenKey key) {
        byte[] digest = Hmac.of(labels, LengthPrefixed.of("account-label", key.registration(), key.account()));
        return key.registration()
                + "/#"
                + Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(digest, LABEL_BYTES));
    }
}
