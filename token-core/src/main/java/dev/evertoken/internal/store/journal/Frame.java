package dev.evertoken.internal.store.journal;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * The head of an entry in a segment: its kind, its id, and the length and checksum of the text that follows. The head
 * has a checksum of its own, so that a damaged text does not hide the next entry. The state is no part of a checksum,
 * so that an entry is settled by one write. Immutable.
 *
 * @param kind {@link #ENTRY}, or a kind of a newer version
 * @param length the number of bytes of the text
 */
record Frame(int kind, String id, int length, int checksum, byte state) {

    static final int ENTRY = 1;
    static final int HEAD = 89;

    private static final int MARK = 0xF7457631; // its first byte is in no UTF-8 text
    private static final int ID_AT = 16;
    private static final int SUM_AT = 84;
    private static final int STATE_AT = 88;
    private static final byte WRITTEN = 1;
    private static final byte SETTLED = 2;

    /** Returns the bytes of an entry. */
    static byte[] encode(String id, byte[] text) {
        byte[] frame = new byte[HEAD + text.length];
        ByteBuffer head = ByteBuffer.wrap(frame);
        head.putInt(MARK).putInt(ENTRY).putInt(text.length).putInt(sum(text, 0, text.length));
        head.put(ID_AT, id.getBytes(US_ASCII));
        head.putInt(SUM_AT, sum(frame, 0, SUM_AT));
        head.put(STATE_AT, WRITTEN);
        head.put(HEAD, text);
        return frame;
    }

    /** Returns the complete head at an index; empty if there is none. */
    static Optional<Frame> at(byte[] bytes, int index) {
        if (bytes.length - index < HEAD) {
            return Optional.empty();
        }
        ByteBuffer head = ByteBuffer.wrap(bytes, index, HEAD).slice();
        int length = head.getInt(8);
        if (head.getInt(0) != MARK || length < 0 || head.getInt(SUM_AT) != sum(bytes, index, SUM_AT)) {
            return Optional.empty();
        }
        String id = new String(bytes, index + ID_AT, SUM_AT - ID_AT, US_ASCII).trim();
        return Optional.of(new Frame(head.getInt(4), id, length, head.getInt(12), head.get(STATE_AT)));
    }

    /** Returns what replaces the bytes from the state on when an entry is settled: no secret stays in the file. */
    byte[] settled() {
        byte[] rest = new byte[1 + length];
        rest[0] = SETTLED;
        return rest;
    }

    long stateAt(long frameAt) {
        return frameAt + STATE_AT;
    }

    int size() {
        return HEAD + length;
    }

    boolean isEntry() {
        return kind == ENTRY && EntryNames.isId(id);
    }

    boolean isSettled() {
        return state == SETTLED;
    }

    /** Returns the text of this frame at an index; empty if it is settled, unfinished or damaged. */
    Optional<byte[]> text(byte[] bytes, int index) {
        int from = index + HEAD;
        if (state != WRITTEN || bytes.length - from < length || sum(bytes, from, length) != checksum) {
            return Optional.empty();
        }
        return Optional.of(Arrays.copyOfRange(bytes, from, from + length));
    }

    private static int sum(byte[] bytes, int from, int length) {
        CRC32C sum = new CRC32C();
        sum.update(bytes, from, length);
        return (int) sum.getValue();
    }
}
