package dev.evertoken.webhooks;

import dev.evertoken.spi.outbox.Backlog;
import dev.evertoken.spi.outbox.LeasedMessage;
import dev.evertoken.spi.outbox.Outbox;
import dev.evertoken.spi.outbox.OutboxException;
import dev.evertoken.spi.outbox.OutboxMessage;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** An outbox that accepts no messages while it fails. Thread-safe. */
final class FailingOutbox implements Outbox {

    private final Outbox outbox;
    private final CountDownLatch failed = new CountDownLatch(1);
    private volatile boolean failing;

    FailingOutbox(Outbox outbox) {
        this.outbox = outbox;
    }

    void failing(boolean now) {
        this.failing = now;
    }

    /** Waits until a message was not accepted. */
    void awaitFailure() throws InterruptedException {
        if (!failed.await(20, TimeUnit.SECONDS)) {
            throw new AssertionError("no message was added");
        }
    }

    @Override
    public void add(OutboxMessage message) {
        if (failing) {
            failed.countDown();
            throw new OutboxException("the disk is full");
        }
        outbox.add(message);
    }

    @Override
    public List<LeasedMessage> lease(String destination, Instant now, Duration lease, int limit) {
        return outbox.lease(destination, now, lease, limit);
    }

    @Override
    public boolean remove(LeasedMessage message) {
        return outbox.remove(message);
    }

    @Override
    public boolean postpone(LeasedMessage message, Instant nextAttempt) {
        return outbox.postpone(message, nextAttempt);
    }

    @Override
    public boolean release(LeasedMessage message, Instant nextAttempt) {
        return outbox.release(message, nextAttempt);
    }

    @Override
    public Backlog backlog(String destination) {
        return outbox.backlog(destination);
    }

    @Override
    public long clear(String destination) {
        return outbox.clear(destination);
    }

    @Override
    public void close() {
        outbox.close();
    }
}
