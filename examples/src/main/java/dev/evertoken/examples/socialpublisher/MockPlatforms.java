package dev.evertoken.examples.socialpublisher;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.evertoken.model.Secret;
import dev.evertoken.testing.MockProvider;
import dev.evertoken.testing.MockProviders;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToLongFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The publishing APIs of the five platforms, for the story. They accept the tokens of the mock providers, and publish
 * each post whose text contains neither {@code [500]} nor {@code [no id]} nor {@code [duplicate]}. Thread-safe.
 */
final class MockPlatforms implements AutoCloseable {

    private static final Pattern SIGNED = Pattern.compile("^OAuth (?=.*oauth_signature=).*oauth_token=\"([^\"]+)\"");
    private static final String GOOGLE = "Bearer realm=\"https://accounts.google.com/\", error=\"invalid_token\"";

    /** The user whose token expires during an upload. */
    static final String UPLOADER = "3";

    private final MockProviders providers;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newFixedThreadPool(8);
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final AtomicInteger ids = new AtomicInteger(1000);
    private final AtomicInteger posts = new AtomicInteger();
    private final MockVideos videos;
    private final Map<String, String> containers = new ConcurrentHashMap<>();
    private volatile ToLongFunction<String> latency = text -> 0;

    private MockPlatforms(MockProviders providers, HttpServer server) {
        this.providers = providers;
        this.server = server;
        this.videos = new MockVideos(providers.youtube(), UPLOADER);
        server.setExecutor(threads);
        server.createContext("/", this::serve);
        server.start();
    }

