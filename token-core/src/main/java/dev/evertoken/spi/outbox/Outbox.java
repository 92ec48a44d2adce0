package dev.evertoken.spi.outbox;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Keeps messages until they are delivered, at least once and in order for each account.
 *
 * <p>A message is added, leased by one process for a delivery, and then removed or postponed. A lease that ends without
 * either makes the message due again, so a process that ends while it delivers loses nothing. Messages of one
 * destination and one account form a line: only the first of a line is ever leased, so no message passes an earlier
 * one. Messages contain no secrets.
 *
 * <p>Several processes may share an outbox. They pass the time as an argument, so their clocks have to agree well
 * within a lease. Every method throws {@link OutboxException} if the outbox cannot be read or written; the outcome of
 * that call is unknown, and each call may be repeated. Implementations are thread-safe. Calls may block as long as
 * their storage does.
 */
public interface Outbox extends AutoCloseable {

    /**
     * Adds a message at the end of its line, due at once. When the method returns, the message is stored as durably as
     * the outbox can.
     *
     * <p>If the message has a {@linkplain OutboxMessage#collapseKey collapse key}, those that it {@linkplain
     * OutboxMessage#replaces replaces} are removed, except one that is leased now: that one keeps its place until its
     * delivery has ended. Does nothing if a message with the same id waits already.
     */
    void add(OutboxMessage message);

    /**
     * Leases the messages of a destination that are due: the first of each line, if its next attempt is not after
     * {@code now} and it is not leased. Those that have been due longest come first.
     *
     * @param lease how long the caller may deliver; longer than one delivery takes
     * @param limit the maximum number of messages
     */
    List<LeasedMessage> lease(String destination, Instant now, Duration lease, int limit);

    /**
     * Removes a message that needs no further attempt, because it was delivered or given up.
     *
     * @return false if the lease has ended and the message was leased again, or is gone; nothing was removed
     */
    boolean remove(LeasedMessage message);

    /**
     * Ends a lease after an attempt that failed: counts the attempt and makes the message due again at {@code
     * nextAttempt}. A message that a later one {@linkplain OutboxMessage#replaces replaces} is removed instead.
     *
     * @return false if the lease has ended and the message was leased again, or is gone; nothing was changed
     */
    boolean postpone(LeasedMessage message, Instant nextAttempt);

    /**
     * Ends a lease without an attempt: the message keeps its number of attempts and is due again at {@code
     * nextAttempt}. A message that a later one replaces is removed, as in {@link #postpone}.
     *
     * @return false if the lease has ended and the message was leased again, or is gone; nothing was changed
     */
    boolean release(LeasedMessage message, Instant nextAttempt);

    /** Returns how many messages of a destination wait. */
    Backlog backlog(String destination);

    /** Removes all messages of a destination, including leased ones, and returns their number. */
    long clear(String destination);

    /** Frees the resources of the outbox. Messages that wait remain stored. Further calls may fail. */
    @Override
    void close();
}
