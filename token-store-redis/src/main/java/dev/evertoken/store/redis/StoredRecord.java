package dev.evertoken.store.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.UnreadableRecordException;
import dev.evertoken.spi.store.UnreadableRecordException.Reason;
import dev.evertoken.store.RecordCodec;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the hash of a record: its revision and length in plain text, for {@code change.lua}, and the record as encoded
 * by {@link RecordCodec}. Stateless. Thread-safe.
 */
final class StoredRecord {

    private static final byte[] REVISION = "revision".getBytes(US_ASCII);
    private static final byte[] LENGTH = "length".getBytes(US_ASCII);
    private static final byte[] RECORD = "record".getBytes(US_ASCII);
    private static final List<byte[]> FIELDS = List.of(REVISION, LENGTH, RECORD);

    private StoredRecord() {}

    /** Returns the fields of the hash, in the order that {@link #read} expects. */
    static List<byte[]> fields() {
        return FIELDS;
    }

    /** Returns whether a hash has none of the fields, so that it may not exist. */
    static boolean isAbsent(List<byte @Nullable []> fields) {
        for (byte @Nullable [] value : fields) {
            if (value != null) {
                return false;
            }
        }
        return true;
    }

    /** @throws UnreadableRecordException if the fields are not a complete record of the account */
    static TokenRecord read(TokenKey key, List<byte @Nullable []> fields) {
        byte @Nullable [] revision = fields.get(0);
        byte @Nullable [] length = fields.get(1);
        byte @Nullable [] bytes = fields.get(2);
        if (revision == null || length == null || bytes == null) {
            throw corrupt(key, "the record is incomplete", null);
        }
        if (!Integer.toString(bytes.length).equals(new String(length, US_ASCII))) {
            throw corrupt(key, "the record has " + bytes.length + " bytes but was written with another length", null);
        }
        TokenRecord record = RecordCodec.decode(key, bytes);
        if (!Long.toString(record.revision()).equals(new String(revision, US_ASCII))) {
            throw corrupt(key, "the record does not match its revision", null);
        }
        return record;
    }

    static UnreadableRecordException corrupt(TokenKey key, String reason, @Nullable Throwable cause) {
        return new UnreadableRecordException(key, Reason.CORRUPT, reason, cause);
    }
}
