package dev.evertoken.mirror;

import dev.evertoken.spi.outbox.Backlog;
import dev.evertoken.spi.outbox.LeasedMessage;
import dev.evertoken.spi.outbox.Outbox;
import dev.evertoken.spi.outbox.OutboxMessage;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Passes every call on; a test overrides one. Thread-safe if the other outbox is. */
class ForwardingOutbox implements Outbox {

    private final Outbox to;

    ForwardingOutbox(Outbox to) {
        this.to = to;
    }

    @Override
    public void add(OutboxMessage message) {
        to.add(message);
    }

    @Override
    public List<LeasedMessage> lease(String destination, Instant now, Duration lease, int limit) {
        return to.lease(destination, now, lease, limit);
    }

    @Override
    public boolean remove(LeasedMessage message) {
        return to.remove(message);
    }

    @Override
    public boolean postpone(LeasedMessage message, Instant nextAttempt) {
        return to.postpone(message, nextAttempt);
    }

    @Override
    public boolean release(LeasedMessage message, Instant nextAttempt) {
        return to.release(message, nextAttempt);
    }

    @Override
    public Backlog backlog(String destination) {
        return to.backlog(destination);
    }

    @Override
    public long clear(String destination) {
        return to.clear(destination);
    }

    @Override
    public void close() {
        to.close();
    }
}
