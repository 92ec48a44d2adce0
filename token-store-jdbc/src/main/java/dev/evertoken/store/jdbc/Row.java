package dev.evertoken.store.jdbc;

import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.spi.store.UnreadableRecordException;
import dev.evertoken.spi.store.UnreadableRecordException.Reason;
import dev.evertoken.store.RecordCodec;
import java.security.MessageDigest;

/** One row as it was read: the record in its stored format, and what was noted of it when it was written. Immutable. */
final class Row {

    private final long revision;
    private final byte[] record;
    private final byte[] digest;

    Row(long revision, byte[] record, byte[] digest) {
        this.revision = revision;
        this.record = record;
        this.digest = digest;
    }

    /** @throws UnreadableRecordException if it is not what was written, or of a newer format */
    TokenRecord record(TokenKey key) {
        if (!MessageDigest.isEqual(Digests.of(record), digest)) {
            throw corrupt(key, "the record is not what was written here: it was changed or torn");
        }
        TokenRecord read = RecordCodec.decode(key, record);
        if (read.revision() != revision) {
            throw corrupt(key, "the record has another revision than its row");
        }
        return read;
    }

    /** Returns the revision, or {@link TokenStore#UNREADABLE}. */
    long revision(TokenKey key) {
        try {
            return record(key).revision();
        } catch (UnreadableRecordException e) {
            return TokenStore.UNREADABLE;
        }
    }

    private static UnreadableRecordException corrupt(TokenKey key, String why) {
        return new UnreadableRecordException(key, Reason.CORRUPT, why, null);
    }
}
