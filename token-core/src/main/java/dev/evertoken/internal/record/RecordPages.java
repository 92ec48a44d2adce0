package dev.evertoken.internal.record;

import dev.evertoken.model.LoggerNames;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenStoreException;
import dev.evertoken.spi.store.LoadResult;
import dev.evertoken.spi.store.TokenRecord;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the records of many accounts lazily, one batch of the store after the other, of at most {@value #LONGEST}
 * records. If a batch fails, its records are read one by one, so that an account that the store cannot read affects no
 * other account.
 *
 * <p>With threads, the next batch is read while the caller uses the current one, from the second batch on: the records of
 * two batches are in memory, and a caller who needs few records causes no further reads. Not thread-safe; use each stream
 * on one thread.
 */
public final class RecordPages extends Spliterators.AbstractSpliterator<RecordPages.Read> {

    /** The maximum number of records in a batch, for any batch size of the store. */
    static final int LONGEST = 500;

    private static final Logger log = LoggerFactory.getLogger(LoggerNames.STORE);

    private final MonitoredStore store;
    private final Spliterator<TokenKey> keys;
    private final Deque<Read> page = new ArrayDeque<>();
    private final Optional<Executor> threads;
    private @Nullable RuntimeException listingFailure;
    private @Nullable ReadAhead<List<Read>> ahead;
    private boolean first = true;
    private boolean ended;

    /** A record that has been read, or that is read on request. Implementations are thread-safe. */
    public interface Read {

        TokenKey key();

        /**
         * Returns the record, empty if there is none.
         *
         * @throws dev.evertoken.spi.store.UnreadableRecordException if the record cannot be read
         * @throws TokenStoreException if the store does not respond for this account
         */
        Optional<TokenRecord> record();
    }

    private record Loaded(LoadResult result) implements Read {
        @Override
        public TokenKey key() {
            return result.key();
        }

        @Override
        public Optional<TokenRecord> record() {
            return result.get();
        }
    }

    private record Single(TokenKey key, MonitoredStore store) implements Read {
        @Override
        public Optional<TokenRecord> record() {
            return store.load(key);
        }
    }

    private RecordPages(MonitoredStore store, Spliterator<TokenKey> keys, Optional<Executor> threads) {
        super(Long.MAX_VALUE, NONNULL);
        this.store = store;
        this.keys = keys;
        this.threads = threads;
    }

    /** Returns the records of accounts, in the order of the keys; closing the stream closes that of the keys. */
    public static Stream<Read> of(MonitoredStore store, Stream<TokenKey> keys) {
        return of(store, keys, Optional.empty());
    }

    /**
     * Returns the records like {@link #of}, and reads one batch ahead. The keys are read on these threads too, one batch
     * at a time; closing the stream waits until a batch that is being read has ended.
     */
    public static Stream<Read> ahead(MonitoredStore store, Stream<TokenKey> keys, Executor threads) {
        return of(store, keys, store.batchSize() > 1 ? Optional.of(threads) : Optional.empty());
    }

    private static Stream<Read> of(MonitoredStore store, Stream<TokenKey> keys, Optional<Executor> threads) {
        RecordPages pages = new RecordPages(store, keys.spliterator(), threads);
        return StreamSupport.stream(pages, false).onClose(pages::stop).onClose(keys::close);
    }

    @Override
    public boolean tryAdvance(Consumer<? super Read> action) {
        if (page.isEmpty()) {
            page.addAll(nextPage());
        }
        Read next = page.poll();
        if (next != null) {
            action.accept(next);
        }
        return next != null;
    }

    private List<Read> nextPage() {
        List<Read> next = ahead == null ? read() : ahead.get();
        ahead = first || ended
                ? null
                : threads.map(some -> ReadAhead.start(this::read, some)).orElse(null);
        first = false;
        return next;
    }

    private List<Read> read() {
        return reads(nextKeys());
    }

    private void stop() {
        if (ahead != null) {
            ahead.stop();
        }
    }

    /**
     * Returns the keys of a page. If the listing fails after some keys, these keys are returned first and the next call
     * throws the failure.
     */
    private List<TokenKey> nextKeys() {
        if (listingFailure != null) {
            throw listingFailure;
        }
        List<TokenKey> next = new ArrayList<>();
        int length = Math.max(1, Math.min(LONGEST, store.batchSize()));
        try {
            boolean more = true;
            while (more && next.size() < length) {
                more = keys.tryAdvance(next::add);
            }
            ended = !more;
        } catch (RuntimeException e) {
            if (next.isEmpty()) {
                throw e;
            }
            listingFailure = e;
        }
        return next;
    }

    private List<Read> reads(List<TokenKey> batch) {
        if (batch.size() > 1) {
            try {
                return store.loadAll(batch).stream().<Read>map(Loaded::new).toList();
            } catch (TokenStoreException e) {
                log.debug("a batch of {} records is read one by one", batch.size(), e);
            }
        }
        return batch.stream().<Read>map(key -> new Single(key, store)).toList();
    }
}
