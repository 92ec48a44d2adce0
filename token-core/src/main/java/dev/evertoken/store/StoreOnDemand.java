package dev.evertoken.store;

import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenStoreException;
import dev.evertoken.spi.store.ChangeStamp;
import dev.evertoken.spi.store.LoadResult;
import dev.evertoken.spi.store.RelatedIndex;
import dev.evertoken.spi.store.ReplicatedStore;
import dev.evertoken.spi.store.StoreFact;
import dev.evertoken.spi.store.StoreInspection;
import dev.evertoken.spi.store.TimedRecord;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.TokenStore;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A store that is opened by its first call, or by a later call if opening fails. Intended for a chain of stores in
 * which one may be unavailable when the application starts: the others work without it, and it joins them once it is
 * available.
 *
 * <p>The guarantee, the cost of writes and the accounts in clear text must be known before the store is open, so they are
 * specified here; the store finds no due accounts. One thread opens the store while the others wait. Thread-safe.
 */
public final class StoreOnDemand implements TokenStore, ReplicatedStore, RelatedIndex, ChangeStamp, StoreInspection {

    private final Guarantee guarantee;
    private final boolean costlyWrites;
    private final Predicate<TokenKey> clearText;
    private final Supplier<? extends TokenStore> opening;
    private final AtomicReference<@Nullable TokenStore> open = new AtomicReference<>();
    private final AtomicReference<@Nullable CompletableFuture<TokenStore>> underway = new AtomicReference<>();
    private final AtomicBoolean closed = new AtomicBoolean();

    private StoreOnDemand(
            Guarantee guarantee,
            boolean costlyWrites,
            Predicate<TokenKey> clearText,
            Supplier<? extends TokenStore> opening) {
        this.guarantee = guarantee;
        this.costlyWrites = costlyWrites;
        this.clearText = clearText;
        this.opening = Objects.requireNonNull(opening);
    }

    /**
     * Returns a store that is not open yet.
     *
     * @param guarantee the guarantee of the store; a store with a weaker guarantee is rejected when it is opened
     * @param opening opens the store; called again after it has thrown
     */
    public static StoreOnDemand of(Guarantee guarantee, Supplier<? extends TokenStore> opening) {
        return new StoreOnDemand(guarantee, false, key -> false, opening);
    }

    /** Returns this store, not open yet, with costly writes: see {@link TokenStore#costlyWrites()}. */
    public StoreOnDemand withCostlyWrites() {
        return new StoreOnDemand(guarantee, true, clearText, opening);
    }

    /**
     * Returns this store, not open yet, with accounts whose secrets stay in clear text: see
     * {@link TokenStore#keepsClearText(TokenKey)}.
     */
    public StoreOnDemand withClearText(Predicate<TokenKey> accounts) {
        return new StoreOnDemand(guarantee, costlyWrites, accounts, opening);
    }

    @Override
    public Optional<TokenRecord> load(TokenKey key) {
        return store().load(key);
    }

    @Override
    public TimedRecord loadTimed(TokenKey key) {
        return store().loadTimed(key);
    }

    @Override
    public List<LoadResult> loadAll(List<TokenKey> keys) {
        return store().loadAll(keys);
    }

    /** Returns the value of the store if it is open, otherwise 1; never opens it. */
    @Override
    public int batchSize() {
        TokenStore opened = open.get();
        return opened == null ? 1 : opened.batchSize();
    }

    @Override
    public Optional<String> absence(TokenKey key) {
        return store().absence(key);
    }

    @Override
    public boolean compareAndSet(TokenKey key, long expectedRevision, TokenRecord next) {
        return store().compareAndSet(key, expectedRevision, next);
    }

    @Override
    public ClaimResult claim(TokenKey key, long expectedRevision, TokenRecord claimed, long history) {
        return ReplicatedStore.claim(store(), key, expectedRevision, claimed, history);
    }

    @Override
    public OptionalLong history() {
        return ReplicatedStore.history(store());
    }

    @Override
    public Optional<String> changeStamp() {
        return ChangeStamp.of(store()).changeStamp();
    }

    @Override
    public Optional<Move> moveChangeStamp() {
        return ChangeStamp.of(store()).moveChangeStamp();
    }

    @Override
    public boolean remove(TokenKey key, long expectedRevision) {
        return store().remove(key, expectedRevision);
    }

    @Override
    public Optional<List<TokenKey>> related(String registration, TokenRecord record) {
        return RelatedIndex.of(store()).related(registration, record);
    }

    @Override
    public Stream<TokenKey> keys() {
        return store().keys();
    }

    @Override
    public Optional<Instant> now() {
        return store().now();
    }

    @Override
    public List<StoreFact> inspect() {
        return StoreInspection.of(store());
    }

    @Override
    public Guarantee guarantee() {
        return guarantee;
    }

    /** Returns the specified value, or the value of the store if it is open; never opens it. */
    @Override
    public boolean keepsClearText(TokenKey key) {
        TokenStore opened = open.get();
        return clearText.test(key) || (opened != null && opened.keepsClearText(key));
    }

    @Override
    public boolean costlyWrites() {
        return costlyWrites;
    }

    /** Returns the value of the store if it is open, otherwise 1; never opens it. */
    @Override
    public int concurrentWrites() {
        TokenStore opened = open.get();
        return opened == null ? 1 : opened.concurrentWrites();
    }

    @Override
    public void close() {
        closed.set(true);
        closeOpened();
    }

    private void closeOpened() {
        TokenStore opened = open.getAndSet(null);
        if (opened != null) {
            opened.close();
        }
    }

    private TokenStore store() {
        TokenStore opened = open.get();
        if (opened != null) {
            return opened;
        }
        if (closed.get()) {
            throw TokenException.about(Problem.STORE_UNAVAILABLE)
                    .detail("the store is closed")
                    .build();
        }
        CompletableFuture<TokenStore> mine = new CompletableFuture<>();
        CompletableFuture<TokenStore> running = underway.compareAndExchange(null, mine);
        return running == null ? opened(mine) : awaited(running);
    }

    private TokenStore opened(CompletableFuture<TokenStore> mine) {
        try {
            TokenStore before = open.get();
            TokenStore store = before != null ? before : checked(opening.get());
            open.set(store);
            mine.complete(store);
            if (closed.get()) {
                closeOpened();
            }
            return store;
        } catch (RuntimeException | Error e) {
            mine.completeExceptionally(e);
            throw e;
        } finally {
            underway.set(null);
        }
    }

    private TokenStore checked(TokenStore store) {
        if (guarantee == Guarantee.SHARED && store.guarantee() == Guarantee.PROCESS) {
            store.close();
            throw new IllegalStateException(
                    store.getClass().getSimpleName() + " does not guarantee its writes for several processes");
        }
        return store;
    }

    private static TokenStore awaited(CompletableFuture<TokenStore> running) {
        try {
            return running.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof TokenStoreException known
                    ? known
                    : TokenStoreException.unavailable("the store could not be opened", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw TokenStoreException.unavailable("interrupted while the store was being opened", e);
        }
    }

    @Override
    public String toString() {
        TokenStore opened = open.get();
        return opened == null ? "StoreOnDemand[not open]" : opened.toString();
    }
}
