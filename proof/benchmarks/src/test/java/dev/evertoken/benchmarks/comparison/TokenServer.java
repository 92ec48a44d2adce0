package dev.evertoken.benchmarks.comparison;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A token endpoint on this machine that rotates its refresh tokens: each is accepted once, and a second use is answered
 * with {@code invalid_grant}. Thread-safe; must be closed.
 */
final class TokenServer implements AutoCloseable {

    private static final Pattern REFRESH_TOKEN = Pattern.compile("(?:^|&)refresh_token=([^&]*)");
    private static final int HOUR = 3600;

    static {
        // A response is written in two parts; without this, the second one waits for an acknowledgment.
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Set<String> spent = ConcurrentHashMap.newKeySet();
    private final AtomicInteger requests = new AtomicInteger();
    private final HttpServer server;
    private volatile int delayMillis;
    private volatile int lifetimeSeconds = HOUR;
    private volatile boolean down;
    private volatile boolean ended;

    private TokenServer(HttpServer server) {
        this.server = server;
    }

    static TokenServer start() throws IOException {
        TokenServer started =
                new TokenServer(HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1000));
        started.server.createContext("/", started::respond);
        started.server.setExecutor(started.threads);
        started.server.start();
        return started;
    }

    URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/token");
    }

    /** Returns the address of revocations, which always succeed. */
    URI revocation() {
        return endpoint().resolve("/revoke");
    }

    /** Returns the number of requests since the start or the last call. */
    int takeRequests() {
        return requests.getAndSet(0);
    }

    int requests() {
        return requests.get();
    }

    TokenServer delay(int millis) {
        delayMillis = millis;
        return this;
    }

    TokenServer lifetime(int seconds) {
        lifetimeSeconds = seconds;
        return this;
    }

    /** From now on each response has status 503. */
    TokenServer down() {
        down = true;
        return this;
    }

    /** From now on each response is {@code invalid_grant}. */
    TokenServer ended() {
        ended = true;
        return this;
    }

    private void respond(HttpExchange exchange) throws IOException {
        String form = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        int number = requests.incrementAndGet();
        pause();
        if (exchange.getRequestURI().getPath().equals("/revoke")) {
            send(exchange, 200, "{}");
        } else if (down) {
            send(exchange, 503, "{\"error\":\"temporarily_unavailable\"}");
        } else if (ended || !isFirstUse(form)) {
            pause(); // the answer of a lost race arrives after that of the winner
            send(exchange, 400, "{\"error\":\"invalid_grant\"}");
        } else {
            send(exchange, 200, issued(number));
        }
    }

    private boolean isFirstUse(String form) {
        Matcher matcher = REFRESH_TOKEN.matcher(form);
        return matcher.find() && spent.add(URLDecoder.decode(matcher.group(1), StandardCharsets.UTF_8));
    }

    private String issued(int number) {
        String unique = number + "-" + Long.toHexString(System.nanoTime());
        return "{\"access_token\":\"access-" + unique + "\",\"refresh_token\":\"refresh-" + unique
                + "\",\"token_type\":\"Bearer\",\"expires_in\":" + lifetimeSeconds + "}";
    }

    private static void send(HttpExchange exchange, int status, String json) throws IOException {
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private void pause() {
        try {
            if (delayMillis > 0 && closed.await(delayMillis, TimeUnit.MILLISECONDS)) {
                throw new IllegalStateException("the server is closed");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
