package dev.evertoken.internal.store.journal;

import dev.evertoken.internal.store.json.JsonObjectReader;
import dev.evertoken.internal.store.json.JsonObjectWriter;
import dev.evertoken.internal.store.json.MalformedRecordException;
import dev.evertoken.internal.store.json.RecordFormat;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.UnreadableRecordException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * The content of a journal file: a mark, the length and checksum of the text, and the text. A reader can thus
 * distinguish a complete entry from an unfinished one. Stateless.
 */
final class JournalEntry {

    /** The disk space reserved for a response; a larger response needs more when it is written. */
    static final int ROOM = 16 * 1024;

    static final int LARGEST = 2 * RecordFormat.MAX_BYTES;

    private static final byte[] MARK = "evertoken journal 1\n".getBytes(StandardCharsets.US_ASCII);
    private static final int HEAD = MARK.length + Integer.BYTES + Long.BYTES;
    private static final long FORMAT = 1;

    private JournalEntry() {}

    static byte[] empty() {
        return new byte[ROOM];
    }

    static boolean isEmpty(byte[] page) {
        return Arrays.equals(page, new byte[page.length]);
    }

    static byte[] encode(String claimId, TokenRecord answered) {
        byte[] text = JsonObjectWriter.write(json -> json.number("format", FORMAT)
                .text("claim", claimId)
                .text("registration", answered.key().registration())
                .text("account", answered.key().account())
                .bytes("record", RecordFormat.encode(answered)));
        return ByteBuffer.allocate(HEAD + text.length)
                .put(MARK)
                .putInt(text.length)
                .putLong(checksum(text))
                .put(text)
                .array();
    }

    /** Returns the text of a finished page; empty if it is unfinished or damaged. */
    static Optional<byte[]> text(byte[] page) {
        if (page.length < HEAD || !Arrays.equals(MARK, Arrays.copyOf(page, MARK.length))) {
            return Optional.empty();
        }
        ByteBuffer rest = ByteBuffer.wrap(page, MARK.length, page.length - MARK.length);
        int length = rest.getInt();
        long checksum = rest.getLong();
        if (length < 1 || length > rest.remaining()) {
            return Optional.empty();
        }
        byte[] text = new byte[length];
        rest.get(text);
        return checksum == checksum(text) ? Optional.of(text) : Optional.empty();
    }

    /**
     * Returns the entry in a finished page.
     *
     * @throws MalformedRecordException if a newer version wrote the entry, or its content is invalid
     */
    static Journal.Entry entry(String id, byte[] text) throws MalformedRecordException {
        try {
            JsonObjectReader json = JsonObjectReader.parse(text);
            if (json.number("format") > FORMAT) {
                throw MalformedRecordException.newer("has format " + json.number("format"));
            }
            TokenKey key = TokenKey.of(json.text("registration"), json.text("account"));
            return new Journal.Entry(id, json.text("claim"), RecordFormat.decode(key, json.bytes("record")));
        } catch (UnreadableRecordException e) {
            throw e.reason() == UnreadableRecordException.Reason.NEWER_FORMAT
                    ? MalformedRecordException.newer("contains a record of a newer format")
                    : MalformedRecordException.damaged("contains a damaged record");
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw MalformedRecordException.damaged("is not valid JSON");
        }
    }

    private static long checksum(byte[] text) {
        CRC32C sum = new CRC32C();
        sum.update(text);
        return sum.getValue();
    }
}
