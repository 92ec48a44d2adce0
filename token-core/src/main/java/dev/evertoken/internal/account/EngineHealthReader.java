package dev.evertoken.internal.account;

import dev.evertoken.internal.client.ClientRegistry;
import dev.evertoken.internal.client.RegisteredClient;
import dev.evertoken.internal.event.Listeners;
import dev.evertoken.internal.record.MonitoredStore;
import dev.evertoken.internal.refresh.EngineContext;
import dev.evertoken.internal.refresh.PendingWrites;
import dev.evertoken.model.LoggerNames;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.operations.ClientStatus;
import dev.evertoken.spi.operations.EngineHealth;
import dev.evertoken.spi.operations.EngineHealth.Backlog;
import dev.evertoken.spi.store.DueIndex;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The health of an engine from its memory. What has to be read from the store and the journal is read on another thread
 * after it was requested, by one reader at a time and not within ten seconds of the last one. Thread-safe.
 */
final class EngineHealthReader {

    private static final Logger log = LoggerFactory.getLogger(LoggerNames.STORE);

    /** The time between two reads of the backlog. */
    static final Duration READ_EVERY = Duration.ofSeconds(10);

    private final MonitoredStore store;
    private final PendingWrites pendingWrites;
    private final ClientRegistry clients;
    private final Listeners listeners;
    private final Timekeeper time;
    private final Executor threads;
    private final CompletableFuture<Void> closing;
    private final AtomicBoolean reading = new AtomicBoolean();
    private volatile @Nullable Read last;

    /** A backlog, and when it was read, in nanoseconds of the monotonic clock. */
    private record Read(Backlog backlog, long nanos) {}

    EngineHealthReader(EngineContext engine, PendingWrites pendingWrites) {
        this.store = engine.store();
        this.pendingWrites = pendingWrites;
        this.clients = engine.clients();
        this.listeners = engine.listeners();
        this.time = engine.time();
        this.threads = engine.confirming();
        this.closing = engine.closing();
    }

    EngineHealth health(List<ClientStatus> states) {
        Read known = last;
        if (isOld(known) && !closing.isDone() && reading.compareAndSet(false, true)) {
            start();
        }
        return new EngineHealth(
                time.now(),
                store.health(),
                states,
                pendingWrites.waitingAccounts(),
                listeners.dropped(),
                Optional.ofNullable(known).map(Read::backlog));
    }

    private boolean isOld(@Nullable Read known) {
        return known == null || time.nanos() - known.nanos >= READ_EVERY.toNanos();
    }

    private void start() {
        try {
            threads.execute(() -> {
                try {
                    last = read();
                } finally {
                    reading.set(false);
                }
            });
        } catch (RuntimeException e) { // the engine is closing
            reading.set(false);
            log.debug("no thread is available to read the oldest due accounts", e);
        }
    }

    private Read read() {
        Optional<Map<String, Instant>> oldest = store.dueIndex().flatMap(this::oldestDue);
        Backlog backlog =
                new Backlog(time.now(), oldest.orElse(Map.of()), pendingWrites.unsavedOnHost(), oldest.isPresent());
        return new Read(backlog, time.nanos());
    }

    private Optional<Map<String, Instant>> oldestDue(DueIndex index) {
        try {
            Map<String, Instant> oldest = new TreeMap<>();
            clients.all()
                    .map(RegisteredClient::client)
                    .forEach(client -> index.oldestDue(client.registration())
                            .ifPresent(due -> oldest.put(client.registration(), due)));
            return Optional.of(Collections.unmodifiableMap(oldest));
        } catch (RuntimeException e) {
            log.debug("the oldest due accounts cannot be read", e);
            return Optional.empty();
        }
    }
}
