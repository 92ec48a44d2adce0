package dev.evertoken.outbox;

import dev.evertoken.spi.outbox.Backlog;
import dev.evertoken.spi.outbox.LeasedMessage;
import dev.evertoken.spi.outbox.Outbox;
import dev.evertoken.spi.outbox.OutboxMessage;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * An outbox in the memory of this process, for tests and for messages that may be lost: when the process ends, so do
 * the messages that wait. Thread-safe.
 */
public final class InMemoryOutbox implements Outbox {

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, WaitingMessages> destinations = new HashMap<>();

    /** Creates an empty outbox. */
    public InMemoryOutbox() {}

    @Override
    public void add(OutboxMessage message) {
        boolean unused = locked(() -> of(message.destination()).add(message, 0, message.createdAt()));
    }

    @Override
    public List<LeasedMessage> lease(String destination, Instant now, Duration lease, int limit) {
        return locked(() -> of(destination).lease(now, lease, limit));
    }

    @Override
    public boolean remove(LeasedMessage message) {
        return locked(() -> of(message.message().destination()).remove(message));
    }

    @Override
    public boolean postpone(LeasedMessage message, Instant nextAttempt) {
        return endLease(message, 1, nextAttempt);
    }

    @Override
    public boolean release(LeasedMessage message, Instant nextAttempt) {
        return endLease(message, 0, nextAttempt);
    }

    private boolean endLease(LeasedMessage message, int failed, Instant nextAttempt) {
        return locked(() -> of(message.message().destination()).endLease(message, failed, nextAttempt));
    }

    @Override
    public Backlog backlog(String destination) {
        return locked(() -> of(destination).backlog());
    }

    @Override
    public long clear(String destination) {
        return locked(() -> {
            WaitingMessages removed = destinations.remove(destination);
            return removed == null ? 0L : removed.backlog().messages();
        });
    }

    /** Does nothing. */
    @Override
    public void close() {}

    private WaitingMessages of(String destination) {
        return destinations.computeIfAbsent(destination, id -> new WaitingMessages());
    }

    private <T> T locked(Supplier<T> work) {
        lock.lock();
        try {
            return work.get();
        } finally {
            lock.unlock();
        }
    }
}
