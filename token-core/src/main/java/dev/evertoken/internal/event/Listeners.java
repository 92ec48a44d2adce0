package dev.evertoken.internal.event;

import dev.evertoken.model.TokenEvent;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.TokenListener;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Tells listeners what happened, each on a thread of its own and in the order of publication, so that one that
 * throws or blocks costs a warning and its own events, and nobody else anything.
 *
 * <p>A thread starts with the first event of its listener. Thread-safe.
 */
public final class Listeners implements AutoCloseable {

    /** All listeners together have so long to take what is queued when this is closed. */
    static final Duration LAST_WORDS = Duration.ofSeconds(2);

    private final List<ListenerQueue> queues;
    private final Timekeeper time;

    public Listeners(List<TokenListener> listeners, Timekeeper time) {
        this.time = time;
        this.queues = IntStream.range(0, listeners.size())
                .mapToObj(i -> new ListenerQueue(listeners.get(i), "evertoken-listener-" + (i + 1), time))
                .toList();
    }

    /** Hands an event to every listener's queue; returns at once and never throws. */
    public void publish(TokenEvent event) {
        for (ListenerQueue queue : queues) {
            queue.offer(event);
        }
    }

    /** Returns how many events found a full or closed queue, counted for each listener. */
    long dropped() {
        return queues.stream().mapToLong(ListenerQueue::dropped).sum();
    }

    /** Takes no more events, waits a moment for those that are queued, then gives up on the rest. Idempotent. */
    @Override
    public void close() {
        queues.forEach(ListenerQueue::end);
        long began = time.nanos();
        for (ListenerQueue queue : queues) {
            queue.finish(LAST_WORDS.minusNanos(time.nanos() - began));
        }
    }
}
