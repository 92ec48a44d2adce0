package dev.evertoken.store.gcp;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.google.cloud.secretmanager.v1.SecretPayload;
import com.google.protobuf.ByteString;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/**
 * The payload of a version: one line with the revision of the write and the length, followed by the tokens as they were
 * passed. Stateless. Thread-safe.
 */
final class Payload {

    /** The limit of the service for a payload, in bytes. */
    static final int MAX_BYTES = 64 * 1024;

    private static final Pattern LINE = Pattern.compile("evertoken 1 (?<revision>\\d{1,19}) (?<length>\\d{1,7})");
    private static final int MAX_LINE = 64;

    private Payload() {}

    /**
     * Returns the payload of a new version.
     *
     * @throws TokenException with {@link Problem#STORE_REFUSED} if it exceeds the limit of the service
     */
    static SecretPayload of(TokenKey key, long revision, byte[] tokens) {
        byte[] line = ("evertoken 1 " + revision + " " + tokens.length + "\n").getBytes(US_ASCII);
        int size = line.length + tokens.length;
        if (size > MAX_BYTES) {
            throw TokenException.about(Problem.STORE_REFUSED)
                    .key(key)
                    .detail("the record cannot be written: its tokens require " + size
                            + " bytes, and Secret Manager allows up to " + MAX_BYTES
                            + "; keep this account in another store")
                    .build();
        }
        byte[] bytes = Arrays.copyOf(line, size);
        System.arraycopy(tokens, 0, bytes, line.length, tokens.length);
        return SecretPayload.newBuilder()
                .setData(ByteString.copyFrom(bytes))
                .setDataCrc32C(crc32c(bytes))
                .build();
    }

    /** Returns whether the payload matches its checksum. */
    static boolean isWhole(SecretPayload payload) {
        return !payload.hasDataCrc32C()
                || payload.getDataCrc32C() == crc32c(payload.getData().toByteArray());
    }

    /** Returns the tokens of a write; empty if the payload is incomplete or belongs to another write. */
    static Optional<byte[]> tokens(ByteString payload, long revision) {
        byte[] bytes = payload.toByteArray();
        String begin = new String(bytes, 0, Math.min(bytes.length, MAX_LINE), US_ASCII);
        int end = begin.indexOf('\n');
        Matcher line = LINE.matcher(end < 0 ? begin : begin.substring(0, end));
        boolean fits = line.matches()
                && line.group("revision").equals(Long.toString(revision))
                && Integer.parseInt(line.group("length")) == bytes.length - end - 1;
        return fits ? Optional.of(Arrays.copyOfRange(bytes, end + 1, bytes.length)) : Optional.empty();
    }

    static long crc32c(byte[] bytes) {
        CRC32C sum = new CRC32C();
        sum.update(bytes, 0, bytes.length);
        return sum.getValue();
    }
}
