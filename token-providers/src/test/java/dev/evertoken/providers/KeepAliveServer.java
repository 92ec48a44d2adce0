package dev.evertoken.providers;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import javax.net.ssl.SSLSocket;

/** A server that answers several requests on one connection. Thread-safe; must be closed. */
public final class KeepAliveServer implements AutoCloseable {

    private final ServerSocket listening;
    private final Supplier<String> bodies;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final List<Socket> open = new CopyOnWriteArrayList<>();
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger resumed = new AtomicInteger();
    private final Semaphore ended = new Semaphore(0);

    /** What is done with the next requests instead of an answer; true to close the connection, false to be silent. */
    private final Queue<Boolean> closing = new ConcurrentLinkedQueue<>();

    public KeepAliveServer(Supplier<String> bodies) throws IOException {
        this(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), bodies);
    }

    /** @param bodies returns the JSON of the next response */
    public KeepAliveServer(ServerSocket listening, Supplier<String> bodies) {
        this.listening = listening;
        this.bodies = bodies;
        threads.execute(this::accept);
    }

    public URI uri(String path) {
        return URI.create("http://127.0.0.1:" + listening.getLocalPort() + path);
    }

    URI tlsUri(String path) {
        return URI.create("https://127.0.0.1:" + listening.getLocalPort() + path);
    }

    public List<String> requests() {
        return requests;
    }

    /** Returns how many connections a client has made. */
    public int connections() {
        return connections.get();
    }

    /** Returns how many of the connections resumed a TLS session. */
    int resumed() {
        return resumed.get();
    }

    /** Reads the next request, and closes its connection without a response. */
    public void closeAtNextRequest() {
        closing.add(true);
    }

    /** Reads the next request, and does not respond. */
    void ignoreNextRequest() {
        closing.add(false);
    }

    /** Closes the connections that are open now, and returns when that is done. */
    void closeConnections() throws IOException {
        for (Socket socket : open) {
            socket.close();
        }
    }

    /** Waits until a client has closed a connection. */
    public boolean sawAnEnd() throws InterruptedException {
        return ended.tryAcquire(20, TimeUnit.SECONDS);
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Socket socket = listening.accept();
                connections.incrementAndGet();
                open.add(socket);
                threads.execute(() -> serve(socket));
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private void serve(Socket socket) {
        long accepted = System.currentTimeMillis();
        try (socket) {
            if (socket instanceof SSLSocket tls) {
                tls.startHandshake();
                resumed.addAndGet(tls.getSession().getCreationTime() < accepted ? 1 : 0);
            }
            for (String request = LoopbackServer.read(socket.getInputStream());
                    !request.isEmpty();
                    request = LoopbackServer.read(socket.getInputStream())) {
                requests.add(request);
                Boolean closes = closing.poll();
                if (closes == null) {
                    socket.getOutputStream()
                            .write(LoopbackServer.json(200, bodies.get()).getBytes(UTF_8));
                } else if (closes) {
                    return;
                } else {
                    drain(socket.getInputStream());
                }
            }
            ended.release();
        } catch (IOException e) {
            return; // closed by either side, as tests intend
        }
    }

    private static void drain(InputStream in) throws IOException {
        while (in.read() >= 0) {
            // until the client gives up
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
        closeConnections();
        threads.shutdownNow();
    }
}
