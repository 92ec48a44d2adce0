package dev.evertoken.examples;

import dev.evertoken.model.Secret;
import java.security.SecureRandom;
import java.util.Base64;

/** Creates a key ring for one run, as text: one AES key of 32 random bytes. Stateless. */
final class FreshKeys {

    private FreshKeys() {}

    static Secret ring() {
        byte[] key = new byte[32];
        new SecureRandom().nextBytes(key);
        return Secret.of("k1:" + Base64.getEncoder().encodeToString(key));
    }
}
