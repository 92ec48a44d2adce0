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
 * <p>The format is JSON with a format number, in UTF-8 and with a fixed order of members; equal records have equal
 * bytes. A reader ignores members that it does not know and refuses a higher format. A store must keep the bytes
 * unchanged. Thread-safe.
 */
public final class RecordCodec {

    /** The format that this version writes, and the highest format that it reads. */
    public static final int FORMAT = RecordFormat.FORMAT;

    /** The size of the largest record, in bytes. */
    public static final int MAX_BYTES = RecordFormat.MAX_BYTES;

    private RecordCodec() {}

    /**
     * Returns a record as bytes; equal records give equal bytes.
     *
     * @throws IllegalArgumentException if the encoded record is larger than {@link #MAX_BYTES}, or if a text in it
     *     contains an unpaired surrogate
     */
    public static byte[] encode(TokenRecord record) {
        return RecordFormat.encode(record);
    }

    /**
     * Returns the record that {@link #encode} was given.
     *
     * @param expected the key that the record must have
     * @throws UnreadableRecordException if the bytes are not a record, a record of another key, or one of a newer format
     */
    public static TokenRecord decode(TokenKey expected, byte[] bytes) {
        return RecordFormat.decode(expected, bytes);
    }

    /**
     * Returns tokens as bytes in clear text: the content of a {@link
     * dev.evertoken.spi.store.SecretPart.Clear}.
     *
     * @throws IllegalArgumentException as {@link #encode}
     */
    public static byte[] encodeTokens(TokenSet tokens) {
        return RecordFormat.encodeTokens(tokens);
    }

    /**
     * Returns the tokens that {@link #encodeTokens} was given.
     *
     * @param key whose tokens, for the message
     * @throws TokenException with {@link Problem#RECORD_UNREADABLE} or {@link Problem#RECORD_TOO_NEW}
     */
    public static TokenSet decodeTokens(TokenKey key, byte[] bytes) {
        return RecordFormat.decodeTokens(key, bytes);
    }
}
