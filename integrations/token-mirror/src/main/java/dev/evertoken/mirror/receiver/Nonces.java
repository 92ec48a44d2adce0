package dev.evertoken.mirror.receiver;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The nonces of the messages that were received lately, each to be accepted once. Thread-safe. */
final class Nonces {

    private static final int LOOK_AFTER = 1024;

    private final Duration remembered;
    private final Map<String, Instant> seen = new ConcurrentHashMap<>();

    /** @param remembered how long a nonce is refused, longer than a message is valid */
    Nonces(Duration remembered) {
        this.remembered = remembered;
    }

    /** Returns whether a nonce is new, and remembers it. */
    boolean isNew(String nonce, Instant now) {
        if (seen.size() >= LOOK_AFTER) {
            seen.values().removeIf(at -> at.plus(remembered).isBefore(now));
        }
        return seen.putIfAbsent(nonce, now) == null;
    }
}
