package dev.evertoken;

import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenRecord;
import dev.evertoken.model.TokenStoreException;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.TokenStore;
import dev.evertoken.spi.UnreadableRecordException;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The application's store, its failures noticed: whether a claim has lapsed depends on when the store last
 * failed, and whatever a store throws is a store failure. What is read has on top what was not worth a write.
 */
final class WatchedStore {

    private final TokenStore store;
    private final Timekeeper time;
    private final Unwritten unwritten;
    private final AtomicReference<@Nullable Long> lastError = new AtomicReference<>();

    WatchedStore(TokenStore store, Timekeeper time, Unwritten unwritten) {
        this.store = store;
        this.time = time;
        this.unwritten = unwritten;
    }

    Optional<TokenRecord> load(TokenKey key) {
        return watched("load", () -> store.load(key)).map(unwritten::onto);
    }

    /** Has {@code next} count as the account's record in this process, until somebody writes that record. */
    void keepUnwritten(TokenRecord next) {
        unwritten.keep(next);
    }

    boolean compareAndSet(TokenKey key, long expectedRevision, TokenRecord next) {
        return watched("save", () -> store.compareAndSet(key, expectedRevision, next));
    }

    boolean remove(TokenKey key, long expectedRevision) {
        return watched("remove", () -> store.remove(key, expectedRevision));
    }

    Stream<TokenKey> keys() {
        return watched("list", store::keys);
    }

    /** Returns the store's own time, empty if it has none or does not answer. */
    Optional<Instant> now() {
        try {
            return watched("clock", store::now);
        } catch (TokenStoreException e) {
            return Optional.empty();
        }
    }

    boolean costlyWrites() {
        return store.costlyWrites();
    }

    /** Tells whether the store has failed since a moment of the monotonic clock. */
    boolean failedSince(long nanos) {
        Long last = lastError.get();
        return last != null && last - nanos >= 0;
    }

    private <T> T watched(String operation, Supplier<T> call) {
        try {
            return call.get();
        } catch (UnreadableRecordException e) {
            throw e;
        } catch (TokenStoreException e) {
            lastError.set(time.nanos());
            throw e;
        } catch (RuntimeException e) {
            lastError.set(time.nanos());
            throw TokenStoreException.unavailable(
                    "the store failed to " + operation + " with " + e.getClass().getSimpleName(), e);
        }
    }
}
