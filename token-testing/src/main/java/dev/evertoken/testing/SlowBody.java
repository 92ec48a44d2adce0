package dev.evertoken.testing;

import java.io.IOException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Lets the bytes of an answer's body through one by one, as the test allows, however long that takes.
 *
 * <p>Thread-safe.
 */
public final class SlowBody implements AutoCloseable {

    private static final int MILLIS_BETWEEN_LOOKS = 50;

    private final Semaphore allowed = new Semaphore(0);
    private final Checkpoint started = new Checkpoint();
    private volatile boolean open;

    /** Starts a drip with its tap closed. */
    public SlowBody() {
        started.release();
    }

    /**
     * Blocks until the headers have gone out and the first byte of the body waits.
     *
     * @throws AssertionError if nobody asks within ten seconds
     */
    public void awaitStarted() {
        started.awaitArrived();
    }

    /** Lets so many more bytes through. */
    public void release(int bytes) {
        allowed.release(bytes);
    }

    /** Lets everything through from now on. */
    @Override
    public void close() {
        open = true;
    }

    /** Writes the body as the test allows; ends early when the other side has gone. */
    void pour(RawConnection connection, byte[] body) throws IOException, InterruptedException {
        started.stay();
        for (byte one : body) {
            while (!open && !allowed.tryAcquire(MILLIS_BETWEEN_LOOKS, TimeUnit.MILLISECONDS)) {
                if (connection.isClosed()) {
                    return;
                }
            }
            connection.write(new byte[] {one});
        }
    }
}
