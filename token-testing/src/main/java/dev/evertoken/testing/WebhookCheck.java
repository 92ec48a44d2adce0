package dev.evertoken.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.EdECPoint;
import java.security.spec.EdECPublicKeySpec;
import java.security.spec.NamedParameterSpec;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** One key with which a webhook may be signed. Implementations are thread-safe. */
@FunctionalInterface
interface WebhookCheck {

    /** Returns whether a signature, with its version, is that of a message. */
    boolean isSignature(String signature, String prefix, byte[] body);

    /** @throws IllegalArgumentException if the key is malformed; the message does not contain it */
    static WebhookCheck parse(String key) {
        int end = key.indexOf('_') + 1;
        byte[] bytes = decoded(key.substring(end));
        return switch (key.substring(0, end)) {
            case "whsec_" -> ofSecret(bytes);
            case "whpk_" -> ofPublicKey(bytes);
            default -> throw new IllegalArgumentException("the key of a webhook begins with whsec_ or whpk_");
        };
    }

    private static byte[] decoded(String text) {
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw notBase64();
        }
    }

    /** The cause is left out, because its message may show a part of the key. */
    private static IllegalArgumentException notBase64() {
        return new IllegalArgumentException("the key of a webhook is not Base64");
    }

    private static WebhookCheck ofSecret(byte[] bytes) {
        if (bytes.length < 24 || bytes.length > 64) {
            throw new IllegalArgumentException("the secret of a webhook has " + bytes.length + " bytes, not 24 to 64");
        }
        SecretKeySpec key = new SecretKeySpec(bytes, "HmacSHA256");
        return (signature, prefix, body) -> {
            String expected = "v1," + Base64.getEncoder().encodeToString(hmac(key, prefix, body));
            return MessageDigest.isEqual(expected.getBytes(UTF_8), signature.getBytes(UTF_8));
        };
    }

    private static byte[] hmac(SecretKeySpec key, String prefix, byte[] body) {
        try {
            Mac mac = Mac.getInstance(key.getAlgorithm());
            mac.init(key);
            mac.update(prefix.getBytes(UTF_8));
            return mac.doFinal(body);
        } catch (GeneralSecurityException e) {
            throw unsupported(e);
        }
    }

    private static WebhookCheck ofPublicKey(byte[] bytes) {
        if (bytes.length != 32) {
            throw new IllegalArgumentException("the public key of a webhook has " + bytes.length + " bytes, not 32");
        }
        PublicKey key = publicKey(bytes);
        return (signature, prefix, body) ->
                signature.startsWith("v1a,") && isSignedBy(key, signature.substring("v1a,".length()), prefix, body);
    }

    /** The bytes are the y coordinate, least significant first, and the lowest bit of x (RFC 8032 section 5.1.2). */
    private static PublicKey publicKey(byte[] bytes) {
        byte[] y = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            y[i] = bytes[bytes.length - 1 - i];
        }
        boolean isOdd = (y[0] & 0x80) != 0;
        y[0] &= 0x7f;
        try {
            return KeyFactory.getInstance("Ed25519")
                    .generatePublic(new EdECPublicKeySpec(
                            NamedParameterSpec.ED25519, new EdECPoint(isOdd, new BigInteger(1, y))));
        } catch (GeneralSecurityException e) {
            throw unsupported(e);
        }
    }

    private static boolean isSignedBy(PublicKey key, String base64, String prefix, byte[] body) {
        try {
            Signature check = Signature.getInstance("Ed25519");
            check.initVerify(key);
            check.update(prefix.getBytes(UTF_8));
            check.update(body);
            return check.verify(Base64.getDecoder().decode(base64));
        } catch (SignatureException | IllegalArgumentException e) {
            return false; // not the form of a signature
        } catch (GeneralSecurityException e) {
            throw unsupported(e);
        }
    }

    private static IllegalStateException unsupported(GeneralSecurityException e) {
        return new IllegalStateException("this Java platform cannot verify a webhook", e);
    }
}
