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
 * What the store writes into the annotations of a secret: everything of a record but its tokens, and which version has
 * those. Annotations of others are left as they are. Immutable.
 *
 * @param record the record, with an empty secret part
 */
record Annotations(TokenRecord record, Versions versions) {

    /** How large all annotations of a secret may be together, keys included, in bytes; the service takes less than that. */
    static final int MAX_BYTES = 16 * 1024;

    private static final String REGISTRATION = "evertoken-registration";
    private static final String ACCOUNT = "evertoken-account";
    private static final String RECORD = "evertoken-record";
    private static final String VERSIONS = "evertoken-versions";
    private static final String CHECKSUM = "evertoken-checksum";
    private static final String BEGUN = "evertoken-begun";
    private static final byte[] NOTHING = new byte[0];

    /** Returns the annotations of a secret whose first tokens are still to come. */
    static Map<String, String> begun(TokenKey key) {
        return Map.of(REGISTRATION, key.registration(), ACCOUNT, key.account(), BEGUN, "true");
    }

    /** Tells whether the first tokens of a secret have not come yet: there is no record. */
    static boolean areBegun(Map<String, String> annotations) {
        return annotations.containsKey(BEGUN);
    }

    /** Tells whether any of the annotations is one of the store's. */
    static boolean areThere(Map<String, String> annotations) {
        return annotations.containsKey(ACCOUNT) || annotations.containsKey(RECORD) || annotations.containsKey(BEGUN);
    }

    /** Returns whose secret it is; empty if the annotations do not say it any more. */
    static Optional<TokenKey> keyOf(Map<String, String> annotations) {
        String registration = annotations.get(REGISTRATION);
        String account = annotations.get(ACCOUNT);
        if (registration == null || account == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(TokenKey.of(registration, account));
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // not written here
        }
    }

    /** Returns the notes of a record. */
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
     * Returns all annotations of the secret, with these instead of the store's earlier ones.
     *
     * @throws TokenException with {@link Problem#STORE_REFUSED} if they are more than the service takes
     */
    Map<String, String> over(Map<String, String> earlier) {
        TokenKey key = record.key();
        Map<String, String> all = new HashMap<>(earlier);
        all.remove(BEGUN);
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
                    .detail("the record cannot be written: without its tokens it takes " + size + " bytes of"
                            + " annotations, and Secret Manager takes less than " + MAX_BYTES
                            + "; ask for fewer scopes, or keep this account in another store")
                    .build();
        }
        return all;
    }

    /**
     * Reads what {@link #over} wrote.
     *
     * @throws UnreadableRecordException if it is not what was written
     */
    static Annotations read(TokenKey key, Map<String, String> annotations) {
        String record = annotations.get(RECORD);
        String versions = annotations.get(VERSIONS);
        require(key, record != null && versions != null, "lack a part of the record");
        require(
                key,
                checksum(annotations).equals(annotations.get(CHECKSUM)),
                "are not as they were written: their checksum does not fit");
        TokenRecord read = RecordCodec.decode(key, String.valueOf(record).getBytes(UTF_8));
        try {
            return new Annotations(read, Versions.parse(String.valueOf(versions)));
        } catch (RuntimeException e) {
            throw corrupt(key, "the annotations of its secret do not say which version has the tokens", e);
        }
    }

    private static void require(TokenKey key, boolean holds, String complaint) {
        if (!holds) {
            throw corrupt(key, "the annotations of its secret " + complaint, null);
        }
    }

    static UnreadableRecordException corrupt(TokenKey key, String why, @Nullable Throwable cause) {
        return new UnreadableRecordException(key, Reason.CORRUPT, why, cause);
    }

    private static String checksum(Map<String, String> annotations) {
        String text = annotations.get(REGISTRATION) + "\n" + annotations.get(ACCOUNT) + "\n" + annotations.get(VERSIONS)
                + "\n" + annotations.get(RECORD);
        return Long.toHexString(Payload.crc32c(text.getBytes(UTF_8)));
    }
}
