package dev.evertoken.testing;

import java.io.IOException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Controls a response body that is sent byte by byte: a test decides how many bytes are sent and when.
 *
 * <p>Thread-safe.
 */
public final class SlowBody implements AutoCloseable {

    private static final int MILLIS_BETWEEN_LOOKS = 50;

    private final Semaphore allowed = new Semaphore(0);
    private final Checkpoint started = new Checkpoint();
    private volatile boolean open;

    /** Creates a body of which no byte may be sent yet. */
    public SlowBody() {
        started.release();
    }

    /**
     * Blocks until the headers were sent and the first byte of the body is waiting.
     *
     * @throws AssertionError if there is no request within ten seconds
     */
    public void awaitStarted() {
        started.awaitArrived();
    }

    /** Allows this number of further bytes. */
    public void allow(int bytes) {
        allowed.release(bytes);
    }

    /** Allows all remaining bytes. */
    @Override
    public void close() {
        open = true;
    }

    /** Writes the body as allowed; returns early if the client closes the connection. */
    void writeTo(MockConnection connection, byte[] body) throws IOException, InterruptedException {
        started.arrive();
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
