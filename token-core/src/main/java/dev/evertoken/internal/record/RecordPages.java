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
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the records of many accounts lazily, one batch of the store after the other; at most {@value #LONGEST} of them
 * are in memory. If a batch fails, its records are read one by one, so that an account that the store cannot read
 * affects no other account. Not thread-safe; use each stream on one thread.
 */
public final class RecordPages extends Spliterators.AbstractSpliterator<RecordPages.Read> {

    /** The maximum number of records in memory, for any batch size of the store. */
    static final int LONGEST = 500;

    private static final Logger log = LoggerFactory.getLogger(LoggerNames.STORE);

    private final MonitoredStore store;
    private final Spliterator<TokenKey> keys;
    private final Deque<Read> page = new ArrayDeque<>();
    private @Nullable RuntimeException listingFailure;

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

    private RecordPages(MonitoredStore store, Spliterator<TokenKey> keys) {
        super(Long.MAX_VALUE, NONNULL);
        this.store = store;
        this.keys = keys;
    }

    /** Returns the records of accounts, in the order of the keys; closing the stream closes that of the keys. */
    public static Stream<Read> of(MonitoredStore store, Stream<TokenKey> keys) {
        return StreamSupport.stream(new RecordPages(store, keys.spliterator()), false)
                .onClose(keys::close);
    }

    @Override
    public boolean tryAdvance(Consumer<? super Read> action) {
        if (page.isEmpty()) {
            page.addAll(reads(nextKeys()));
        }
        Read next = page.poll();
        if (next != null) {
            action.accept(next);
        }
        return next != null;
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
