package dev.evertoken.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A server on loopback that handles each connection with a script, for example sends half a response, resets the
 * connection, writes one byte at a time, or sends nothing.
 *
 * <p>Every connection has its own daemon thread; {@link #close} ends all of them. An exception of a handler closes its
 * connection. Thread-safe.
 */
public final class RawServer implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(RawServer.class);

    /** Handles one connection. Implementations are thread-safe: connections are concurrent. */
    @FunctionalInterface
    public interface Handler {
        /** Handles the connection, which is closed when this method returns or throws. */
        void handle(RawConnection connection) throws IOException, InterruptedException;
    }

    private final ServerSocket socket;
    private final ExecutorService threads;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final CountDownLatch accepting = new CountDownLatch(1);
    private final AtomicInteger connections = new AtomicInteger();
    private final List<Handler> script;

    private RawServer(List<Handler> script) {
        this.script = script;
        try {
            this.socket = new ServerSocket();
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 512);
        } catch (IOException e) {
            throw new UncheckedIOException("a port of the loopback interface could not be opened", e);
        }
        this.threads = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "mock-server-" + socket.getLocalPort());
            thread.setDaemon(true);
            return thread;
        });
        threads.execute(this::accept);
    }

    /**
     * Starts a server on a free port.
     *
     * @param first handles the first connection
     * @param others handle the following connections, in order; the last one also handles all later connections
     */
    public static RawServer start(Handler first, Handler... others) {
        return new RawServer(
                Stream.concat(Stream.of(first), List.of(others).stream()).toList());
    }

    /** Returns an http address of this server with the literal host 127.0.0.1. */
    public URI address(String path) {
        return URI.create("http://127.0.0.1:" + socket.getLocalPort() + path);
    }

    /** Returns its port. */
    public int port() {
        return socket.getLocalPort();
    }

    /** Returns the number of connections that were opened. */
    public int connections() {
        return connections.get();
    }

    /** Closes the port and every connection, and interrupts the handlers. Idempotent. */
    @Override
    public void close() {
        closeQuietly(socket);
        threads.shutdownNow();
        open.forEach(RawServer::closeQuietly);
        awaitEndOfAccepting();
    }

    /** Waits until the accepting thread has ended, because the port is not free before. */
    private void awaitEndOfAccepting() {
        try {
            if (!accepting.await(5, TimeUnit.SECONDS)) {
                log.warn("{} did not stop accepting connections", socket);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void accept() {
        while (!socket.isClosed()) {
            try {
                Socket one = socket.accept();
                open.add(one);
                Handler handler = script.get(Math.min(connections.getAndIncrement(), script.size() - 1));
                threads.execute(() -> serve(one, handler));
            } catch (RejectedExecutionException e) {
                log.debug("a connection was opened while the server was closing");
            } catch (IOException e) {
                if (!socket.isClosed()) {
                    log.warn("a connection could not be accepted", e);
                }
            }
        }
        open.forEach(RawServer::closeQuietly);
        accepting.countDown();
    }

    private void serve(Socket one, Handler handler) {
        try (RawConnection connection = new RawConnection(one)) {
            handler.handle(connection);
        } catch (IOException e) {
            log.debug("a connection failed: {}", e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            log.warn("a connection handler failed", e);
        } finally {
            open.remove(one);
        }
    }

    private static void closeQuietly(AutoCloseable one) {
        try {
            one.close();
        } catch (Exception e) {
            log.debug("a socket could not be closed: {}", e.getMessage());
        }
    }
}
