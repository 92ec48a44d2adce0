package dev.evertoken.testing;

import java.io.IOException;
import java.net.URI;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Sends the same response to every request and counts connections and requests; it also detects the first byte.
 * Thread-safe.
 */
final class CountingServer implements AutoCloseable {

    private static final int MILLIS_FOR_A_BYTE = 150;

    private final AtomicInteger requests = new AtomicInteger();
    private final CountDownLatch connected = new CountDownLatch(1);
    private final CountDownLatch firstByte = new CountDownLatch(1);
    private final RawServer server;
    private final MockResponse response;

    private CountingServer(MockResponse response) {
        this.response = response;
        this.server = RawServer.start(this::handle);
    }

    static CountingServer responding(MockResponse response) {
        return new CountingServer(response);
    }

    URI address() {
        return server.address("/token");
    }

    int requests() {
        return requests.get();
    }

    int connections() {
        return server.connections();
    }

    boolean awaitConnection() {
        return within(connected, 5_000);
    }

    /** Returns whether a byte has arrived, or arrives within 150 ms. */
    boolean hasByte() {
        return within(firstByte, MILLIS_FOR_A_BYTE);
    }

    @Override
    public void close() {
        server.close();
    }

    private void handle(RawConnection connection) throws IOException, InterruptedException {
        connected.countDown();
        boolean open = connection.awaitByte();
        if (open) {
            firstByte.countDown();
        }
        while (open) {
            Optional<RawRequest> request = connection.readRequest();
            if (request.isEmpty()) {
                return;
            }
            requests.incrementAndGet();
            open = response.writeUnprocessed(connection);
        }
    }

    private static boolean within(CountDownLatch latch, int millis) {
        try {
            return latch.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while watching a connection", e);
        }
    }
}
