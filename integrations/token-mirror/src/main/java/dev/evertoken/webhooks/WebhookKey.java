package dev.evertoken.webhooks;

import dev.evertoken.model.Secret;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A key that signs webhooks, in one of the two schemes of Standard Webhooks. Its string form has no secret. Immutable.
 */
abstract sealed class WebhookKey {

    static final String SYMMETRIC = "whsec_";
    static final String PRIVATE = "whsk_";

    private static final int LEAST = 24;
    private static final int MOST = 64;

    /**
     * Reads a key in its text form: {@code whsec_} and 24 to 64 bytes in Base64, or {@code whsk_} and an Ed25519 key.
     *
     * @throws IllegalArgumentException if it has another form; the message does not contain the key
     */
    static WebhookKey parse(Secret secret) {
        String text = secret.reveal();
        if (text.startsWith(SYMMETRIC)) {
            return new Hmac(symmetric(text));
        }
        if (text.startsWith(PRIVATE)) {
            return new Ed25519(Ed25519Keys.privateKey(decoded(text, PRIVATE)));
        }
        throw new IllegalArgumentException("the secret of a webhook begins with " + SYMMETRIC + " or " + PRIVATE);
    }

    private static byte[] symmetric(String text) {
        byte[] bytes = decoded(text, SYMMETRIC);
        if (bytes.length < LEAST || bytes.length > MOST) {
            throw new IllegalArgumentException("the secret of a webhook has " + bytes.length + " bytes, not " + LEAST
                    + " to " + MOST + "; create one with WebhookEndpoint.newSecret()");
        }
        return bytes;
    }

    private static byte[] decoded(String text, String prefix) {
        try {
            return Base64.getDecoder().decode(text.substring(prefix.length()));
        } catch (IllegalArgumentException e) {
            throw notBase64(prefix);
        }
    }

    /** The cause is left out, because its message may show a part of the secret. */
    private static IllegalArgumentException notBase64(String prefix) {
        return new IllegalArgumentException("the secret of a webhook is not Base64 after " + prefix);
    }

    /** Returns the signature of the bytes with its version, such as {@code v1,…}. */
    abstract String sign(byte[] signed);

    /** Returns the scheme, without the key. */
    @Override
    public final String toString() {
        return getClass().getSimpleName();
    }

    private static IllegalStateException unsupported(GeneralSecurityException e) {
        return new IllegalStateException("this Java platform cannot sign a webhook", e);
    }

    /** HMAC with SHA-256. */
    private static final class Hmac extends WebhookKey {

        private static final String ALGORITHM = "HmacSHA256";

        private final SecretKeySpec key;

        Hmac(byte[] bytes) {
            this.key = new SecretKeySpec(bytes, ALGORITHM);
        }

        @Override
        String sign(byte[] signed) {
            try {
                Mac mac = Mac.getInstance(ALGORITHM);
                mac.init(key);
                return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(signed));
            } catch (GeneralSecurityException e) {
                throw unsupported(e);
            }
        }
    }

    /** Ed25519 (RFC 8032), so that the receiver holds no secret. */
    private static final class Ed25519 extends WebhookKey {

        private final PrivateKey key;

        Ed25519(PrivateKey key) {
            this.key = key;
        }

        @Override
        String sign(byte[] signed) {
            try {
                Signature signature = Signature.getInstance(Ed25519Keys.ALGORITHM);
                signature.initSign(key);
                signature.update(signed);
                return "v1a," + Base64.getEncoder().encodeToString(signature.sign());
            } catch (GeneralSecurityException e) {
                throw unsupported(e);
            }
        }
    }
}
