package dev.evertoken.outbox;

import java.time.Duration;
import java.util.Optional;

/**
 * The result of one attempt to deliver a message. Immutable.
 *
 * @param kind the result
 * @param retryAfter how long the destination wants to be left alone; empty if it has not said so
 * @param detail the reason of a failure in one sentence without secrets; empty text for a delivery
 */
public record DeliveryResult(Kind kind, Optional<Duration> retryAfter, String detail) {

    /** The kinds of results. Later versions may add constants: keep a default branch in a {@code switch}. */
    public enum Kind {
        /** The message needs no further attempt. */
        DELIVERED,
        /** The message was not accepted now; it is attempted again later. Other messages are not affected. */
        RETRY,
        /** The message will never be accepted, so it is given up. Other messages are not affected. */
        DROPPED,
        /** The destination does not respond or asks for a pause, so no message is sent to it for a while. */
        UNAVAILABLE,
        /** The destination refuses the sender until the configuration of either side is changed. */
        REFUSED,
        /** The destination is gone for good and wants no further message. Messages remain in the outbox. */
        GONE
    }

    /** Returns the result of a message that needs no further attempt. */
    public static DeliveryResult delivered() {
        return new DeliveryResult(Kind.DELIVERED, Optional.empty(), "");
    }

    /** Returns the result of a message that was not accepted now. */
    public static DeliveryResult retry(String detail) {
        return new DeliveryResult(Kind.RETRY, Optional.empty(), detail);
    }

    /** Returns the result of a message that will never be accepted. */
    public static DeliveryResult dropped(String detail) {
        return new DeliveryResult(Kind.DROPPED, Optional.empty(), detail);
    }

    /** Returns the result of a destination that does not respond. */
    public static DeliveryResult unavailable(String detail) {
        return new DeliveryResult(Kind.UNAVAILABLE, Optional.empty(), detail);
    }

    /** Returns the result of a destination that asks for a pause. */
    public static DeliveryResult unavailable(Duration retryAfter, String detail) {
        return new DeliveryResult(Kind.UNAVAILABLE, Optional.of(retryAfter), detail);
    }

    /** Returns the result of a destination that refuses the sender. */
    public static DeliveryResult refused(String detail) {
        return new DeliveryResult(Kind.REFUSED, Optional.empty(), detail);
    }

    /** Returns the result of a destination that wants no further message. */
    public static DeliveryResult gone(String detail) {
        return new DeliveryResult(Kind.GONE, Optional.empty(), detail);
    }
}
