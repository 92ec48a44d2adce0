package dev.evertoken.webhooks;

import dev.evertoken.model.LoggerNames;
import dev.evertoken.outbox.OutboxDelivery;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.outbox.OutboxException;
import dev.evertoken.spi.outbox.OutboxMessage;
import java.time.Duration;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Adds messages to the outbox in their order. What the outbox does not accept waits in the memory of this process until
 * it does, up to {@value #MOST} messages; further ones are lost. Thread-safe.
 */
final class UnacceptedMessages {

    static final int MOST = 1000;

    /** How long the outbox is left alone after it has failed. */
    static final Duration PAUSE = Duration.ofSeconds(30);

    private static final Logger log = LoggerFactory.getLogger(LoggerNames.OUTBOX);

    private final OutboxDelivery delivery;
    private final Timekeeper time;
    private final ConcurrentLinkedQueue<OutboxMessage> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger size = new AtomicInteger();
    private final AtomicBoolean isScheduled = new AtomicBoolean();

    UnacceptedMessages(OutboxDelivery delivery, Timekeeper time) {
        this.delivery = delivery;
        this.time = time;
    }

    void add(OutboxMessage message) {
        if (size.get() >= MOST) {
            log.error("{}: {} is lost, because the outbox still fails", message.account(), message.kind());
            return;
        }
        size.incrementAndGet();
        waiting.add(message);
        addAll();
    }

    /**
     * Adds the messages that wait, until the outbox fails. Two threads may add one message both; the receiver recognizes
     * it by its id.
     */
    void addAll() {
        for (OutboxMessage next : waiting) {
            try {
                delivery.add(next);
            } catch (OutboxException e) {
                log.warn(
                        "{}: the outbox has not accepted {}, which stays in memory: {}",
                        next.account(),
                        next.kind(),
                        e.getMessage());
                schedule();
                return;
            }
            if (waiting.remove(next)) {
                size.decrementAndGet();
            }
        }
    }

    /** The outbox may block, so that the timer passes the work to a thread. */
    private void schedule() {
        if (isScheduled.compareAndSet(false, true)) {
            Timekeeper.Scheduled unused = time.schedule(PAUSE, () -> {
                isScheduled.set(false);
                Thread again = new Thread(this::addAll, "evertoken-webhooks");
                again.setDaemon(true);
                again.start();
            });
        }
    }

    int size() {
        return size.get();
    }
}
