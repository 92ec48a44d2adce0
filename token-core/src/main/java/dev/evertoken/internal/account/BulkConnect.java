package dev.evertoken.internal.account;

import dev.evertoken.internal.account.Connections.Expectation;
import dev.evertoken.internal.cache.TokenCache;
import dev.evertoken.internal.client.ClientRegistry;
import dev.evertoken.internal.client.TokenExceptions;
import dev.evertoken.internal.record.MonitoredStore;
import dev.evertoken.model.ConnectProgress;
import dev.evertoken.model.ConnectResult;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Connects many accounts with tokens that the application has; an invalid row does not affect the others. Thread-safe.
 */
public final class BulkConnect {

    private final Connections connections;
    private final TokenCache cache;
    private final ClientRegistry clients;
    private final TokenExceptions exceptions;
    private final MonitoredStore store;
    private final Executor threads;

    /**
     * @param threads the threads that connect rows while the caller reads the results of others; they have no other use
     */
    BulkConnect(
            Connections connections,
            TokenCache cache,
            ClientRegistry clients,
            TokenExceptions exceptions,
            MonitoredStore store,
            Executor threads) {
        this.connections = connections;
        this.cache = cache;
        this.clients = clients;
        this.exceptions = exceptions;
        this.store = store;
        this.threads = threads;
    }

    /** Returns the result of each row, lazily and in the order of the rows. Closing the results closes the rows. */
    public Stream<ConnectResult> connect(Stream<Map.Entry<TokenKey, TokenSet>> rows) {
        ConnectWindow window = new ConnectWindow(rows.spliterator(), new ThisEngine(), threads);
        return StreamSupport.stream(window, false).onClose(window::close).onClose(rows::close);
    }

    /** Returns the result of each row; the listener is called with each of them, on this thread. */
    public List<ConnectResult> connect(Map<TokenKey, TokenSet> rows, Consumer<ConnectProgress> listener) {
        int total = rows.size();
        List<ConnectResult> results = new ArrayList<>(total);
        try (Stream<ConnectResult> all = connect(rows.entrySet().stream())) {
            all.forEachOrdered(row -> {
                results.add(row);
                listener.accept(new ConnectProgress(results.size(), total, row));
            });
        }
        return List.copyOf(results);
    }

    /** The rows of one import. */
    private final class ThisEngine implements ConnectWindow.RowConnector {

        /** As the last row: an import usually has either new accounts or those of an earlier import. */
        private volatile Expectation expected = Expectation.NO_RECORD;

        @Override
        public ConnectResult connect(TokenKey key, TokenSet tokens) {
            try {
                Connections.Connected connected = connections.connect(
                        cache.cell(key), clients.of(key), tokens, Consent.Over.OLDER_TOKENS, expected);
                expected = connected.hadRecord() ? Expectation.RECORD : Expectation.NO_RECORD;
                return new ConnectResult(key, connected.outcome(), Optional.of(connected.status()), Optional.empty());
            } catch (RuntimeException e) {
                return new ConnectResult(
                        key,
                        ConnectResult.Outcome.FAILED,
                        Optional.empty(),
                        Optional.of(exceptions.unexpected(key, e)));
            }
        }

        @Override
        public int concurrency() {
            return store.concurrentWrites();
        }
    }
}
