package dev.evertoken.examples.socialpublisher;

import com.sun.net.httpserver.HttpExchange;
import dev.evertoken.testing.MockProvider;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Resumable uploads of the mock of YouTube. A video whose title contains {@code [expires]} loses its token after the
 * first chunk; {@code [interrupted]} makes the second chunk fail after a part of it. Thread-safe.
 */
final class MockVideos {

    private static final Pattern RANGE = Pattern.compile("bytes (?:(\\d+)-\\d+|\\*)/(\\d+)");
    private static final int PART = 1000;

    private final MockProvider youtube;
    private final String account;
    private final Map<String, Upload> uploads = new ConcurrentHashMap<>();
    private final AtomicInteger sessions = new AtomicInteger();
    private final List<String> resumed = new CopyOnWriteArrayList<>();

    /** @param account the account whose token expires */
    MockVideos(MockProvider youtube, String account) {
        this.youtube = youtube;
        this.account = account;
    }

    private static final class Upload {
        private final String title;
        private long received;
        private int chunks;

        private Upload(String title) {
            this.title = title;
        }
    }

    /** Returns the positions at which uploads continued after an interruption. */
    List<String> resumed() {
        return List.copyOf(resumed);
    }

    MockPlatforms.Reply reply(
            HttpExchange exchange, byte[] body, BiFunction<String, String, MockPlatforms.Reply> published) {
        if (exchange.getRequestMethod().equals("POST")) {
            String session = "/youtube/session/" + sessions.incrementAndGet();
            String title = new String(body, StandardCharsets.UTF_8);
            uploads.put(session, new Upload(title));
            String address = "http://" + exchange.getRequestHeaders().getFirst("Host") + session;
            return new MockPlatforms.Reply(200, Map.of("Location", address), "").about(title);
        }
        Upload upload = uploads.get(exchange.getRequestURI().getPath());
        Matcher range = RANGE.matcher(exchange.getRequestHeaders().getFirst("Content-Range"));
        return upload == null || !range.matches()
                ? MockPlatforms.Reply.of(404, "{}")
                : received(upload, range, body.length, published);
    }

    /** Accepts a chunk only at the position that was received so far. */
    private MockPlatforms.Reply received(
            Upload upload, Matcher range, int bytes, BiFunction<String, String, MockPlatforms.Reply> published) {
        if (range.group(1) == null) {
            resumed.add(Long.toString(upload.received));
            return incomplete(upload);
        }
        if (Long.parseLong(range.group(1)) != upload.received) {
            return MockPlatforms.Reply.of(400, "{}");
        }
        upload.chunks++;
        if (upload.chunks == 2 && upload.title.contains("[interrupted]")) {
            upload.received += PART;
            return MockPlatforms.Reply.of(503, "{}");
        }
        upload.received += bytes;
        if (upload.chunks == 1 && upload.title.contains("[expires]")) {
            youtube.expire(account);
        }
        return upload.received < Long.parseLong(range.group(2))
                ? incomplete(upload)
                : published.apply("youtube", upload.title);
    }

    private static MockPlatforms.Reply incomplete(Upload upload) {
        return new MockPlatforms.Reply(308, Map.of("Range", "bytes=0-" + (upload.received - 1)), "");
    }
}
