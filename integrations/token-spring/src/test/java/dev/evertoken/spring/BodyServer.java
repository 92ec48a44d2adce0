package dev.evertoken.spring;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** An API that keeps the requests which it gets. Thread-safe. */
public final class BodyServer implements AutoCloseable {

    private final HttpServer server;
    private final AtomicInteger rejections;
    private final List<String> bodies = new CopyOnWriteArrayList<>();
    private final Map<String, List<String>> headers = new ConcurrentHashMap<>();

    private BodyServer(int rejections) {
        this.rejections = new AtomicInteger(rejections);
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/", this::answer);
        server.createContext("/moved", exchange -> redirect(exchange, "localhost"));
        server.createContext("/here", exchange -> redirect(exchange, "127.0.0.1"));
        server.start();
    }

    /** Starts an API that accepts each request. */
    public static BodyServer accepting() {
        return new BodyServer(0);
    }

    /** Starts an API that rejects the token of the first request. */
    public static BodyServer rejectingTheFirst() {
        return new BodyServer(1);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            bodies.add(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
            for (String name : List.of("Content-Type", "Authorization")) {
                String value = exchange.getRequestHeaders().getFirst(name);
                headers.computeIfAbsent(name, key -> new CopyOnWriteArrayList<>())
                        .add(value == null ? "" : value);
            }
            boolean isRejected = rejections.getAndDecrement() > 0;
            byte[] body = (isRejected ? "{\"error\":{\"code\":401}}" : "accepted").getBytes(UTF_8);
            exchange.getResponseHeaders().add("Content-Type", isRejected ? "application/json" : "text/plain");
            exchange.sendResponseHeaders(isRejected ? 401 : 200, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private void redirect(HttpExchange exchange, String host) throws IOException {
        try (exchange) {
            String target = "http://" + host + ":" + server.getAddress().getPort() + "/api";
            exchange.getResponseHeaders().add("Location", target);
            exchange.sendResponseHeaders(302, -1);
        }
    }

    /** Returns an address that redirects to {@link #address()} under another host name. */
    public URI moved() {
        return address().resolve("/moved");
    }

    /** Returns an address that redirects to {@link #address()} under the same host name. */
    public URI movedHere() {
        return address().resolve("/here");
    }

    /** Returns the address of the API. */
    public URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/api");
    }

    /** Returns the body of each request. */
    public List<String> bodies() {
        return bodies;
    }

    /** Returns the value of a header in each request; an empty text where it is missing. */
    public List<String> headers(String name) {
        return headers.getOrDefault(name, List.of());
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
