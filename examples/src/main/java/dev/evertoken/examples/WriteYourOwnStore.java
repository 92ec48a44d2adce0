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
 * A store of your own, in whatever database you have: here one that keeps bytes under names, and swaps them only if
 * they still are those that you saw.
 *
 * <ol>
 *   <li>Find the one operation of your database that compares and writes in one step: a conditional update, a
 *       transaction with a lock, an ETag. Everything rests on it; look first and write later is not enough.
 *   <li>Name the record after its whole {@link TokenKey}, so that no two accounts can meet.
 *   <li>Leave the content to {@link RecordCodec}; it refuses what is damaged or newer, and so do you.
 *   <li>Give every call a time-out, and let failures be {@link dev.evertoken.model.TokenStoreException}s.
 *   <li>Extend {@code SharedTokenStoreContract} of token-testing with your store, and run it against the real database.
 * </ol>
 *
 * <p>Then hand it over with {@code Tokens.builder().store(new WriteYourOwnStore(database))}. A store that can find due
 * accounts by an index implements {@link dev.evertoken.spi.store.DueIndex} as well. Thread-safe.
 */
public final class WriteYourOwnStore implements TokenStore {

    private final Database database;

    /** What your database offers. Implementations are thread-safe. */
    public interface Database {

        /** Returns what stands under a name. */
        Optional<byte[]> get(String name);

        /**
         * Puts {@code next} under a name, or removes what is there, if it still is {@code seen}.
         *
         * @return false if somebody was first; nothing was written
         */
        boolean swap(String name, Optional<byte[]> seen, Optional<byte[]> next);

        /** Returns all names. */
        Stream<String> names();
    }

    /** Makes a store in a database, which others may use too. */
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

    /** Returns that all who use the database see each other's writes. */
    @Override
    public Guarantee guarantee() {
        return Guarantee.SHARED;
    }

    /** Does nothing: the database belongs to whoever opened it. */
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
