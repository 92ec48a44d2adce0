package dev.evertoken.examples.socialpublisher;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.evertoken.model.TokenException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The routes of the publisher, on the JDK's HTTP server. Thread-safe. */
final class Routes implements AutoCloseable {

    private static final int MOST_BYTES = 64 * 1024;
    private static final int BACKLOG = 1024;

    private final Publisher publisher;
    private final Connections connections;
    private final HttpServer server;
    private final ExecutorService threads;

    private Routes(Publisher publisher, Connections connections, HttpServer server, int threads) {
        this.publisher = publisher;
        this.connections = connections;
        this.server = server;
        this.threads = Executors.newFixedThreadPool(threads);
    }

    /** Starts the server; each request that waits for a platform has a thread. */
    static Routes start(Publisher publisher, Connections connections, int port, int threads) throws IOException {
        // Without it the last packet of a response waits for an acknowledgement.
        System.setProperty("sun.net.httpserver.nodelay", "true");
        HttpServer server = HttpServer.create(new InetSocketAddress(port), BACKLOG);
        Routes routes = new Routes(publisher, connections, server, threads);
        server.setExecutor(routes.threads);
        server.createContext("/", routes::serve);
        server.start();
        return routes;
    }

    int port() {
        return server.getAddress().getPort();
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            Answer answer;
            try {
                answer = answer(exchange);
            } catch (InvalidRequestException e) {
                answer = Answer.invalid(400, String.valueOf(e.getMessage()));
            } catch (TokenException e) {
                answer = Answer.invalid(503, e.problem().advice());
            } catch (RuntimeException e) {
                answer = Answer.invalid(500, "an unexpected error occurred");
            }
            send(exchange, answer);
        }
    }

    private Answer answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        String[] parts = path.split("/", -1);
        return switch (exchange.getRequestMethod() + " " + path) {
            case "POST /api/oauth/validate-token" -> {
                Fields fields = fields(exchange);
                yield publisher.validate(fields.user(), fields.platform());
            }
            case "POST /api/oauth/refresh-token" -> {
                Fields fields = fields(exchange);
                yield publisher.refresh(fields.user(), fields.platform());
            }
            case "POST /api/publish-with-token-refresh" ->
                publisher.publish(fields(exchange).draft());
            default -> get(exchange, parts);
        };
    }

    private Answer get(HttpExchange exchange, String[] parts) throws IOException {
        boolean isGet = exchange.getRequestMethod().equals("GET");
        if (isGet && parts.length == 4 && parts[1].equals("api") && parts[2].equals("quota-status")) {
            return publisher.quota(user(parts[3]));
        }
        if (isGet && parts.length == 4 && parts[1].equals("connect")) {
            String page = connections
                    .connect(publisher.platform(parts[2]), user(parts[3]))
                    .toString();
            exchange.getResponseHeaders().set("Location", page);
            return new Answer(302, Map.of());
        }
        if (isGet && parts.length == 3 && parts[1].equals("connected")) {
            String query =
                    Optional.ofNullable(exchange.getRequestURI().getRawQuery()).orElse("");
            return connections.connected(publisher.platform(parts[2]), query);
        }
        return Answer.invalid(404, "there is no such route");
    }

    private static long user(String text) throws InvalidRequestException {
        if (!text.matches("[1-9]\\d{0,14}")) {
            throw new InvalidRequestException("userId is not a positive number");
        }
        return Long.parseLong(text);
    }

    private Fields fields(HttpExchange exchange) throws IOException {
        byte[] bytes = exchange.getRequestBody().readNBytes(MOST_BYTES + 1);
        if (bytes.length > MOST_BYTES) {
            throw new InvalidRequestException("the body has more than " + MOST_BYTES + " bytes");
        }
        return new Fields(Json.object(new String(bytes, StandardCharsets.UTF_8))
                .orElseThrow(() -> new InvalidRequestException("the body is not a JSON object")));
    }

    /** The members of a request body. */
    private final class Fields {
        private final Map<String, Object> members;

        Fields(Map<String, Object> members) {
            this.members = members;
        }

        long user() throws InvalidRequestException {
            Object value = required("userId");
            if (value instanceof Double number && number == Math.rint(number) && number < 1e15) {
                return Routes.user(Long.toString(number.longValue()));
            }
            throw new InvalidRequestException("userId is not a positive number");
        }

        Platform platform() throws InvalidRequestException {
            return publisher.platform(text("platform"));
        }

        Draft draft() throws InvalidRequestException {
            long user = user();
            Platform platform = platform();
            String content = text("content");
            Optional<String> reason = platform.whyMediaIsRequired();
            if (members.get("media") == null) {
                if (reason.isPresent()) {
                    throw new InvalidRequestException(reason.get());
                }
                return new Draft(user, platform, content, Optional.empty());
            }
            return new Draft(user, platform, content, Optional.of(text("media")));
        }

        private String text(String name) throws InvalidRequestException {
            if (required(name) instanceof String text && !text.isBlank()) {
                return text;
            }
            throw new InvalidRequestException(name + " is not a text");
        }

        private Object required(String name) throws InvalidRequestException {
            return Optional.ofNullable(members.get(name))
                    .orElseThrow(() -> new InvalidRequestException(name + " is missing"));
        }
    }

    private static void send(HttpExchange exchange, Answer answer) throws IOException {
        byte[] body = Json.text(answer.body()).getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json; charset=utf-8");
        exchange.sendResponseHeaders(answer.status(), body.length);
        exchange.getResponseBody().write(body);
    }

    /** Stops the server; requests in progress have a second to end. */
    @Override
    public void close() {
        server.stop(1);
        threads.shutdown();
    }
}
