package dev.evertoken.examples.calendarsync;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.evertoken.mirror.receiver.ReceivedRequest;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/** Serves the routes of a service with the HTTP server of the JDK. TLS ends in front of it. Thread-safe. */
final class Service implements AutoCloseable {

    private static final int LARGEST_BODY = 1 << 17;

    private final Function<ReceivedRequest, Reply> routes;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newFixedThreadPool(16);

    private Service(Function<ReceivedRequest, Reply> routes, HttpServer server) {
        this.routes = routes;
        this.server = server;
    }

    /**
     * Opens a port. Requests that arrive before {@link #start} wait.
     *
     * @param listen an address of this machine; port 0 chooses a free port
     */
    static HttpServer port(URI listen) throws IOException {
        int port = listen.getPort() < 0 ? 80 : listen.getPort();
        return HttpServer.create(new InetSocketAddress(listen.getHost(), port), 0);
    }

    /** Serves the routes on a port. */
    static Service start(HttpServer server, Function<ReceivedRequest, Reply> routes) {
        Service service = new Service(routes, server);
        server.createContext("/", service::serve);
        server.setExecutor(service.threads);
        server.start();
        return service;
    }

    /** Returns the address of a port on this machine. */
    static URI address(HttpServer server) {
        InetSocketAddress bound = server.getAddress();
        String host = bound.getAddress().isAnyLocalAddress() ? "127.0.0.1" : bound.getHostString();
        return URI.create("http://" + host + ":" + bound.getPort());
    }

    URI address() {
        return address(server);
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            Reply reply = routes.apply(received(exchange));
            byte[] body = reply.body().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(reply.status(), body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private static ReceivedRequest received(HttpExchange exchange) throws IOException {
        Map<String, String> headers = new LinkedHashMap<>();
        exchange.getRequestHeaders().forEach((name, values) -> headers.put(name, values.get(0)));
        String query = exchange.getRequestURI().getRawQuery();
        return new ReceivedRequest(
                exchange.getRequestMethod(),
                exchange.getRequestURI().getRawPath(),
                query == null ? "" : query,
                headers,
                exchange.getRequestBody().readNBytes(LARGEST_BODY));
    }

    /** Waits a second for the requests that are being handled. */
    @Override
    public void close() {
        server.stop(1);
        threads.shutdown();
    }
}
