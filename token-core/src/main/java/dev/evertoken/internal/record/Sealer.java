package dev.evertoken.internal.record;

import dev.evertoken.model.KeyRing;
import dev.evertoken.model.LoggerNames;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.SecretPart;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import javax.crypto.SecretKey;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Encrypts secrets for the store and decrypts them again: AES-256-GCM (NIST SP 800-38D), bound to the account, the
 * grant, the generation, the namespace and the environment, so that bytes that were moved elsewhere, or are those of an
 * earlier generation, cannot be opened.
 *
 * <p>An envelope consists of a format byte and the output of {@link AesGcm}: nonce, ciphertext and tag. The ring's
 * first key encrypts, and every key of the ring decrypts. Each account has its own key, derived from the ring's, so the
 * number of nonces under one key stays far below the limit of 2³² for random nonces. Thread-safe.
 */
public final class Sealer {

    private static final byte FORMAT = 2;

    /** The format without the generation, which is still opened. */
    private static final byte WITHOUT_GENERATION = 1;

    private static final String LABEL = "evertoken envelope 1";
    private static final int SHORTEST = 1 + AesGcm.SHORTEST;

    private static final Logger log = LoggerFactory.getLogger(LoggerNames.STORE);

    private final KeyRing ring;
    private final String namespace;
    private final String environment;
    private final Fingerprints fingerprints;
    private final AesGcm gcm = new AesGcm();
    private final ClearText clearText;
    private final Predicate<TokenKey> keptClear;
    private final AtomicBoolean sawClear = new AtomicBoolean();

    /** Returns a sealer that rejects clear text if there is a key ring. */
    public Sealer(KeyRing ring, String namespace, String environment) {
        this(ring, namespace, environment, ClearText.REFUSED, key -> false);
    }

    /**
     * Returns a sealer.
     *
     * @param clearText whether records in clear text are accepted although there is a key ring
     * @param keptClear whether the secrets of an account are always stored in clear text
     */
    public Sealer(
            KeyRing ring, String namespace, String environment, ClearText clearText, Predicate<TokenKey> keptClear) {
        this.ring = ring;
        this.clearText = clearText;
        this.keptClear = keptClear;
        this.namespace = namespace;
        this.environment = environment;
        this.fingerprints = new Fingerprints(ring, namespace);
    }

    /**
     * Returns {@code plain} in the form in which it is stored: sealed with the ring's active key; in clear text without a
     * key ring, or for an account whose store keeps clear text.
     */
    SecretPart seal(TokenKey key, String grantId, long generation, byte[] plain) {
        return isKeptClear(key) ? new SecretPart.Clear(plain) : envelope(key, grantId, generation, plain);
    }

    /** Returns {@code plain} sealed with the ring's active key, whatever the store keeps; clear without a key ring. */
    SecretPart envelope(TokenKey key, String grantId, long generation, byte[] plain) {
        Optional<String> keyId = ring.active();
        return keyId.isEmpty()
                ? new SecretPart.Clear(plain)
                : new SecretPart.Envelope(
                        keyId.get(),
                        sealed(accountKey(keyId.get(), key), context(keyId.get(), key, grantId, generation), plain));
    }

    /** Returns whether secrets are sealed, that is whether there is a key ring. */
    boolean isSealing() {
        return ring.active().isPresent();
    }

    /** Returns whether the ring has a key. */
    boolean hasKey(String keyId) {
        return ring.ids().contains(keyId);
    }

    /** Returns whether an envelope is sealed with the ring's active key and in the current format. */
    boolean isCurrent(SecretPart.Envelope envelope) {
        byte[] bytes = envelope.bytes();
        return ring.active().filter(envelope.keyId()::equals).isPresent() && bytes.length > 0 && bytes[0] == FORMAT;
    }

    /** Returns whether a fingerprint is made with the ring's active key, or without one if there is no ring. */
    boolean isOfActiveKey(String fingerprint) {
        return fingerprints.isCurrent(fingerprint);
    }

    /** Returns whether the store keeps the secrets of an account in clear text although there is a key ring. */
    boolean isKeptClear(TokenKey key) {
        return ring.active().isPresent() && keptClear.test(key);
    }

    /**
     * Returns the secrets that were sealed for this account, grant and generation.
     *
     * @throws TokenException with {@link Problem#RECORD_UNREADABLE}, or {@link Problem#RECORD_TOO_NEW} for a format
     *     that this version does not know; the message names key ids, never content
     */
    byte[] open(TokenKey key, String grantId, long generation, SecretPart part) {
        Optional<OpeningFault> why = obstacle(key, part);
        if (why.isPresent()) {
            throw why.get().about(key);
        }
        if (part instanceof SecretPart.Envelope envelope) {
            return opened(key, grantId, generation, envelope);
        }
        if (isUnexpectedlyClear(key) && sawClear.compareAndSet(false, true)) {
            log.warn(
                    "{}: stored in clear text although there is a key ring, and others may be; a refresh seals it",
                    key);
        }
        return part.bytes();
    }

