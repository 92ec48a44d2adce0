package dev.evertoken.outbox;

import dev.evertoken.model.LoggerNames;
import dev.evertoken.outbox.DestinationState.Condition;
import dev.evertoken.outbox.DestinationState.Snapshot;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.outbox.Backlog;
import dev.evertoken.spi.outbox.LeasedMessage;
import dev.evertoken.spi.outbox.Outbox;
import dev.evertoken.spi.outbox.OutboxException;
import dev.evertoken.spi.outbox.OutboxMessage;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Delivers the messages of an outbox to one destination: continuously after {@link #start}, or once with {@link
 * #deliverOnce} for a cron job or a serverless function.
 *
 * <p>Messages of one account are delivered in order, those of different accounts at the same time. A message that fails
 * waits as long as its destination states. If the destination does not respond, asks for a pause or refuses the sender,
 * no message is sent to it for a while, and then one at a time until one is accepted. Each such change of the
 * destination is logged once. Any number of processes may deliver from one outbox. Thread-safe.
 */
public final class OutboxDelivery implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(LoggerNames.OUTBOX);

    /** How long a lease is valid after the time-out of an attempt, which may wait for a refresh before. */
    private static final Duration LEASE_RESERVE = Duration.ofMinutes(1);

    /** How often the outbox is read for messages of other processes, and again after it has failed. */
    private static final Duration POLL = Duration.ofSeconds(30);

    /** How long further failed messages are logged at DEBUG. */
    private static final Duration QUIET = Duration.ofMinutes(1);

    private final Outbox outbox;
    private final Destination destination;
    private final Timekeeper time;
    private final DeliveryThreads threads;
    private final DestinationState state = new DestinationState();
    private final AtomicInteger probing = new AtomicInteger();
    private final AtomicBoolean started = new AtomicBoolean();
    private final AtomicBoolean outboxFailed = new AtomicBoolean();
    private final AtomicLong nextWarning = new AtomicLong(Long.MIN_VALUE);
    private volatile boolean closed;
    private volatile Timekeeper.@Nullable Scheduled timer;

    private OutboxDelivery(Outbox outbox, Destination destination, Timekeeper time, int threads) {
        this.outbox = outbox;
        this.destination = destination;
        this.time = time;
        this.threads = new DeliveryThreads("evertoken-" + destination.id(), threads, time);
    }

    /**
     * Returns a delivery that is not started.
     *
     * @param time the clock of the engine, {@code tokens.operations().timekeeper()}; not closed
     * @param threads how many messages are delivered at the same time
     */
    public static OutboxDelivery of(Outbox outbox, Destination destination, Timekeeper time, int threads) {
        return new OutboxDelivery(outbox, destination, time, threads);
    }

    /**
     * Starts to deliver on daemon threads of its own, until this instance is closed. Returns at once. Does nothing if
     * it was started before.
     *
     * @throws IllegalStateException if this instance is closed
     */
    public void start() {
        requireOpen();
        if (started.compareAndSet(false, true)) {
            wake();
        }
    }

    /**
     * Adds a message to the outbox and delivers it as soon as possible if this instance was started.
     *
     * @throws OutboxException if the outbox does not accept the message
     */
    public void add(OutboxMessage message) {
        outbox.add(message);
        wake();
    }

    /** Delivers the messages that are due, if this instance was started. Returns at once. */
    public void wake() {
        if (started.get() && !closed) {
            threads.execute(this::deliverDue);
        }
    }

    /**
     * Delivers the messages that are due, one after the other on the caller's thread, until none is left or the
     * deadline has come. An attempt that runs at the deadline is finished.
     *
     * @param deadline by the clock of the engine
     * @throws OutboxException if the outbox fails
     * @throws IllegalStateException if this instance is closed
     */
    public DeliveryReport deliverOnce(Instant deadline) {
        requireOpen();
        int delivered = 0;
        int failed = 0;
        int dropped = 0;
        while (time.now().isBefore(deadline)) {
            Optional<DeliveryResult> result = next();
            if (result.isEmpty()) {
                break;
            }
            switch (result.get().kind()) {
                case DELIVERED -> delivered++;
                case DROPPED -> dropped++;
                default -> failed++;
            }
        }
        wake();
        return new DeliveryReport(delivered, failed, dropped, backlog());
    }

    /**
     * Returns the messages that wait.
     *
     * @throws OutboxException if the outbox fails
     */
    public Backlog backlog() {
        return outbox.backlog(destination.id());
    }

    /** Returns the age of the oldest message that waits; zero if there is none. */
    public Duration lag() {
        return backlog().lag(time.now());
    }

    /**
     * Returns why no message is sent to the destination now, in one sentence without secrets; empty if messages are
     * sent.
     */
    public Optional<String> pauseReason() {
        return Optional.of(state.current())
                .filter(now -> now.condition() != Condition.ACCEPTS)
                .map(Snapshot::detail);
    }

    /**
     * Ends a pause, for example after the configuration of the destination was corrected, and delivers the due
     * messages.
     */
    public void resume() {
        Snapshot unused = state.accepts();
        wake();
    }

    /** Ends after the attempts that are running, and waits for them at most 5 seconds. The outbox stays open. */
    @Override
    public void close() {
        closed = true;
        cancelTimer();
        threads.close();
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the delivery to " + destination.id() + " is closed");
        }
    }

    // ---- one thread

    private void deliverDue() {
        try {
            while (!closed && next().isPresent()) {
                if (probing.get() == 0) {
                    threads.moreIfIdle(this::deliverDue);
                }
            }
            recovered();
            if (probing.get() == 0) { // otherwise the thread that probes continues here
                scheduleNext(outbox.backlog(destination.id()).nextAttempt());
            }
        } catch (OutboxException e) {
            if (outboxFailed.compareAndSet(false, true)) {
                log.warn("{}: the outbox failed; the delivery tries again: {}", destination.id(), e.getMessage());
            }
            scheduleNext(Optional.empty());
        }
    }

    private void recovered() {
        if (outboxFailed.compareAndSet(true, false)) {
            log.info("{}: the outbox works again", destination.id());
        }
    }

    /** Delivers one message; empty if none is due or the destination is paused. */
    private Optional<DeliveryResult> next() {
        Instant now = time.now();
        boolean probe = state.current().condition() != Condition.ACCEPTS;
        if (!state.isOpen(now) || (probe && !probing.compareAndSet(0, 1))) {
            return Optional.empty();
        }
        try {
            List<LeasedMessage> due =
                    outbox.lease(destination.id(), now, destination.timeout().plus(LEASE_RESERVE), 1);
            return due.isEmpty() ? Optional.empty() : Optional.of(deliver(due.get(0)));
        } finally {
            if (probe) {
                probing.set(0);
            }
        }
    }

    private DeliveryResult deliver(LeasedMessage leased) {
        DeliveryResult result = attempt(leased);
        return switch (result.kind()) {
            case DELIVERED -> delivered(leased, result);
            case DROPPED -> dropped(leased, result);
            case RETRY -> retry(leased, result);
            case UNAVAILABLE -> {
                pause(result);
                yield retry(leased, result);
            }
            case REFUSED, GONE -> {
                pause(result);
                boolean unused = outbox.release(leased, state.current().pausedUntil());
                yield result;
            }
        };
    }

    private DeliveryResult attempt(LeasedMessage leased) {
        try {
            return destination.deliver(leased);
        } catch (RuntimeException | Error e) {
            log.warn(
                    "{}: the delivery of {} failed",
                    leased.message().account(),
                    leased.message().kind(),
                    e);
            return DeliveryResult.retry("the delivery failed: " + e.getClass().getName());
        }
    }

    private DeliveryResult delivered(LeasedMessage leased, DeliveryResult result) {
        Snapshot before = state.accepts();
        if (before.condition() != Condition.ACCEPTS) {
            log.info("{}: the receiver accepts messages again", destination.id());
        }
        boolean unused = outbox.remove(leased);
        return result;
    }

    private DeliveryResult dropped(LeasedMessage leased, DeliveryResult result) {
        log.warn(
                "{}: {} is given up after {} attempts: {}",
                leased.message().account(),
                leased.message().kind(),
                leased.attempts() + 1,
                result.detail());
        boolean unused = outbox.remove(leased);
        return DeliveryResult.dropped(result.detail());
    }

    private DeliveryResult retry(LeasedMessage leased, DeliveryResult result) {
        int failed = leased.attempts() + 1;
        Optional<Duration> delay = destination.delayAfter(failed);
        if (delay.isEmpty()) {
            return dropped(leased, result);
        }
        Duration asked = result.retryAfter().orElse(Duration.ZERO);
        if (leased.attempts() == 0) {
            warn(leased.message(), result.detail());
        }
        Duration wait = asked.compareTo(delay.get()) > 0 ? asked : delay.get();
        boolean unused = outbox.postpone(leased, time.now().plus(wait));
        return result;
    }

    /** Logs a failed message, at most one in a minute at WARN. */
    private void warn(OutboxMessage message, String detail) {
        long now = time.millis();
        long next = nextWarning.get();
        boolean warns = now >= next && nextWarning.compareAndSet(next, now + QUIET.toMillis());
        Level level = warns ? Level.WARN : Level.DEBUG;
        log.atLevel(level)
                .log("{}: {} was not delivered and is sent again: {}", message.account(), message.kind(), detail);
    }

    private void pause(DeliveryResult result) {
        Snapshot before = state.failed(result, time.now());
        Snapshot now = state.current();
        if (before.condition() == now.condition()) {
            return;
        }
        switch (now.condition()) {
            case REFUSES ->
                log.error(
                        "{}: the receiver refuses messages until its configuration or this one is corrected: {}",
                        destination.id(),
                        result.detail());
            case GONE ->
                log.error(
                        "{}: the receiver is gone, and nothing is sent to it any more: {}",
                        destination.id(),
                        result.detail());
            default -> log.warn("{}: the receiver does not accept messages: {}", destination.id(), result.detail());
        }
    }

    // ---- the timer

    private void scheduleNext(Optional<Instant> nextAttempt) {
        if (closed || !started.get()) {
            return;
        }
        Instant now = time.now();
        Instant due = nextAttempt.orElse(now.plus(POLL));
        Instant paused = state.current().pausedUntil();
        Duration wait = Duration.between(now, due.isAfter(paused) ? due : paused);
        cancelTimer();
        timer = time.schedule(wait.compareTo(POLL) > 0 ? POLL : wait, this::wake);
        if (closed) {
            cancelTimer();
        }
    }

    private void cancelTimer() {
        Timekeeper.Scheduled pending = timer;
        if (pending != null) {
            pending.cancel();
        }
    }
}
