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
 * Reads the hash that a record is kept in: its revision and length in clear, for {@code change.lua}, and the record
 * itself as {@link RecordCodec} writes it. Stateless.
 */
final class StoredRecord {

    private static final byte[] REVISION = "revision".getBytes(US_ASCII);
    private static final byte[] LENGTH = "length".getBytes(US_ASCII);
    private static final byte[] RECORD = "record".getBytes(US_ASCII);

    private StoredRecord() {}

    /** Returns what to ask the hash for, in the order in which {@link #read} wants it. */
    static byte[][] fields() {
        return new byte[][] {REVISION, LENGTH, RECORD};
    }

    /** @throws UnreadableRecordException if the fields are no whole record of that account */
    static TokenRecord read(TokenKey key, List<byte[]> fields) {
        byte @Nullable [] revision = fields.get(0);
        byte @Nullable [] length = fields.get(1);
        byte @Nullable [] bytes = fields.get(2);
        if (revision == null || length == null || bytes == null) {
            throw corrupt(key, "the record lacks a part", null);
        }
        if (!Integer.toString(bytes.length).equals(new String(length, US_ASCII))) {
            throw corrupt(key, "the record has " + bytes.length + " bytes and was written with another number", null);
        }
        TokenRecord record = RecordCodec.decode(key, bytes);
        if (!Long.toString(record.revision()).equals(new String(revision, US_ASCII))) {
            throw corrupt(key, "the record is another one than its revision names", null);
        }
        return record;
    }

    static UnreadableRecordException corrupt(TokenKey key, String why, @Nullable Throwable cause) {
        return new UnreadableRecordException(key, Reason.CORRUPT, why, cause);
    }
}