    private boolean isUnexpectedlyClear(TokenKey key) {
        return ring.active().isPresent() && !keptClear.test(key);
    }

    /**
     * Returns why secrets cannot be opened, as far as that is known without opening them: from the id of their key, and
     * from their format. Empty if they have to be opened to find out.
     */
    Optional<OpeningFault> obstacle(TokenKey key, SecretPart part) {
        if (part instanceof SecretPart.Envelope envelope) {
            return obstacle(envelope);
        }
        return clearText == ClearText.REFUSED && isUnexpectedlyClear(key)
                ? Optional.of(new OpeningFault(
                        Problem.RECORD_UNREADABLE,
                        "the secrets are in clear text although there is a key ring; allowClearText() accepts and"
                                + " seals them; otherwise restore the record, or reconnect"))
                : Optional.empty();
    }

    private Optional<OpeningFault> obstacle(SecretPart.Envelope envelope) {
        byte[] bytes = envelope.bytes();
        if (!ring.ids().contains(envelope.keyId())) {
            return Optional.of(unreadable(
                    "sealed with key \"" + envelope.keyId() + "\", which the key ring " + ring.ids() + " lacks"));
        }
        if (bytes.length > 0 && bytes[0] > FORMAT) {
            return Optional.of(new OpeningFault(
                    Problem.RECORD_TOO_NEW,
                    "the secrets are sealed in format " + bytes[0] + ", this version knows " + FORMAT
                            + "; upgrade this application"));
        }
        return bytes.length < SHORTEST || bytes[0] < WITHOUT_GENERATION
                ? Optional.of(unreadable("not an envelope: " + bytes.length + " bytes"))
                : Optional.empty();
    }

    /** Returns a string that identifies {@code value} without revealing it; see {@link Fingerprints}. */
    String fingerprint(String purpose, String value) {
        return fingerprints.of(purpose, value);
    }

    /** Returns whether a fingerprint is that of {@code value}; false if that cannot be checked. */
    boolean matches(String fingerprint, String purpose, String value) {
        return fingerprints.matches(fingerprint, purpose, value);
    }

    /** Returns the key for the labels of accounts, derived from the active key; empty without a key ring. */
    Optional<SecretKey> labelKey() {
        return ring.active().flatMap(ring::key).map(key -> Hmac.key(key, "evertoken account label", namespace));
    }

    /** Returns whether {@link #matches} can check a fingerprint; false if its key has left the ring. */
    boolean canCheck(String fingerprint) {
        return fingerprints.canCheck(fingerprint);
    }

    /** Returns warnings for the operator about how secrets are stored; empty if there are none. */
    public List<String> warnings() {
        List<String> warnings = new ArrayList<>();
        if (ring.active().isEmpty()) {
            warnings.add("tokens are stored in clear text; set a key ring to encrypt them");
        }
        if (sawClear.get()) {
            warnings.add("some records are still in clear text although there is a key ring; a refresh seals them");
        }
        return List.copyOf(warnings);
    }

    private byte[] sealed(SecretKey accountKey, byte[] context, byte[] plain) {
        byte[] sealed = gcm.seal(accountKey, context, plain);
        return ByteBuffer.allocate(1 + sealed.length).put(FORMAT).put(sealed).array();
    }

    private byte[] opened(TokenKey key, String grantId, long generation, SecretPart.Envelope envelope) {
        String keyId = envelope.keyId();
        byte[] bytes = envelope.bytes();
        byte[] sealed = Arrays.copyOfRange(bytes, 1, bytes.length);
        byte[] context = bytes[0] == WITHOUT_GENERATION
                ? context(keyId, key, grantId)
                : context(keyId, key, grantId, generation);
        return AesGcm.open(accountKey(keyId, key), context, sealed)
                .orElseThrow(() -> unreadable("not those that key \"" + keyId
                                + "\" sealed for this account, grant, generation, namespace and environment: modified,"
                                + " or moved here")
                        .about(key));
    }

    private SecretKey accountKey(String keyId, TokenKey key) {
        SecretKey ringKey = ring.key(keyId).orElseThrow();
        return Hmac.key(ringKey, LABEL, namespace, environment, key.registration(), key.account());
    }

    private byte[] context(String keyId, TokenKey key, String grantId, long generation) {
        return LengthPrefixed.of(
                "evertoken envelope " + FORMAT,
                namespace,
                environment,
                key.registration(),
                key.account(),
                grantId,
                Long.toString(generation),
                keyId);
    }

    /** Returns the context of the format without the generation. */
    private byte[] context(String keyId, TokenKey key, String grantId) {
        return LengthPrefixed.of(LABEL, namespace, environment, key.registration(), key.account(), grantId, keyId);
    }

    private static OpeningFault unreadable(String why) {
        return new OpeningFault(
                Problem.RECORD_UNREADABLE, "the secrets are " + why + "; restore the key or the record, or reconnect");
    }
}
