package dev.evertoken.internal.store.journal;

import dev.evertoken.internal.store.json.RecordFormat;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * The content of a journal file: a mark, the length and checksum of a text, and the text. A reader can thus distinguish
 * a finished file from an unfinished one. Stateless.
 */
final class JournalPage {

    static final int LARGEST = 2 * RecordFormat.MAX_BYTES;

    private static final byte[] MARK = "evertoken journal 1\n".getBytes(StandardCharsets.US_ASCII);
    private static final int HEAD = MARK.length + Integer.BYTES + Long.BYTES;

    private JournalPage() {}

    static byte[] of(byte[] text) {
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

    private static long checksum(byte[] text) {
        CRC32C sum = new CRC32C();
        sum.update(text);
        return sum.getValue();
    }
}
