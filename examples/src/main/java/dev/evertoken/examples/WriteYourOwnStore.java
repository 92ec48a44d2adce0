package dev.evertoken.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.spi.store.UnreadableRecordException;
import dev.evertoken.store.RecordCodec;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * An example of a custom store over any database: here a database that stores bytes under names, and replaces them only
 * if they have not changed since they were read.
 *
 * <ol>
 *   <li>Find the operation of your database that compares and writes in one atomic step: a conditional update, a
 *       transaction with a lock, an ETag. The store depends on it; a read followed by a separate write is not enough.
 *   <li>Derive the name of the record from the complete {@link TokenKey}, so that two accounts never share a record.
 *   <li>Use {@link RecordCodec} for the content. It rejects damaged and newer records, and the store must do the same.
 *   <li>Set a timeout for every call, and report failures as {@link dev.evertoken.model.TokenStoreException}.
 *   <li>Extend {@code SharedTokenStoreContract} of token-testing with your store, and run it against the real database.
 * </ol>
 *
 * <p>Then configure it with {@code Tokens.builder().store(new WriteYourOwnStore(database))}. A store that can find due
 * accounts with an index also implements {@link dev.evertoken.spi.store.DueIndex}, and one that processes share should
 * implement {@link dev.evertoken.spi.store.ChangeStamp}. A store that can read many records in one step overrides
 * {@code loadAll} and {@code batchSize}, and one that writes several accounts at the same time faster than one after
 * the other overrides {@code concurrentWrites}. Thread-safe.
 */
public final class WriteYourOwnStore implements TokenStore {

    private final Database database;

    /** The operations that the database must provide. Implementations are thread-safe. */
    public interface Database {

        /** Returns the bytes that are stored under a name; empty if there are none. */
        Optional<byte[]> get(String name);

        /**
         * Stores {@code next} under a name, or removes the entry if it is empty, provided that the entry still equals
         * {@code seen}.
         *
         * @return false if the entry has changed; nothing was written
         */
        boolean swap(String name, Optional<byte[]> seen, Optional<byte[]> next);

        /** Returns all names. */
        Stream<String> names();
    }

    /** Creates a store in a database, which may be shared. */
    public WriteYourOwnStore(Database database) {
        this.database = database;
    }

    @Override
    public Optional<TokenRecord> load(TokenKey key) {
        return database.get(name(key)).map(bytes -> RecordCodec.decode(key, bytes));
    }

    @Override
    public boolean compareAndSet(TokenKey key, long expectedRevision, TokenRecord next) {
        next.requireKey(key);
        return swap(key, expectedRevision, Optional.of(RecordCodec.encode(next)));
    }

    @Override
    public boolean remove(TokenKey key, long expectedRevision) {
        return expectedRevision != ABSENT && swap(key, expectedRevision, Optional.empty());
    }

    @Override
    public Stream<TokenKey> keys() {
        return database.names().map(WriteYourOwnStore::key);
    }

    /** Returns {@code SHARED}: all processes that use the database see each other's writes. */
    @Override
    public Guarantee guarantee() {
        return Guarantee.SHARED;
    }

    /** Does nothing; the caller closes the database. */
    @Override
    public void close() {}

    private boolean swap(TokenKey key, long expectedRevision, Optional<byte[]> next) {
        Optional<byte[]> seen = database.get(name(key));
        return revision(key, seen) == expectedRevision && database.swap(name(key), seen, next);
    }

    private static long revision(TokenKey key, Optional<byte[]> seen) {
        try {
            return seen.map(bytes -> RecordCodec.decode(key, bytes).revision()).orElse(ABSENT);
        } catch (UnreadableRecordException e) {
            return UNREADABLE;
        }
    }

    private static String name(TokenKey key) {
        return URLEncoder.encode(key.registration(), UTF_8) + "/" + URLEncoder.encode(key.account(), UTF_8);
    }

    private static TokenKey key(String name) {
        int slash = name.indexOf('/');
        return TokenKey.of(
                URLDecoder.decode(name.substring(0, slash), UTF_8),
                URLDecoder.decode(name.substring(slash + 1), UTF_8));
    }
}
