package dev.evertoken.okhttp;

import java.util.Optional;
import java.util.concurrent.TimeUnit;
import okio.AsyncTimeout;
import okio.BufferedSource;
import okio.ForwardingTimeout;
import okio.Timeout;

/**
 * A read of a response body in which another thread is blocked, and which is ended by letting its time-out fire now.
 *
 * <p>This closes one connection or one HTTP/2 stream. {@code Call.cancel} would end the whole call, which is about to
 * send its second request. Use it only while the call holds the connection, that is, before the interceptor returns.
 * Thread-safe.
 *
 * @param timeout the time-out of the connection or stream; empty if another interceptor replaced the body by one whose
 *     reads cannot be ended
 */
record BlockedRead(Optional<AsyncTimeout> timeout) {

    static BlockedRead of(BufferedSource source) {
        Timeout timeout = source.timeout();
        while (timeout instanceof ForwardingTimeout forwarding) {
            timeout = forwarding.delegate();
        }
        return new BlockedRead(timeout instanceof AsyncTimeout known ? Optional.of(known) : Optional.empty());
    }

    /** Ends the read if the thread is blocked in it, otherwise its next read. */
    void end() {
        timeout.ifPresent(BlockedRead::fire);
    }

    private static void fire(AsyncTimeout known) {
        known.exit();
        known.clearDeadline();
        known.timeout(1, TimeUnit.NANOSECONDS);
        try {
            known.enter();
        } catch (IllegalStateException e) {
            return; // the other thread has entered the next read, with the new time-out
        }
    }

    /** Makes the time-out usable again after {@link #end}. */
    void reset() {
        timeout.ifPresent(AsyncTimeout::exit);
    }
}
