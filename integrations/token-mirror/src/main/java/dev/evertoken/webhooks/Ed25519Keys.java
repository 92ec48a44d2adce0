package dev.evertoken.webhooks;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.NamedParameterSpec;
import java.util.Arrays;

/** Reads Ed25519 keys from their bytes (RFC 8032 section 5.1.5). Stateless. Thread-safe. */
final class Ed25519Keys {

    static final String ALGORITHM = "Ed25519";

    private static final int SEED = 32;

    /** The length of a private key that is followed by its public key, as libsodium writes it. */
    private static final int SEED_AND_PUBLIC_KEY = 64;

    private Ed25519Keys() {}

    /** @throws IllegalArgumentException if the bytes have another length; the message does not contain them */
    static PrivateKey privateKey(byte[] bytes) {
        if (bytes.length != SEED && bytes.length != SEED_AND_PUBLIC_KEY) {
            throw new IllegalArgumentException("the Ed25519 key of a webhook has " + bytes.length + " bytes, not "
                    + SEED + " or " + SEED_AND_PUBLIC_KEY);
        }
        byte[] seed = Arrays.copyOf(bytes, SEED);
        try {
            return KeyFactory.getInstance(ALGORITHM)
                    .generatePrivate(new EdECPrivateKeySpec(NamedParameterSpec.ED25519, seed));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java platform has no " + ALGORITHM, e);
        }
    }
}
