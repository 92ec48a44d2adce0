package dev.evertoken.store.gcp;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.SecretPart;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.UnreadableRecordException;
import dev.evertoken.spi.store.UnreadableRecordException.Reason;
import dev.evertoken.store.RecordCodec;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The annotations of a secret that the store writes: the record without its tokens, and the number of the version with
 * the tokens. Other annotations are preserved. Immutable.
 *
 * @param record the record, with an empty secret part
 */
record Annotations(TokenRecord record, Versions versions) {

    /** The limit of the total size of a secret's annotations in bytes, including their keys; the size must be less. */
    static final int MAX_BYTES = 16 * 1024;

    private static final String REGISTRATION = "evertoken-registration";
    private static final String ACCOUNT = "evertoken-account";
    private static final String RECORD = "evertoken-record";
    private static final String VERSIONS = "evertoken-versions";
    private static final String CHECKSUM = "evertoken-checksum";
    private static final String PENDING = "evertoken-begun";
    private static final byte[] NOTHING = new byte[0];

    /** Returns the annotations of a new secret that has no tokens yet. */
    static Map<String, String> pending(TokenKey key) {
        return Map.of(REGISTRATION, key.registration(), ACCOUNT, key.account(), PENDING, "true");
    }

    /** Returns whether a secret has no tokens yet, and therefore no record. */
    static boolean arePending(Map<String, String> annotations) {
        return annotations.containsKey(PENDING);
    }

    /** Returns whether any of the annotations belongs to the store. */
    static boolean arePresent(Map<String, String> annotations) {
        return annotations.containsKey(ACCOUNT) || annotations.containsKey(RECORD) || annotations.containsKey(PENDING);
    }

    /** Returns the account of a secret; empty if the annotations no longer name it. */
    static Optional<TokenKey> keyOf(Map<String, String> annotations) {
        String registration = annotations.get(REGISTRATION);
        String account = annotations.get(ACCOUNT);
        if (registration == null || account == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(TokenKey.of(registration, account));
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // not written by the store
        }
    }

    /** Returns the annotations of a record. */
    static Annotations of(TokenRecord record, Versions versions) {
        return new Annotations(withSecrets(record, NOTHING), versions);
    }

    /** Returns the record with its tokens. */
    TokenRecord whole(byte[] tokens) {
        return withSecrets(record, tokens);
    }

    private static TokenRecord withSecrets(TokenRecord record, byte[] bytes) {
        SecretPart part = record.secrets() instanceof SecretPart.Envelope envelope
                ? new SecretPart.Envelope(envelope.keyId(), bytes)
                : new SecretPart.Clear(bytes);
        return record.next().secrets(part).build(record.revision(), record.updatedAt());
    }

    /**
     * Returns all annotations of the secret, with these replacing the store's earlier ones.
     *
     * @throws TokenException with {@link Problem#STORE_REFUSED} if they exceed the limit of the service
     */
    Map<String, String> over(Map<String, String> earlier) {
        TokenKey key = record.key();
        Map<String, String> all = new HashMap<>(earlier);
        all.remove(PENDING);
        all.put(REGISTRATION, key.registration());
        all.put(ACCOUNT, key.account());
        all.put(RECORD, new String(RecordCodec.encode(record), UTF_8));
        all.put(VERSIONS, versions.toText());
        all.put(CHECKSUM, checksum(all));
        int size = all.entrySet().stream()
                .mapToInt(entry -> entry.getKey().length() + entry.getValue().getBytes(UTF_8).length)
                .sum();
        if (size >= MAX_BYTES) {
            throw TokenException.about(Problem.STORE_REFUSED)
                    .key(key)
                    .detail("the record cannot be written: without its tokens it requires " + size + " bytes of"
                            + " annotations, and Secret Manager allows less than " + MAX_BYTES
                            + "; request fewer scopes, or keep this account in another store")
                    .build();
        }
        return all;
    }

    /**
     * Reads annotations that {@link #over} returned.
     *
     * @throws UnreadableRecordException if they are incomplete or were changed
     */
    static Annotations read(TokenKey key, Map<String, String> annotations) {
        String record = annotations.get(RECORD);
        String versions = annotations.get(VERSIONS);
        require(key, record != null && versions != null, "are incomplete");
        require(
                key,
                checksum(annotations).equals(annotations.get(CHECKSUM)),
                "were changed: their checksum does not match");
        TokenRecord read = RecordCodec.decode(key, String.valueOf(record).getBytes(UTF_8));
        try {
            return new Annotations(read, Versions.parse(String.valueOf(versions)));
        } catch (RuntimeException e) {
            throw corrupt(key, "the annotations of its secret do not name the version with the tokens", e);
        }
    }

    private static void require(TokenKey key, boolean condition, String failure) {
        if (!condition) {
            throw corrupt(key, "the annotations of its secret " + failure, null);
        }
    }

    static UnreadableRecordException corrupt(TokenKey key, String reason, @Nullable Throwable cause) {
        return new UnreadableRecordException(key, Reason.CORRUPT, reason, cause);
    }

    private static String checksum(Map<String, String> annotations) {
        String text = annotations.get(REGISTRATION) + "\n" + annotations.get(ACCOUNT) + "\n" + annotations.get(VERSIONS)
                + "\n" + annotations.get(RECORD);
        return Long.toHexString(Payload.crc32c(text.getBytes(UTF_8)));
    }
}
