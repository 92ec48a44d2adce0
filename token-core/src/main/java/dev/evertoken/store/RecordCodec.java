package dev.evertoken.store;

import dev.evertoken.internal.store.json.RecordFormat;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.UnreadableRecordException;

/**
 * Encodes and decodes records in the stored format, for stores that keep a record as bytes.
 *
 * <p>The format is JSON in UTF-8 with a format number and a fixed order of members; equal records have equal bytes. A
 * reader ignores unknown members and rejects a higher format number. A store must keep the bytes unchanged.
 * Thread-safe.
 */
public final class RecordCodec {

    /** The format that this version writes, and the highest format that it reads. */
    public static final int FORMAT = RecordFormat.FORMAT;

    /** The maximum size of a record, in bytes. */
    public static final int MAX_BYTES = RecordFormat.MAX_BYTES;

    private RecordCodec() {}

    /**
     * Returns a record as bytes; equal records result in equal bytes.
     *
     * @throws IllegalArgumentException if the encoded record is larger than {@link #MAX_BYTES}, or if a string in it
     *     contains an unpaired surrogate
     */
    public static byte[] encode(TokenRecord record) {
        return RecordFormat.encode(record);
    }

    /**
     * Returns the record encoded by {@link #encode}.
     *
     * @param expected the key that the record must have
     * @throws UnreadableRecordException if the bytes are not a record, a record of another key, or a record of a newer
     *     format
     */
    public static TokenRecord decode(TokenKey expected, byte[] bytes) {
        return RecordFormat.decode(expected, bytes);
    }

    /**
     * Returns tokens as bytes in clear text: the content of a {@link dev.evertoken.spi.store.SecretPart.Clear}.
     *
     * @throws IllegalArgumentException as for {@link #encode}
     */
    public static byte[] encodeTokens(TokenSet tokens) {
        return RecordFormat.encodeTokens(tokens);
    }

    /**
     * Returns the tokens encoded by {@link #encodeTokens}.
     *
     * @param key the account, for the message
     * @throws TokenException with {@link Problem#RECORD_UNREADABLE} or {@link Problem#RECORD_TOO_NEW}
     */
    public static TokenSet decodeTokens(TokenKey key, byte[] bytes) {
        return RecordFormat.decodeTokens(key, bytes);
    }
}
