package dev.evertoken.internal.store.json;

import com.squareup.moshi.JsonDataException;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.UnreadableRecordException;
import dev.evertoken.spi.store.UnreadableRecordException.Reason;
import java.io.IOException;
import java.time.DateTimeException;
import java.util.function.Consumer;

/**
 * Reads and writes the stored format: JSON with a format number, UTF-8, written in one fixed order.
 *
 * <p>Members that a reader does not know are left out silently; a higher format is refused, never
 * written down. What is read is bounded: {@value #MAX_BYTES} bytes, 16 levels.
 * Times are milliseconds since the epoch, with decimals where a time is finer than that; revisions are
 * text, because a JSON number does not keep 63 bits everywhere. Thread-safe.
 */
public final class RecordFormat {

    /** The format that this version writes, and the highest one that it reads. */
    public static final int FORMAT = 1;

    /** Largest record and largest token set, in bytes. */
    public static final int MAX_BYTES = 16 * 1024 * 1024;

    private RecordFormat() {}

    /**
     * Returns a record as bytes; equal records give equal bytes.
     *
     * @throws IllegalArgumentException if it is larger than {@value #MAX_BYTES} bytes, or a text in it has an
     *     unpaired surrogate
     */
    public static byte[] encode(TokenRecord record) {
        return written(json -> RecordWriter.write(json, record));
    }

    /**
     * Returns the record that {@link #encode} was given.
     *
     * @param expected whose record it has to be
     * @throws UnreadableRecordException if the bytes are no record, one of another key, or one of a newer format
     */
    public static TokenRecord decode(TokenKey expected, byte[] bytes) {
        try {
            TokenRecord record = read(bytes, RecordReader::read);
            if (!record.key().equals(expected)) {
                throw MalformedRecordException.damaged("is the one of " + record.key());
            }
            return record;
        } catch (MalformedRecordException e) {
            throw new UnreadableRecordException(
                    expected, e.isNewer() ? Reason.NEWER_FORMAT : Reason.CORRUPT, "the record " + e.getMessage(), e);
        }
    }

    /**
     * Returns tokens as bytes, in clear text: what a sealer seals.
     *
     * @throws IllegalArgumentException as {@link #encode}
     */
    public static byte[] encodeTokens(TokenSet tokens) {
        return written(json -> TokensJson.write(json, tokens));
    }

    /**
     * Returns the tokens that {@link #encodeTokens} was given.
     *
     * @param key whose tokens, for the message
     * @throws TokenException with {@link Problem#RECORD_UNREADABLE}, or {@link Problem#RECORD_TOO_NEW}
     */
    public static TokenSet decodeTokens(TokenKey key, byte[] bytes) {
        try {
            return read(bytes, TokensJson::read);
        } catch (MalformedRecordException e) {
            throw TokenException.about(e.isNewer() ? Problem.RECORD_TOO_NEW : Problem.RECORD_UNREADABLE)
                    .key(key)
                    .detail("the secret part " + e.getMessage())
                    .cause(e)
                    .build();
        }
    }

    private static byte[] written(Consumer<JsonObjectWriter> body) {
        byte[] bytes = JsonObjectWriter.write(json -> body.accept(json.number("format", FORMAT)));
        if (bytes.length > MAX_BYTES) {
            throw new IllegalArgumentException("a record of " + bytes.length + " bytes is larger than " + MAX_BYTES);
        }
        return bytes;
    }

    /** What the parser and the constructors say may show content, so none of it is passed on. */
    private static <T> T read(byte[] bytes, Body<T> body) throws MalformedRecordException {
        try {
            return body.read(checked(bytes));
        } catch (IOException | JsonDataException e) {
            throw MalformedRecordException.damaged("is not whole JSON");
        } catch (IllegalArgumentException | DateTimeException | ArithmeticException e) {
            throw MalformedRecordException.damaged("has a value that is out of its bounds");
        }
    }

    private static JsonObjectReader checked(byte[] bytes) throws IOException, MalformedRecordException {
        if (bytes.length == 0 || bytes.length > MAX_BYTES) {
            throw MalformedRecordException.damaged("has " + bytes.length + " bytes, not 1 to " + MAX_BYTES);
        }
        JsonObjectReader members = JsonObjectReader.parse(bytes);
        long format = members.number("format");
        if (format > FORMAT) {
            throw MalformedRecordException.newer("has format " + format + ", this version reads up to " + FORMAT);
        }
        if (format < FORMAT) {
            throw MalformedRecordException.damaged("has format " + format + ", which never was");
        }
        return members;
    }

    private interface Body<T> {
        T read(JsonObjectReader members) throws MalformedRecordException;
    }
}
