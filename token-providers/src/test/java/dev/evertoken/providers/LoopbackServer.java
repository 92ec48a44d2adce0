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

/** A server that answers byte by byte as a test says: what no well-behaved server does can be tried out with it. */
public final class LoopbackServer implements AutoCloseable {

    /** What happens on a connection once its request has been read. */
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
    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);

    public LoopbackServer(Script script) throws IOException {
        this(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), script);
    }

    public LoopbackServer(ServerSocket listening, Script script) {
        this.listening = listening;
        this.script = script;
        threads.execute(this::accept);
    }

    /** Answers as a script says, on a port of its own. */
    public static LoopbackServer playing(Script script) throws IOException {
        return new LoopbackServer(script);
    }

    /** Answers every request with these bytes and closes. */
    public static LoopbackServer answering(String response) throws IOException {
        return new LoopbackServer((server, socket, out) -> out.write(response.getBytes(StandardCharsets.UTF_8)));
    }

    /** Answers each request with what the turn gives, and closes. */
    static LoopbackServer answeringInTurn(Supplier<String> turns) throws IOException {
        return new LoopbackServer((server, socket, out) -> out.write(turns.get().getBytes(StandardCharsets.UTF_8)));
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
        await(asked);
    }

    /** Waits, on a connection's thread, for the end of the test or so long. */
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
                asked.countDown();
                script.play(this, socket, socket.getOutputStream());
            }
        } catch (IOException e) {
            return; // the client went away, which many a test wants
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String read(InputStream in) throws IOException {
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
                throw new AssertionError("nothing came");
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
