package dev.evertoken.internal.account;

import dev.evertoken.internal.client.ClientQueues;
import dev.evertoken.internal.client.TaskQueue;
import dev.evertoken.model.ConnectResult;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The results of rows in the order of the rows. While the caller waits for a result, later rows are connected: as many
 * at the same time as the store recommends, and at most {@value #LONGEST} rows ahead. Two rows of the same account are
 * connected one after the other. If the store recommends one write at a time, each row is connected when its result is
 * requested, on the thread of the caller.
 *
 * <p>Not thread-safe; use on one thread.
 */
final class ConnectWindow extends Spliterators.AbstractSpliterator<ConnectResult> {

    /** The maximum number of rows that are connected ahead. */
    static final int LONGEST = 32;

    private final Spliterator<Map.Entry<TokenKey, TokenSet>> rows;
    private final RowConnector connector;
    private final Executor threads;
    private final Deque<Row> ahead = new ArrayDeque<>();
    private final Map<TokenKey, Row> latest = new HashMap<>();
    private @Nullable TaskQueue queue;
    private @Nullable RuntimeException sourceFailure;
    private boolean ended;
    private volatile boolean closed;

    /** Connects one row. Implementations are thread-safe. */
    interface RowConnector {

        ConnectResult connect(TokenKey key, TokenSet tokens);

        /** Returns how many rows the store connects at the same time. */
        int concurrency();
    }

    ConnectWindow(Spliterator<Map.Entry<TokenKey, TokenSet>> rows, RowConnector connector, Executor threads) {
        super(Long.MAX_VALUE, ORDERED | NONNULL);
        this.rows = rows;
        this.connector = connector;
        this.threads = threads;
    }

    @Override
    public boolean tryAdvance(Consumer<? super ConnectResult> action) {
        fill();
        Row next = ahead.poll();
        if (next != null) {
            latest.remove(next.key, next);
            action.accept(next.awaited());
            return true;
        }
        if (sourceFailure != null) {
            throw sourceFailure;
        }
        return false;
    }

    /**
     * Starts rows until the window is full. A failure of the source is thrown after the results of the rows before it.
     */
    private void fill() {
        int concurrency = concurrency();
        int length = concurrency == 1 ? 1 : LONGEST;
        try {
            while (!closed && !ended && sourceFailure == null && ahead.size() < length) {
                ended = !rows.tryAdvance(row -> start(new Row(row.getKey(), row.getValue()), concurrency));
            }
        } catch (RuntimeException e) {
            sourceFailure = e;
        }
    }

    /** Returns 1 if the caller was interrupted, so that a store that checks the interrupt flag ends the import soon. */
    private int concurrency() {
        boolean interrupted = Thread.currentThread().isInterrupted();
        return interrupted ? 1 : Math.max(1, Math.min(LONGEST, connector.concurrency()));
    }

    private void start(Row row, int concurrency) {
        Row before = latest.put(row.key, row);
        ahead.add(row);
        if (concurrency == 1) {
            if (before != null) {
                before.awaitEnd();
            }
            row.run();
            return;
        }
        TaskQueue started = queue(concurrency);
        if (before == null) {
            TaskQueue.Place unused = started.submit(row);
        } else {
            var unused = before.result.whenComplete((result, failure) -> started.submit(row));
        }
    }

    private TaskQueue queue(int concurrency) {
        TaskQueue known = queue;
        if (known == null) {
            known = ClientQueues.single(threads, concurrency);
            queue = known;
        }
        return known;
    }

    /** Starts no further rows, and returns after the rows in progress have ended. */
    void close() {
        closed = true;
        ahead.forEach(Row::awaitEnd);
    }

    /** A row that is connected at most once; a closed window connects no row. */
    private final class Row implements TaskQueue.Task {
        private final TokenKey key;
        private final TokenSet tokens;
        private final CompletableFuture<ConnectResult> result = new CompletableFuture<>();

        Row(TokenKey key, TokenSet tokens) {
            this.key = key;
            this.tokens = tokens;
        }

        @Override
        public void run() {
            if (closed) {
                result.completeExceptionally(new CancellationException("the stream was closed"));
                return;
            }
            try {
                result.complete(connector.connect(key, tokens));
            } catch (RuntimeException | Error e) {
                result.completeExceptionally(e);
            }
        }

        /** Connects the row on this thread. */
        @Override
        public void rejected(Throwable why) {
            run();
        }

        ConnectResult awaited() {
            try {
                return result.join();
            } catch (CompletionException e) {
                if (e.getCause() instanceof Error error) {
                    throw error;
                }
                throw e.getCause() instanceof RuntimeException failure ? failure : e;
            }
        }

        void awaitEnd() {
            var unused = result.handle((done, failure) -> true).join();
        }
    }
}
