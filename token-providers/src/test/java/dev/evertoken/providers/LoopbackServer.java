package dev.evertoken.providers;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** A server whose responses a test scripts byte by byte, for behavior that a correct server does not show. */
public final class LoopbackServer implements AutoCloseable {

    /** The actions on a connection after its request was read. */
    @FunctionalInterface
    public interface Script {
        void play(LoopbackServer server, Socket socket, OutputStream out) throws IOException, InterruptedException;
    }

    private final ServerSocket listening;
    private final Script script;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final AtomicInteger connections = new AtomicInteger();
    private final CountDownLatch connected = new CountDownLatch(1);
    private final CountDownLatch requested = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);

    public LoopbackServer(Script script) throws IOException {
        this(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), script);
    }

    public LoopbackServer(ServerSocket listening, Script script) {
        this.listening = listening;
        this.script = script;
        threads.execute(this::accept);
    }

    /** Returns a server on a free port that runs the script on each connection. */
    public static LoopbackServer playing(Script script) throws IOException {
        return new LoopbackServer(script);
    }

    /** Returns a server that sends these bytes in response to every request and then closes the connection. */
    public static LoopbackServer answering(String response) throws IOException {
        return new LoopbackServer((server, socket, out) -> out.write(response.getBytes(StandardCharsets.UTF_8)));
    }

    /** Returns a server that sends the next supplied response to each request and then closes the connection. */
    static LoopbackServer answeringInTurn(Supplier<String> responses) throws IOException {
        return new LoopbackServer(
                (server, socket, out) -> out.write(responses.get().getBytes(StandardCharsets.UTF_8)));
    }

    public static String http(int status, String contentType, String body) {
        return head(
                        status,
                        "Content-Type: " + contentType,
                        "Content-Length: " + body.getBytes(StandardCharsets.UTF_8).length)
                + body;
    }

    public static String json(int status, String body) {
        return http(status, "application/json", body);
    }

    public static String head(int status, String... headers) {
        return "HTTP/1.1 " + status + " Said\r\n" + String.join("\r\n", headers) + "\r\n\r\n";
    }

    public URI uri(String path) {
        return URI.create("http://127.0.0.1:" + listening.getLocalPort() + path);
    }

    public int port() {
        return listening.getLocalPort();
    }

    public URI tlsUri(String path) {
        return URI.create("https://127.0.0.1:" + listening.getLocalPort() + path);
    }

    public List<String> requests() {
        return requests;
    }

    public int connections() {
        return connections.get();
    }

    void awaitConnection() {
        await(connected);
    }

    void awaitRequest() {
        await(requested);
    }

    /** Waits on a connection's thread until the server is closed; returns false if {@code millis} pass first. */
    boolean isClosedWithin(long millis) throws InterruptedException {
        return closed.await(millis, TimeUnit.MILLISECONDS);
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Socket socket = listening.accept();
                connections.incrementAndGet();
                connected.countDown();
                threads.execute(() -> serve(socket));
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            String request = read(socket.getInputStream());
            if (!request.isEmpty()) {
                requests.add(request);
                requested.countDown();
                script.play(this, socket, socket.getOutputStream());
            }
        } catch (IOException e) {
            return; // the client disconnected, as many tests intend
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    static String read(InputStream in) throws IOException {
        StringBuilder text = new StringBuilder();
        int end = -1;
        while (end < 0 || text.length() < end + 4 + contentLength(text.substring(0, end))) {
            int next = in.read();
            if (next < 0) {
                return text.toString();
            }
            text.append((char) next);
            end = end < 0 ? text.indexOf("\r\n\r\n") : end;
        }
        return text.toString();
    }

    private static int contentLength(String head) {
        return head.lines()
                .filter(line -> line.regionMatches(true, 0, "Content-Length:", 0, 15))
                .mapToInt(line -> Integer.parseInt(line.substring(15).strip()))
                .findFirst()
                .orElse(0);
    }

    private static void await(CountDownLatch latch) {
        try {
            if (!latch.await(20, TimeUnit.SECONDS)) {
                throw new AssertionError("no connection or request arrived");
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() throws IOException {
        closed.countDown();
        listening.close();
        threads.shutdownNow();
    }
}
