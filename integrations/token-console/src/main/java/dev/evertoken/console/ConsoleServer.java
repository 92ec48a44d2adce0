package dev.evertoken.console;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.evertoken.model.LoggerNames;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Serves responses with the server of the JDK, on a few threads of its own. Thread-safe. */
final class ConsoleServer implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(LoggerNames.START);
    private static final int THREADS = 8;

    private final HttpServer server;
    private final ExecutorService threads;

    private ConsoleServer(HttpServer server, ExecutorService threads) {
        this.server = server;
        this.threads = threads;
    }

    /** Returns a server that accepts connections, but responds only after {@link #respondWith}. */
    static ConsoleServer bind(InetSocketAddress address) throws IOException {
        AtomicInteger number = new AtomicInteger();
        ExecutorService threads = Executors.newFixedThreadPool(THREADS, task -> {
            Thread thread = new Thread(task, "evertoken-console-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
        HttpServer server = HttpServer.create(address, 0);
        server.setExecutor(threads);
        return new ConsoleServer(server, threads);
    }

    InetSocketAddress address() {
        return server.getAddress();
    }

    void respondWith(Function<ConsoleRequest, ConsoleResponse> responses) {
        server.createContext("/", exchange -> exchange(exchange, responses));
        server.start();
    }

    private static void exchange(HttpExchange exchange, Function<ConsoleRequest, ConsoleResponse> responses)
            throws IOException {
        try {
            send(exchange, response(exchange, responses));
        } finally {
            exchange.close();
        }
    }

    private static ConsoleResponse response(HttpExchange exchange, Function<ConsoleRequest, ConsoleResponse> responses)
            throws IOException {
        try {
            return responses.apply(request(exchange));
        } catch (IllegalArgumentException e) {
            return ConsoleResponse.error(400, "malformed", "The request is malformed.");
        } catch (RuntimeException e) {
            log.warn("the console failed to respond", e);
            return ConsoleResponse.error(500, "internal", "An unexpected error occurred; it is in the log.");
        }
    }

    /** Reads one byte more than a body may have, so that a larger one is recognized. */
    private static ConsoleRequest request(HttpExchange exchange) throws IOException {
        InputStream body = exchange.getRequestBody();
        return ConsoleRequest.of(
                exchange.getRequestMethod(),
                exchange.getRequestURI().toASCIIString(),
                exchange.getRequestHeaders(),
                body.readNBytes(ConsoleHandler.LARGEST_BODY + 1));
    }

    /**
     * Sends a response and ends its connection. The server of the JDK sends the headers and the body in two packets,
     * and on a connection that is used again, the second one waits 40 ms for the acknowledgment of the first one.
     */
    private static void send(HttpExchange exchange, ConsoleResponse response) throws IOException {
        response.headers()
                .forEach((name, value) -> exchange.getResponseHeaders().set(name, value));
        exchange.getResponseHeaders().set("Connection", "close");
        byte[] body = response.body();
        boolean hasBody = body.length > 0 && !exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(response.status(), hasBody ? body.length : -1);
        if (hasBody) {
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(body);
            }
        }
    }

    /** Stops at once; responses in progress may be cut off. */
    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
