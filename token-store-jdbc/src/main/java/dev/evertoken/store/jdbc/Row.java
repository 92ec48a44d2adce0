package dev.evertoken.store.jdbc;

import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.spi.store.UnreadableRecordException;
import dev.evertoken.spi.store.UnreadableRecordException.Reason;
import dev.evertoken.store.RecordCodec;
import java.security.MessageDigest;

/** A row of the table: the encoded record, and the revision and digest that were written with it. Immutable. */
final class Row {

    private final long revision;
    private final byte[] record;
    private final byte[] digest;

    Row(long revision, byte[] record, byte[] digest) {
        this.revision = revision;
        this.record = record;
        this.digest = digest;
    }

    /** @throws UnreadableRecordException if the record was changed, is truncated, or has a newer format */
    TokenRecord record(TokenKey key) {
        if (!MessageDigest.isEqual(Digests.of(record), digest)) {
            throw corrupt(key, "the record was changed or truncated after it was written");
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

    private static UnreadableRecordException corrupt(TokenKey key, String detail) {
        return new UnreadableRecordException(key, Reason.CORRUPT, detail, null);
    }
}
