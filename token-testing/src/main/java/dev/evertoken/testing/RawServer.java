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
 * A server on loopback that does to each connection exactly what a script says: half an answer, a reset,
 * one byte at a time, nothing at all.
 *
 * <p>Every connection has a daemon thread of its own; {@link #close} ends all of them. What a conversation
 * throws ends its connection. Thread-safe.
 */
public final class RawServer implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(RawServer.class);

    /** What happens on one connection. Implementations are thread-safe: connections overlap. */
    @FunctionalInterface
    public interface Conversation {
        /** Talks; the connection is closed when this method ends, however it ends. */
        void talk(RawConnection connection) throws IOException, InterruptedException;
    }

    private final ServerSocket socket;
    private final ExecutorService threads;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final CountDownLatch accepting = new CountDownLatch(1);
    private final AtomicInteger connections = new AtomicInteger();
    private final List<Conversation> script;

    private RawServer(List<Conversation> script) {
        this.script = script;
        try {
            this.socket = new ServerSocket();
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 512);
        } catch (IOException e) {
            throw new UncheckedIOException("no port of the loopback interface could be opened", e);
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
     * @param first for the first connection
     * @param others for the following ones, in order; the last also for all that come after it
     */
    public static RawServer start(Conversation first, Conversation... others) {
        return new RawServer(
                Stream.concat(Stream.of(first), List.of(others).stream()).toList());
    }

    /** Returns an http address of this server, by the literal 127.0.0.1. */
    public URI address(String path) {
        return URI.create("http://127.0.0.1:" + socket.getLocalPort() + path);
    }

    /** Returns its port. */
    public int port() {
        return socket.getLocalPort();
    }

    /** Returns how many connections were opened so far. */
    public int connections() {
        return connections.get();
    }

    /** Closes the port and every connection and interrupts what is held on them. Idempotent. */
    @Override
    public void close() {
        closeQuietly(socket);
        threads.shutdownNow();
        open.forEach(RawServer::closeQuietly);
        awaitTheEndOfAccepting();
    }

    /** The port is free only when the thread that waits for connections has noticed. */
    private void awaitTheEndOfAccepting() {
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
                Conversation turn = script.get(Math.min(connections.getAndIncrement(), script.size() - 1));
                threads.execute(() -> serve(one, turn));
            } catch (RejectedExecutionException e) {
                log.debug("a connection came while the server was closing");
            } catch (IOException e) {
                if (!socket.isClosed()) {
                    log.warn("a connection could not be accepted", e);
                }
            }
        }
        open.forEach(RawServer::closeQuietly);
        accepting.countDown();
    }

    private void serve(Socket one, Conversation turn) {
        try (RawConnection connection = new RawConnection(one)) {
            turn.talk(connection);
        } catch (IOException e) {
            log.debug("a connection ended: {}", e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            log.warn("a conversation failed", e);
        } finally {
            open.remove(one);
        }
    }

    private static void closeQuietly(AutoCloseable one) {
        try {
            one.close();
        } catch (Exception e) {
            log.debug("a socket did not close: {}", e.getMessage());
        }
    }
}
