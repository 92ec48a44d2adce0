package dev.evertoken.outbox;

import dev.evertoken.spi.outbox.LeasedMessage;
import java.time.Duration;
import java.util.Optional;

/**
 * A system to which messages are delivered. Implementations are thread-safe.
 *
 * <p>A delivery calls them on threads of its own, for different accounts at the same time, and never twice at the same
 * time for one account. An exception counts as {@link DeliveryResult#retry}.
 */
public interface Destination {

    /** Returns the id under which its messages are in the outbox; the same in each process and after a restart. */
    String id();

    /**
     * Attempts to deliver a message once. Returns within {@link #timeout}.
     *
     * @param message the message and the number of attempts before this one
     */
    DeliveryResult deliver(LeasedMessage message);

    /** Returns how long one attempt takes at most. */
    Duration timeout();

    /**
     * Returns how long to wait after an attempt that failed; empty to give the message up.
     *
     * @param failedAttempts how many attempts to deliver the message have failed, at least 1
     */
    Optional<Duration> delayAfter(int failedAttempts);
}
