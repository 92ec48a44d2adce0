package dev.evertoken.internal.store.json;

import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.UnreadableRecordException;
import dev.evertoken.spi.store.UnreadableRecordException.Reason;
import java.time.DateTimeException;

/**
 * Reads and writes the stored format: JSON with a format number, in UTF-8 and with a fixed order of members.
 *
 * <p>Format 2 is written; formats 1 and 2 are read. A reader rejects a higher format number and, from format 2 on, a
 * member that it does not know, since its next write would drop it; in format 1 such members are ignored. Input is
 * limited to {@value #MAX_BYTES} bytes and 16 levels. Times are milliseconds since the epoch, with decimals if a time
 * is finer than that. Revisions are strings, because not every reader keeps 63 bits of a JSON number. Thread-safe.
 */
public final class RecordFormat {

    /** The format that this version writes, and the highest format that it reads. */
    public static final int FORMAT = 2;

    private static final int LOWEST_FORMAT = 1;

    /** The maximum size of a record and of a token set, in bytes. */
    public static final int MAX_BYTES = 16 * 1024 * 1024;

    /** Together they are far below {@link #MAX_BYTES}, whatever else a record has. */
    private static final int ORDINARY_BYTES = 1024 * 1024;

    private static final int ORDINARY_SCOPES = 200;
    private static final int ORDINARY_LENGTH = 4096;

    private RecordFormat() {}

    /**
     * Returns a record as bytes; equal records result in equal bytes.
     *
     * @throws IllegalArgumentException if the result is larger than {@value #MAX_BYTES} bytes, or a string contains an
     *     unpaired surrogate
     */
    public static byte[] encode(TokenRecord record) {
        JsonObjectWriter json = JsonObjectWriter.whole().number("format", FORMAT);
        RecordWriter.write(json, record);
        return withinLimit(json.bytes());
    }

    /**
     * Checks that {@link #encode} accepts a record whose tokens are encoded already. A record of ordinary size whose
     * subject and scopes are printable ASCII is not encoded for that; its other parts come from this library or from an
     * earlier record.
     *
     * @throws IllegalArgumentException as for {@link #encode}
     */
    public static void requireEncodable(TokenRecord record) {
        boolean isOrdinary = record.secrets().bytes().length < ORDINARY_BYTES
                && record.grantedScopes().size() < ORDINARY_SCOPES
                && isOrdinary(record.subject().orElse(""));
        for (String scope : record.grantedScopes()) {
            isOrdinary = isOrdinary && isOrdinary(scope);
        }
        if (!isOrdinary) {
            byte[] unused = encode(record);
        }
    }

    private static boolean isOrdinary(String text) {
        for (int at = 0; at < text.length(); at++) {
            if (text.charAt(at) < ' ' || text.charAt(at) > '~') {
                return false;
            }
        }
        return text.length() < ORDINARY_LENGTH;
    }

    /**
     * Returns the record encoded by {@link #encode}.
     *
     * @param expected the key that the record must have
     * @throws UnreadableRecordException if the bytes are not a record, a record of another key, or a record of a newer
     *     format
     */
    public static TokenRecord decode(TokenKey expected, byte[] bytes) {
        try {
            JsonObjectReader members = checked(bytes);
            TokenRecord record = RecordReader.read(members);
            requireKnown(members);
            if (!record.key().equals(expected)) {
                throw MalformedRecordException.damaged("belongs to " + record.key());
            }
            return record;
        } catch (MalformedRecordException e) {
            throw unreadable(expected, e);
        } catch (IllegalArgumentException | DateTimeException | ArithmeticException e) {
            throw unreadable(expected, outOfRange());
        }
    }

    private static UnreadableRecordException unreadable(TokenKey key, MalformedRecordException e) {
        return new UnreadableRecordException(
                key, e.isNewer() ? Reason.NEWER_FORMAT : Reason.CORRUPT, "the record " + e.getMessage(), e);
    }

    /**
     * Returns tokens as bytes in clear text: the input of a sealer.
     *
     * @throws IllegalArgumentException as for {@link #encode}
     */
    public static byte[] encodeTokens(TokenSet tokens) {
        JsonObjectWriter json = JsonObjectWriter.whole().number("format", FORMAT);
        TokensJson.write(json, tokens);
        return withinLimit(json.bytes());
    }

    /**
     * Returns the tokens encoded by {@link #encodeTokens}.
     *
     * @param key the account, for the message
     * @throws TokenException with {@link Problem#RECORD_UNREADABLE} or {@link Problem#RECORD_TOO_NEW}
     */
    public static TokenSet decodeTokens(TokenKey key, byte[] bytes) {
        try {
            JsonObjectReader members = checked(bytes);
            TokenSet tokens = TokensJson.read(members);
            requireKnown(members);
            return tokens;
        } catch (MalformedRecordException e) {
            throw unreadableTokens(key, e);
        } catch (IllegalArgumentException | DateTimeException | ArithmeticException e) {
            throw unreadableTokens(key, outOfRange());
        }
    }

    private static TokenException unreadableTokens(TokenKey key, MalformedRecordException e) {
        return TokenException.about(e.isNewer() ? Problem.RECORD_TOO_NEW : Problem.RECORD_UNREADABLE)
                .key(key)
                .detail("the secret part " + e.getMessage())
                .cause(e)
                .build();
    }

    private static byte[] withinLimit(byte[] bytes) {
        if (bytes.length > MAX_BYTES) {
            throw new IllegalArgumentException("a record of " + bytes.length + " bytes is larger than " + MAX_BYTES);
        }
        return bytes;
    }

    private static void requireKnown(JsonObjectReader members) throws MalformedRecordException {
        if (members.number("format") > LOWEST_FORMAT) {
            members.requireAllRead();
        }
    }

    /** Messages of constructors may contain parts of the record, so they are not passed on. */
    private static MalformedRecordException outOfRange() {
        return MalformedRecordException.damaged("has a value that is out of range");
    }

    private static JsonObjectReader checked(byte[] bytes) throws MalformedRecordException {
        if (bytes.length == 0 || bytes.length > MAX_BYTES) {
            throw MalformedRecordException.damaged("has " + bytes.length + " bytes, not 1 to " + MAX_BYTES);
        }
        JsonObjectReader members = JsonObjectReader.parse(bytes);
        long format = members.number("format");
        if (format > FORMAT) {
            throw MalformedRecordException.newer("has format " + format + ", this version reads up to " + FORMAT);
        }
        if (format < LOWEST_FORMAT) {
            throw MalformedRecordException.damaged("has format " + format + ", which never existed");
        }
        return members;
    }
}