    static MockPlatforms start(MockProviders providers) throws IOException {
        System.setProperty("sun.net.httpserver.nodelay", "true");
        return new MockPlatforms(
                providers, HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1024));
    }

    /** Returns the address of the API of a registration. */
    URI address(String registration) {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/" + registration);
    }

    /** Sets the time in milliseconds after which a request about a text is answered. */
    void latency(ToLongFunction<String> millis) {
        latency = millis;
    }

    /** Returns the number of posts for which an id was returned. */
    int posts() {
        return posts.get();
    }

    MockVideos videos() {
        return videos;
    }

    /** A response; without a body if that is empty. It is sent after the time of the text that it is about. */
    record Reply(int status, Map<String, String> headers, String body, String about) {
        Reply(int status, Map<String, String> headers, String body) {
            this(status, headers, body, "");
        }

        static Reply of(int status, String body) {
            return new Reply(status, Map.of(), body);
        }

        Reply about(String text) {
            return new Reply(status, headers, body, text);
        }
    }

    private void serve(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        Reply reply = reply(exchange, body);
        long millis = latency.applyAsLong(reply.about());
        if (millis == 0) {
            send(exchange, reply);
        } else {
            var unused = timer.schedule(() -> send(exchange, reply), millis, TimeUnit.MILLISECONDS);
        }
    }

    private static void send(HttpExchange exchange, Reply reply) {
        try (exchange) {
            byte[] body = reply.body().getBytes(StandardCharsets.UTF_8);
            reply.headers().forEach(exchange.getResponseHeaders()::set);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(reply.status(), body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
        } catch (IOException e) {
            System.err.println("a mock platform could not respond: " + e.getMessage());
        }
    }

    private Reply reply(HttpExchange exchange, byte[] body) {
        String[] path = exchange.getRequestURI().getPath().split("/", 3);
        MockProvider provider = providers.provider(path[1]);
        boolean accepted = token(exchange)
                .filter(token -> provider.ledger().isAccepted(Secret.of(token)))
                .isPresent();
        if (!accepted) {
            return rejection(path[1]).about(text(exchange, body));
        }
        return path[1].equals("youtube")
                ? videos.reply(exchange, body, this::published)
                : reply(path[1], path[2], text(exchange, body));
    }

    private Reply reply(String platform, String path, String body) {
        if (path.equals("v2/userinfo")) {
            return Reply.of(200, "{\"sub\":\"782bbtaQ\"}");
        }
        if (path.equals("me/media")) {
            String container = Integer.toString(ids.incrementAndGet());
            containers.put(container, body);
            return Reply.of(200, "{\"id\":\"" + container + "\"}").about(body);
        }
        String text = path.equals("me/media_publish")
                ? containers.getOrDefault(body.substring(body.indexOf('=') + 1), "")
                : body;
        return published(platform, text);
    }

    /** Returns the body of a request, decoded if it is a form. */
    private static String text(HttpExchange exchange, byte[] body) {
        String text = new String(body, StandardCharsets.UTF_8);
        String type = exchange.getRequestHeaders().getFirst("Content-Type");
        boolean isForm = type != null && type.startsWith("application/x-www-form-urlencoded");
        return isForm ? URLDecoder.decode(text, StandardCharsets.UTF_8) : text;
    }

    private Reply published(String platform, String text) {
        return outcome(platform, text).about(text);
    }

    private Reply outcome(String platform, String text) {
        if (text.contains("[500]")) {
            return Reply.of(500, "{}");
        }
        if (text.contains("[duplicate]")) {
            return duplicate(platform);
        }
        if (text.contains("[no id]")) {
            return Reply.of(200, "{}");
        }
        posts.incrementAndGet();
        int id = ids.incrementAndGet();
        return switch (platform) {
            case "linkedin" -> new Reply(201, Map.of("x-restli-id", "urn:li:share:" + id), "{}");
            case "x-oauth1" -> Reply.of(201, "{\"data\":{\"id\":\"" + id + "\"}}");
            default -> Reply.of(200, "{\"id\":\"" + id + "\"}");
        };
    }

    private static Reply duplicate(String platform) {
        return switch (platform) {
            case "facebook" ->
                Reply.of(
                        400,
                        "{\"error\":{\"message\":\"Duplicate status message\",\"type\":\"FacebookApiException\","
                                + "\"code\":506}}");
            case "x-oauth1" ->
                Reply.of(
                        403,
                        "{\"title\":\"Forbidden\",\"type\":\"about:blank\",\"status\":403,\"detail\":"
                                + "\"You are not allowed to create a Tweet with duplicate content.\"}");
            default -> Reply.of(422, "{\"status\":422,\"message\":\"duplicate\"}");
        };
    }

    private static Reply rejection(String platform) {
        return switch (platform) {
            case "facebook", "instagram" ->
                Reply.of(
                        400,
                        "{\"error\":{\"message\":\"Error validating access token: Session has expired on Sunday\","
                                + "\"type\":\"OAuthException\",\"code\":190,\"error_subcode\":463}}");
            case "linkedin" ->
                Reply.of(
                        401,
                        "{\"status\":401,\"serviceErrorCode\":65602,\"code\":\"EXPIRED_ACCESS_TOKEN\","
                                + "\"message\":\"The token used in the request has expired\"}");
            case "x-oauth1" -> Reply.of(401, "{\"errors\":[{\"code\":89,\"message\":\"Invalid or expired token.\"}]}");
            default ->
                new Reply(
                        401,
                        Map.of("WWW-Authenticate", GOOGLE),
                        "{\"error\":{\"code\":401,\"message\":\"Invalid Credentials\",\"status\":\"UNAUTHENTICATED\","
                                + "\"errors\":[{\"reason\":\"authError\",\"domain\":\"global\"}]}}");
        };
    }

    private static Optional<String> token(HttpExchange exchange) {
        String header = Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization"))
                .orElse("");
        Matcher signed = SIGNED.matcher(header);
        if (header.startsWith("Bearer ")) {
            return Optional.of(header.substring("Bearer ".length()));
        }
        return signed.find() ? Optional.of(signed.group(1)) : Optional.empty();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
        timer.shutdownNow();
    }
}
