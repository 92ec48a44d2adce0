package dev.evertoken.testing;

import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.ChangeStamp;
import dev.evertoken.spi.store.LoadResult;
import dev.evertoken.spi.store.RecordCopies;
import dev.evertoken.spi.store.RelatedIndex;
import dev.evertoken.spi.store.StoreFact;
import dev.evertoken.spi.store.StoreInspection;
import dev.evertoken.spi.store.TimedRecord;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.TokenStore;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * A wrapper of a store whose calls pass through one method. The methods for copies are forwarded directly. Thread-safe
 * if the subclass is.
 */
abstract class GatedStore implements TokenStore, RecordCopies, RelatedIndex, ChangeStamp, StoreInspection {

    /** A call of the store; {@code next} is present only for a compare-and-set. */
    record Call(StoreOperation operation, Optional<TokenKey> key, Optional<TokenRecord> next) {

        static Call of(StoreOperation operation) {
            return new Call(operation, Optional.empty(), Optional.empty());
        }

        static Call of(StoreOperation operation, TokenKey key) {
            return new Call(operation, Optional.of(key), Optional.empty());
        }
    }

    private final TokenStore store;
    private final RecordCopies copies;
    private final RelatedIndex related;

    GatedStore(TokenStore store) {
        this.store = store;
        this.copies = RecordCopies.of(store);
        this.related = RelatedIndex.of(store);
    }

    /**
     * Performs the call with {@code step}, or replaces it.
     *
     * @param lost returns the result of a call that lost against another writer; equals {@code step} where that is not
     *     possible
     */
    abstract <T> T pass(Call call, Supplier<T> step, Supplier<T> lost);

    final <T> T pass(Call call, Supplier<T> step) {
        return pass(call, step, step);
    }

    @Override
    public final Optional<TokenRecord> load(TokenKey key) {
        return pass(Call.of(StoreOperation.LOAD, key), () -> store.load(key));
    }

    @Override
    public final TimedRecord loadTimed(TokenKey key) {
        return pass(Call.of(StoreOperation.LOAD, key), () -> store.loadTimed(key));
    }

    @Override
    public final List<LoadResult> loadAll(List<TokenKey> keys) {
        return pass(Call.of(StoreOperation.LOAD_ALL), () -> store.loadAll(keys));
    }

    @Override
    public final int batchSize() {
        return store.batchSize();
    }

    @Override
    public final boolean compareAndSet(TokenKey key, long expectedRevision, TokenRecord next) {
        Call call = new Call(StoreOperation.COMPARE_AND_SET, Optional.of(key), Optional.of(next));
        return pass(call, () -> store.compareAndSet(key, expectedRevision, next), () -> false);
    }

    @Override
    public final boolean remove(TokenKey key, long expectedRevision) {
        return pass(Call.of(StoreOperation.REMOVE, key), () -> store.remove(key, expectedRevision), () -> false);
    }

    @Override
    public final Optional<List<TokenKey>> related(String registration, TokenRecord record) {
        return pass(Call.of(StoreOperation.RELATED), () -> related.related(registration, record));
    }

    @Override
    public final Stream<TokenKey> keys() {
        return pass(Call.of(StoreOperation.KEYS), store::keys);
    }

    @Override
    public final Optional<Instant> now() {
        return pass(Call.of(StoreOperation.NOW), store::now);
    }

    @Override
    public final Guarantee guarantee() {
        return store.guarantee();
    }

    @Override
    public final Optional<String> absence(TokenKey key) {
        return store.absence(key);
    }

    @Override
    public final boolean keepsClearText(TokenKey key) {
        return store.keepsClearText(key);
    }

    @Override
    public final boolean costlyWrites() {
        return store.costlyWrites();
    }

    @Override
    public final int concurrentWrites() {
        return store.concurrentWrites();
    }

    @Override
    public final Optional<TokenRecord> newestKnown(TokenKey key) {
        return copies.newestKnown(key);
    }

    @Override
    public final Stream<TokenKey> knownKeys() {
        return copies.knownKeys();
    }

    @Override
    public final boolean keepAside(TokenRecord unsaved) {
        return copies.keepAside(unsaved);
    }

    @Override
    public final Optional<String> changeStamp() {
        return pass(Call.of(StoreOperation.STAMP), ChangeStamp.of(store)::changeStamp);
    }

    @Override
    public final Optional<Move> moveChangeStamp() {
        return pass(Call.of(StoreOperation.STAMP), ChangeStamp.of(store)::moveChangeStamp);
    }

    @Override
    public final void close() {
        store.close();
    }

    @Override
    public final String toString() {
        return getClass().getSimpleName() + "[" + store + "]";
    }

    @Override
    public final List<StoreFact> inspect() {
        return StoreInspection.of(store);
    }
}
