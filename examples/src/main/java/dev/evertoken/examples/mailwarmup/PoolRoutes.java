package dev.evertoken.examples.mailwarmup;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The routes for the operator of the pool: {@code GET /report}, {@code GET /connect/7} with the id of an account,
 * {@code GET /connect?email=…} for one that may be new, and {@code GET /connected}, Google's redirect. They are open to
 * everyone who reaches the port, which is on the loopback interface. Thread-safe.
 */
final class PoolRoutes implements AutoCloseable {

    private static final int OK = 200;
    private static final int BAD_REQUEST = 400;
    private static final int NOT_FOUND = 404;
    private static final int UNAVAILABLE = 503;

    private final MailWarmup pool;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newFixedThreadPool(4);

    private PoolRoutes(MailWarmup pool, HttpServer server) {
        this.pool = pool;
        this.server = server;
    }

    static PoolRoutes open(int port, MailWarmup pool) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        PoolRoutes routes = new PoolRoutes(pool, server);
        server.createContext("/", routes::serve);
        server.setExecutor(routes.threads);
        server.start();
        return routes;
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            respond(exchange);
        }
    }

    private void respond(HttpExchange exchange) throws IOException {
        try {
            answer(exchange);
        } catch (IllegalArgumentException e) {
            send(exchange, BAD_REQUEST, String.valueOf(e.getMessage()));
        } catch (IllegalStateException e) {
            send(exchange, UNAVAILABLE, String.valueOf(e.getMessage()));
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        URI address = exchange.getRequestURI();
        String path = address.getPath();
        if (!exchange.getRequestMethod().equals("GET")) {
            send(exchange, NOT_FOUND, "there are no routes but those of GET");
        } else if (path.equals("/report")) {
            send(exchange, OK, String.join("\n", pool.report()));
        } else if (path.equals("/connected")) {
            send(exchange, OK, pool.connected(address));
        } else if (path.equals("/connect")) {
            redirect(exchange, pool.connect(email(address)));
        } else if (path.startsWith("/connect/")) {
            redirect(exchange, pool.connectAgain(path.substring("/connect/".length())));
        } else {
            send(exchange, NOT_FOUND, "there is no route " + path);
        }
    }

    private static String email(URI address) {
        String query = String.valueOf(address.getQuery());
        if (!query.matches("email=[^@&\\s]+@[^@&\\s]+")) {
            throw new IllegalArgumentException("the parameter email is missing, or is not an address");
        }
        return query.substring("email=".length());
    }

    private static void redirect(HttpExchange exchange, URI page) throws IOException {
        exchange.getResponseHeaders().set("Location", page.toString());
        exchange.sendResponseHeaders(302, -1);
    }

    private static void send(HttpExchange exchange, int status, String text) throws IOException {
        byte[] body = (text + "\n").getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdown();
    }
}
