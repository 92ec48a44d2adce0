package dev.evertoken.googleauth;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.evertoken.model.Secret;
import dev.evertoken.testing.MockProvider;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.zip.GZIPInputStream;

/**
 * An API on loopback that accepts the valid tokens of a mock provider. It implements resumable uploads; every other
 * request gets an empty JSON object. A test can replace responses. Thread-safe.
 */
final class GoogleApi implements AutoCloseable {

    static final String REJECTED = """
            {"error": {"code": 401, "message": "Request had invalid authentication credentials.",
             "errors": [{"reason": "authError"}], "status": "UNAUTHENTICATED"}}""";

    /**
     * A request that arrived.
     *
     * @param content a character for each byte
     */
    record Arrived(String path, String token, String range, String content) {}

    /** A response. */
    record Response(int status, Map<String, String> headers, String body) {
        static Response of(int status, String body) {
            return new Response(status, Map.of("Content-Type", "application/json"), body);
        }
    }

    private final MockProvider provider;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Arrived> arrived = new CopyOnWriteArrayList<>();
    private final Queue<Response> scripted = new ConcurrentLinkedQueue<>();
    private final List<Runnable> afterChunk = new CopyOnWriteArrayList<>();
    private final StoredUpload upload = new StoredUpload();

    GoogleApi(MockProvider provider) throws IOException {
        this.provider = provider;
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    /** Returns the address for {@code setRootUrl}. */
    String root() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/";
    }

    /** Responds to the next requests, before their tokens are checked. */
    GoogleApi respond(Response... responses) {
        scripted.addAll(List.of(responses));
        return this;
    }

    /** Runs an action after the next chunk of an upload was received, before its response. */
    GoogleApi afterNextChunk(Runnable action) {
        afterChunk.add(action);
        return this;
    }

    List<Arrived> arrived() {
        return arrived;
    }

    /** Returns the tokens of all requests, in their order. */
    List<String> tokens() {
        return arrived.stream().map(Arrived::token).toList();
    }

    byte[] uploaded() {
        return upload.content();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            Arrived request = read(exchange);
            arrived.add(request);
            Response next = scripted.poll();
            send(exchange, next != null ? next : isAccepted(request) ? accepted(request) : rejected());
        }
    }

    private boolean isAccepted(Arrived request) {
        return !request.token().isEmpty() && provider.ledger().isAccepted(Secret.of(request.token()));
    }

    private static Response rejected() {
        return Response.of(401, REJECTED);
    }

    private Response accepted(Arrived request) {
        if (request.path().contains("uploadType=resumable")) {
            return new Response(200, Map.of("Location", root() + "session"), "");
        }
        if (!request.path().startsWith("/session")) {
            return Response.of(200, "{}");
        }
        Response response = upload.chunk(request.range(), request.content().getBytes(ISO_8859_1));
        if (!request.content().isEmpty() && !afterChunk.isEmpty()) {
            afterChunk.remove(0).run();
        }
        return response;
    }

    private static Arrived read(HttpExchange exchange) throws IOException {
        try (InputStream content = exchange.getRequestBody()) {
            String authorization = header(exchange, "Authorization");
            return new Arrived(
                    exchange.getRequestURI().toString(),
                    authorization.startsWith("Bearer ") ? authorization.substring(7) : "",
                    header(exchange, "Content-Range"),
                    new String(unzipped(header(exchange, "Content-Encoding"), content.readAllBytes()), ISO_8859_1));
        }
    }

    private static byte[] unzipped(String encoding, byte[] content) throws IOException {
        if (!encoding.equals("gzip")) {
            return content;
        }
        try (InputStream plain = new GZIPInputStream(new ByteArrayInputStream(content))) {
            return plain.readAllBytes();
        }
    }

    private static String header(HttpExchange exchange, String name) {
        return Optional.ofNullable(exchange.getRequestHeaders().getFirst(name)).orElse("");
    }

    private static void send(HttpExchange exchange, Response response) throws IOException {
        response.headers().forEach(exchange.getResponseHeaders()::set);
        byte[] body = response.body().getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(response.status(), body.length == 0 ? -1 : body.length);
        if (body.length > 0) {
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(body);
            }
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
