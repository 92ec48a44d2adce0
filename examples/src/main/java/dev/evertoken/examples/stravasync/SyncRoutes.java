package dev.evertoken.examples.stravasync;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.evertoken.model.TokenException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The routes of the dashboard:
 *
 * <ul>
 *   <li>{@code POST /api/strava/sync} with {@code {"user_id": 7}}
 *   <li>{@code GET /auth/strava} and {@code GET /auth/strava/reconnect}: redirect to the consent
 *   <li>{@code GET /auth/strava/callback}: Strava's redirect
 *   <li>{@code GET /metrics}: for Prometheus
 * </ul>
 *
 * The cookie {@code user_id} stands for the session of a login, which a real dashboard has. Thread-safe.
 */
final class SyncRoutes implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(SyncRoutes.class);
    private static final int LARGEST_BODY = 10_000;

    private final ActivitySync sync;
    private final SyncMetrics metrics;
    private final Supplier<String> scrape;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newFixedThreadPool(16);

    private SyncRoutes(ActivitySync sync, SyncMetrics metrics, Supplier<String> scrape, HttpServer server) {
        this.sync = sync;
        this.metrics = metrics;
        this.scrape = scrape;
        this.server = server;
    }

    /** @param scrape returns the meters in the format of Prometheus */
    static SyncRoutes open(int port, ActivitySync sync, SyncMetrics metrics, Supplier<String> scrape)
            throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        SyncRoutes routes = new SyncRoutes(sync, metrics, scrape, server);
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
        } catch (UserSettings.DatabaseDownException e) {
            send(exchange, Answer.databaseDown());
        } catch (RuntimeException e) {
            if (!(e instanceof TokenException)) {
                log.error("{} failed", exchange.getRequestURI().getPath(), e);
            }
            send(exchange, sync.failed(e));
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        String route =
                exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath();
        switch (route) {
            case "POST /api/strava/sync" -> send(exchange, sync(exchange));
            case "GET /auth/strava", "GET /auth/strava/reconnect" -> redirect(exchange);
            case "GET /auth/strava/callback" -> send(exchange, callback(exchange));
            case "GET /metrics" -> send(exchange, 200, "text/plain; version=0.0.4", scrape.get());
            default -> send(exchange, Answer.failure(404, "bad_request", "There is no " + route));
        }
    }

    // ---- the sync

    private Answer sync(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readNBytes(LARGEST_BODY + 1);
        if (body.length > LARGEST_BODY) {
            return Answer.badRequest("The body is longer than " + LARGEST_BODY + " bytes");
        }
        if (!(Json.parse(new String(body, StandardCharsets.UTF_8)) instanceof Map<?, ?> fields)) {
            return Answer.badRequest("The body is not a JSON object");
        }
        if (!fields.containsKey("user_id")) {
            return Answer.badRequest("The field user_id is missing");
        }
        OptionalLong user = fields.get("user_id") instanceof Double number ? whole(number) : OptionalLong.empty();
        if (user.isEmpty()) {
            return Answer.badRequest("The field user_id is not a whole number");
        }
        return sync.isKnown(user.getAsLong())
                ? sync.sync(user.getAsLong())
                : Answer.badRequest("There is no user " + user.getAsLong());
    }

    private static OptionalLong whole(double number) {
        return number >= 1 && number <= 1L << 53 && number == Math.rint(number)
                ? OptionalLong.of((long) number)
                : OptionalLong.empty();
    }

    // ---- the consent

    private void redirect(HttpExchange exchange) throws IOException {
        OptionalLong user = session(exchange);
        if (user.isEmpty()) {
            send(exchange, Answer.badRequest("The cookie user_id names no user"));
            return;
        }
        exchange.getResponseHeaders()
                .set("Location", sync.consentPage(user.getAsLong()).toString());
        exchange.sendResponseHeaders(302, -1);
    }

    private Answer callback(HttpExchange exchange) {
        OptionalLong user = session(exchange);
        return user.isEmpty()
                ? Answer.badRequest("The cookie user_id names no user")
                : sync.connected(user.getAsLong(), exchange.getRequestURI());
    }

    private OptionalLong session(HttpExchange exchange) {
        return exchange.getRequestHeaders().getOrDefault("Cookie", List.of()).stream()
                .flatMap(header -> Arrays.stream(header.split(";")))
                .map(String::strip)
                .filter(cookie -> cookie.matches("user_id=\\d{1,15}"))
                .mapToLong(cookie -> Long.parseLong(cookie.substring("user_id=".length())))
                .filter(sync::isKnown)
                .findFirst();
    }

    // ---- responses

    private void send(HttpExchange exchange, Answer answer) throws IOException {
        metrics.shown(answer);
        send(exchange, answer.status(), "application/json", answer.json());
    }

    private static void send(HttpExchange exchange, int status, String type, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdown();
    }
}
