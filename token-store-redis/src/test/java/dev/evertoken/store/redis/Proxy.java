package dev.evertoken.store.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A loopback proxy between client and server that drops responses and connections on request. Must be closed.
 * Thread-safe.
 */
final class Proxy implements AutoCloseable {

    private static final int CHUNK = 65_536;

    private final ServerSocket socket;
    private volatile int serverPort;
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "proxy");
        thread.setDaemon(true);
        return thread;
    });
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicReference<String> losesResponseOf = new AtomicReference<>("");
    private final AtomicInteger requests = new AtomicInteger();
    private volatile boolean mute;

    private Proxy(int serverPort) {
        this.serverPort = serverPort;
        try {
            this.socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        threads.execute(this::accept);
    }

    static Proxy to(int serverPort) {
        return new Proxy(serverPort);
    }

    int port() {
        return socket.getLocalPort();
    }

    /** Forwards the next request that contains {@code word}, and closes the connection instead of responding. */
    void loseTheResponseOf(String word) {
        losesResponseOf.set(word);
    }

    /** Drops all further output of the server; connections stay open. */
    void mute() {
        mute = true;
    }

    /** Returns the number of requests received so far. */
    int requests() {
        return requests.get();
    }

    /** Closes every connection, and forwards new ones to another server. */
    void pointTo(int port) {
        serverPort = port;
        cutAll();
    }

    /** Closes every connection; new ones are accepted. */
    void cutAll() {
        open.forEach(Proxy::closeQuietly);
    }

    @Override
    public void close() {
        closeQuietly(socket);
        cutAll();
        threads.shutdownNow();
    }

    private void accept() {
        while (!socket.isClosed()) {
            try {
                Socket client = socket.accept();
                open.add(client);
                Socket server = new Socket(InetAddress.getLoopbackAddress(), serverPort);
                open.add(server);
                client.setTcpNoDelay(true);
                server.setTcpNoDelay(true);
                AtomicReference<Boolean> lost = new AtomicReference<>(false);
                threads.execute(() -> pump(client, server, chunk -> {
                    requests.incrementAndGet();
                    String word = losesResponseOf.get();
                    if (!word.isEmpty() && chunk.contains(word) && losesResponseOf.compareAndSet(word, "")) {
                        lost.set(true);
                    }
                    return true;
                }));
                threads.execute(() -> pump(server, client, chunk -> !lost.get() && !mute));
            } catch (IOException e) {
                cutAll();
            }
        }
    }

    private interface Gate {
        boolean letsThrough(String chunk);
    }

    /** Forwards the chunks that the gate permits and drops the others; unless muted, a drop closes the connection. */
    private void pump(Socket from, Socket to, Gate gate) {
        byte[] chunk = new byte[CHUNK];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
                if (gate.letsThrough(new String(chunk, 0, n, StandardCharsets.ISO_8859_1))) {
                    out.write(chunk, 0, n);
                    out.flush();
                } else if (!mute) {
                    return;
                }
            }
        } catch (IOException e) {
            return;
        } finally {
            closeQuietly(from);
            closeQuietly(to);
            open.remove(from);
            open.remove(to);
        }
    }

    private static void closeQuietly(AutoCloseable resource) {
        try {
            resource.close();
        } catch (Exception e) {
            throw new IllegalStateException("a socket does not close", e);
        }
    }
}
