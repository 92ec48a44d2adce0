package dev.evertoken.internal.store.journal;

import dev.evertoken.internal.store.json.JsonObjectReader;
import dev.evertoken.internal.store.json.JsonObjectWriter;
import dev.evertoken.internal.store.json.MalformedRecordException;
import dev.evertoken.internal.store.json.RecordFormat;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.UnreadableRecordException;
import java.util.Arrays;

/** The text of an entry, in a segment or in a file of its own. Stateless. */
final class JournalEntry {

    /** The disk space reserved for a response; a larger response needs more when it is written. */
    static final int ROOM = 16 * 1024;

    private static final long FORMAT = 1;

    private JournalEntry() {}

    /** Returns whether a file was reserved and not written to. */
    static boolean isEmpty(byte[] page) {
        return Arrays.equals(page, new byte[page.length]);
    }

    /** Returns the text of an entry. */
    static byte[] text(String claimId, TokenRecord answered) {
        return JsonObjectWriter.write(json -> json.number("format", FORMAT)
                .text("claim", claimId)
                .text("registration", answered.key().registration())
                .text("account", answered.key().account())
                .bytes("record", RecordFormat.encode(answered)));
    }

    /**
     * Returns the entry of a text.
     *
     * @throws MalformedRecordException if a newer version wrote the entry, or its content is invalid
     */
    static Journal.Entry entry(String id, byte[] text) throws MalformedRecordException {
        return parsed(
                text,
                FORMAT,
                (json, key) ->
                        new Journal.Entry(id, json.text("claim"), RecordFormat.decode(key, json.bytes("record"))));
    }

    /** Reads the members of an entry. */
    @FunctionalInterface
    interface Content<T> {
        T read(JsonObjectReader json, TokenKey key) throws MalformedRecordException;
    }

    static <T> T parsed(byte[] text, long format, Content<T> content) throws MalformedRecordException {
        try {
            JsonObjectReader json = JsonObjectReader.parse(text);
            if (json.number("format") > format) {
                throw MalformedRecordException.newer("has format " + json.number("format"));
            }
            return content.read(json, TokenKey.of(json.text("registration"), json.text("account")));
        } catch (UnreadableRecordException e) {
            throw e.reason() == UnreadableRecordException.Reason.NEWER_FORMAT
                    ? MalformedRecordException.newer("contains a record of a newer format")
                    : MalformedRecordException.damaged("contains a damaged record");
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw MalformedRecordException.damaged("is not valid JSON");
        }
    }
}
