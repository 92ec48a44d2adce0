package dev.evertoken.examples.socialpublisher;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import okhttp3.ConnectionPool;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

/** Calls the routes of the publisher, as the pages of an application do. Thread-safe. */
final class Visitor implements AutoCloseable {

    private static final MediaType JSON = MediaType.get("application/json");

    private final String base;
    private final OkHttpClient http = new OkHttpClient.Builder()
            .connectionPool(new ConnectionPool(256, 1, TimeUnit.MINUTES))
            .readTimeout(60, TimeUnit.SECONDS)
            .connectTimeout(60, TimeUnit.SECONDS)
            .followRedirects(false)
            .build();

    Visitor(int port) {
        this.base = "http://127.0.0.1:" + port;
    }

    /** The status of a response, the members of its body, and its Location header. */
    record Seen(int status, Map<String, Object> body, Optional<String> location) {
        String text(String... path) {
            return Json.find(body, path).orElse("");
        }

        int number(String... path) {
            Object inner = body.get(path[0]);
            Object value = path.length == 1 ? inner : inner instanceof Map<?, ?> map ? map.get(path[1]) : null;
            return value instanceof Double number ? number.intValue() : -1;
        }
    }

    Seen publish(long user, String platform, String content) throws IOException {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("userId", user);
        body.put("platform", platform);
        body.put("content", content);
        if (platform.equals("instagram")) {
            body.put("media", "https://shop.example/picture.jpg");
        }
        if (platform.equals("youtube")) {
            body.put("media", content.startsWith("Tour") ? "video.mp4" : "short.mp4");
        }
        return post("/api/publish-with-token-refresh", Json.text(body));
    }

    Seen post(String path, String body) throws IOException {
        return send(new Request.Builder().url(base + path).post(RequestBody.create(body, JSON)));
    }

    Seen get(String path) throws IOException {
        return send(new Request.Builder().url(base + path));
    }

    Seen quota(long user) throws IOException {
        return get("/api/quota-status/" + user);
    }

    private Seen send(Request.Builder request) throws IOException {
        try (Response response = http.newCall(request.build()).execute()) {
            return new Seen(
                    response.code(),
                    Json.object(response.body().string()).orElse(Map.of()),
                    Optional.ofNullable(response.header("Location")));
        }
    }

    @Override
    public void close() {
        http.dispatcher().executorService().shutdown();
        http.connectionPool().evictAll();
    }
}
