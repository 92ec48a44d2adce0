package dev.evertoken.internal.event;

import dev.evertoken.model.TokenEvent;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.TokenListener;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * Delivers events to listeners, each on its own thread and in the order of publication. A listener that throws or
 * blocks causes a warning and may miss events; other listeners and the engine are not affected.
 *
 * <p>A listener's thread starts with its first event. Thread-safe.
 */
public final class Listeners implements Consumer<TokenEvent>, AutoCloseable {

    /** The time that all listeners together have for their queued events on close. */
    static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);

    private final List<ListenerQueue> queues;
    private final Timekeeper time;
    private final Consumer<TokenEvent> log;

    /** @param log receives every event at once, even if a queue is full */
    public Listeners(List<TokenListener> listeners, Timekeeper time, Consumer<TokenEvent> log) {
        this.time = time;
        this.log = log;
        this.queues = new CopyOnWriteArrayList<>();
        for (TokenListener listener : listeners) {
            add(listener);
        }
    }

    /** Adds a listener, which receives the events from now on. */
    public void add(TokenListener listener) {
        queues.add(new ListenerQueue(listener, "evertoken-listener-" + (queues.size() + 1), time));
    }

    /** Logs an event and adds it to the queue of every listener; returns at once and never throws. */
    public void publish(TokenEvent event) {
        log.accept(event);
        for (ListenerQueue queue : queues) {
            queue.offer(event);
        }
    }

    /** Publishes an event; for the parts of the engine that do nothing else with this object. */
    @Override
    public void accept(TokenEvent event) {
        publish(event);
    }

    /**
     * Returns the number of events that were dropped because a queue was full or closed, counted for each listener.
     */
    public long dropped() {
        return queues.stream().mapToLong(ListenerQueue::dropped).sum();
    }

    /** Accepts no more events, waits briefly for those that are queued, and drops the rest. Idempotent. */
    @Override
    public void close() {
        queues.forEach(ListenerQueue::end);
        long began = time.nanos();
        for (ListenerQueue queue : queues) {
            queue.finish(CLOSE_TIMEOUT.minusNanos(time.nanos() - began));
        }
    }
}
