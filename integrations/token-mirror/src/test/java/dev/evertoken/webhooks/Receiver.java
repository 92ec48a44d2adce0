package dev.evertoken.webhooks;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A receiver of webhooks on loopback that records what arrives. Thread-safe. */
final class Receiver implements AutoCloseable {

    /** A message as it arrived. */
    record Message(Map<String, List<String>> headers, String text) {

        @Nullable
        String header(String name) {
            return headers.entrySet().stream()
                    .filter(entry -> entry.getKey().equalsIgnoreCase(name))
                    .map(entry -> entry.getValue().get(0))
                    .findFirst()
                    .orElse(null);
        }

        byte[] body() {
            return text.getBytes(UTF_8);
        }
    }

    /** A response: its status and one header. */
    record Reply(int status, String header, String value) {
        static Reply of(int status) {
            return new Reply(status, "x-nothing", "");
        }
    }

    private final HttpServer server;
    private final BlockingQueue<Message> messages = new LinkedBlockingQueue<>();
    private final AtomicReference<Reply> reply = new AtomicReference<>(Reply.of(204));

    private Receiver(HttpServer server) {
        this.server = server;
    }

    static Receiver start() {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
            Receiver receiver = new Receiver(server);
            server.createContext("/", receiver::handle);
            server.start();
            return receiver;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/hooks?key=path-secret";
    }

    /** Sets the response to the messages from now on. */
    void replies(Reply next) {
        reply.set(next);
    }

    void replies(int status) {
        replies(Reply.of(status));
    }

    /** Returns the next message, for which it waits a while. */
    Message take() throws InterruptedException {
        Message message = messages.poll(20, TimeUnit.SECONDS);
        if (message == null) {
            throw new AssertionError("no message arrived");
        }
        return message;
    }

    /** Returns how many messages have arrived that were not taken. */
    int waiting() {
        return messages.size();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String text = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
            messages.add(new Message(Map.copyOf(exchange.getRequestHeaders()), text));
            Reply now = reply.get();
            exchange.getResponseHeaders().add(now.header(), now.value());
            exchange.sendResponseHeaders(now.status(), -1);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
