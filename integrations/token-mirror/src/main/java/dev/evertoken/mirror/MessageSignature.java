package dev.evertoken.mirror;

import dev.evertoken.model.KeyRing;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;

/**
 * The signature of a message: HMAC-SHA-256 with a key that both sides have, over the method, the user, the version, the
 * time, a nonce and the body. Immutable.
 *
 * @param keyId the id of the key
 * @param time when the message was signed, in whole seconds
 * @param nonce a random text that each attempt has of its own
 * @param mac the HMAC, in base64url
 */
public record MessageSignature(String keyId, Instant time, String nonce, String mac) {

    /** The header with the signature. */
    public static final String HEADER = "Evertoken-Signature";

    private static final String ALGORITHM = "HmacSHA256";
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Pattern FORM = Pattern.compile(
            "v1;key=([!-:<-~]{1,64});time=(\\d{1,11});nonce=([A-Za-z0-9_-]{16,64});mac=([A-Za-z0-9_-]{43})");

    /**
     * Returns the signature of a message with the active key of a ring.
     *
     * @throws IllegalStateException if the ring has no key
     */
    static MessageSignature of(SignedContent content, KeyRing keys, Instant now) {
        String keyId = keys.active().orElseThrow(() -> new IllegalStateException("the key ring has no key"));
        SecretKey key = keys.key(keyId).orElseThrow();
        byte[] random = new byte[18];
        RANDOM.nextBytes(random);
        Instant time = Instant.ofEpochSecond(now.getEpochSecond());
        String nonce = base64(random);
        return new MessageSignature(keyId, time, nonce, mac(content, key, keyId, time, nonce));
    }

    /** Returns the signature in the value of its header; empty if it has another form. */
    public static Optional<MessageSignature> parse(String header) {
        Matcher form = FORM.matcher(header);
        if (!form.matches()) {
            return Optional.empty();
        }
        return Optional.of(new MessageSignature(
                form.group(1), Instant.ofEpochSecond(Long.parseLong(form.group(2))), form.group(3), form.group(4)));
    }

    /** Returns whether the signature is that of a message, with the key that it names; compares in constant time. */
    public boolean isOf(SignedContent content, KeyRing keys) {
        return keys.key(keyId)
                .filter(key -> isEqual(mac, mac(content, key, keyId, time, nonce)))
                .isPresent();
    }

    /** Returns the value of the header. */
    String toHeader() {
        return "v1;key=" + keyId + ";time=" + time.getEpochSecond() + ";nonce=" + nonce + ";mac=" + mac;
    }

    private static String mac(SignedContent content, SecretKey key, String keyId, Instant time, String nonce) {
        String text = String.join(
                "\n",
                "v1",
                keyId,
                Long.toString(time.getEpochSecond()),
                nonce,
                content.method(),
                hash(content.userId().getBytes(StandardCharsets.UTF_8)),
                content.version().map(MirrorVersion::toPayload).orElse(""),
                hash(content.body()));
        try {
            Mac hmac = Mac.getInstance(ALGORITHM);
            hmac.init(key);
            return base64(hmac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JVM has no " + ALGORITHM, e);
        }
    }

    private static boolean isEqual(String one, String other) {
        return MessageDigest.isEqual(
                one.getBytes(StandardCharsets.US_ASCII), other.getBytes(StandardCharsets.US_ASCII));
    }

    private static String hash(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JVM has no SHA-256", e);
        }
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** Returns the headers with the signature. */
    Map<String, String> headers() {
        return Map.of(HEADER, toHeader());
    }

    /** Returns the key id and the time. */
    @Override
    public String toString() {
        return "MessageSignature[" + keyId + ", " + time + "]";
    }

    /**
     * The content that a signature covers. The string representation does not contain the body. Immutable; the body is
     * not copied.
     */
    public static final class SignedContent {

        private final String method;
        private final String userId;
        private final Optional<MirrorVersion> version;
        private final byte[] body;

        /**
         * @param method the HTTP method
         * @param userId the user id of the path, decoded; empty text for a path without one
         * @param version the version that the headers state
         * @param body the body
         */
        public SignedContent(String method, String userId, Optional<MirrorVersion> version, byte[] body) {
            this.method = method;
            this.userId = userId;
            this.version = version;
            this.body = body;
        }

        /** Returns the HTTP method. */
        public String method() {
            return method;
        }

        /** Returns the user id of the path, decoded; empty text for a path without one. */
        public String userId() {
            return userId;
        }

        /** Returns the version that the headers state. */
        public Optional<MirrorVersion> version() {
            return version;
        }

        /** Returns the body. */
        public byte[] body() {
            return body;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof SignedContent that
                    && method.equals(that.method)
                    && userId.equals(that.userId)
                    && version.equals(that.version)
                    && Arrays.equals(body, that.body);
        }

        @Override
        public int hashCode() {
            return Objects.hash(method, userId, version, Arrays.hashCode(body));
        }

        /** Returns the method and the user id. */
        @Override
        public String toString() {
            return method + " of " + userId;
        }
    }
}
