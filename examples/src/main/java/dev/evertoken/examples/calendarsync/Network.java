package dev.evertoken.examples.calendarsync;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.evertoken.examples.setup.Patience;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The way from the backend to the agent, which can fail. It records the messages. Thread-safe. */
final class Network implements AutoCloseable {

    /** What happens to a message on its way. */
    enum Condition {
        /** The agent receives it, and its reply is returned. */
        WORKS,
        /** Nothing listens at the address. */
        UNREACHABLE,
        /** It is answered with 500 before it reaches the agent. */
        ANSWERS_500,
        /** It gets no answer. */
        HANGS
    }

    /** A message, and the reply that it got; status 0 if it got none. */
    record Message(String method, String path, Map<String, String> headers, String body, Reply reply) {

        /** Sends the message to the agent, maybe to another path; returns the reply. */
        Reply sendTo(URI agent, String otherPath) {
            return HttpCall.send(method, agent.resolve(otherPath), headers, body.getBytes(StandardCharsets.UTF_8));
        }

        String line() {
            return method + " " + path + " -> " + reply.status();
        }
    }

    private static final List<String> FORWARDED = List.of("authorization", "content-type");
    private static final Reply NONE = new Reply(0, "");

    private final List<Message> messages = new CopyOnWriteArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final URI address;
    private volatile URI agent;
    private volatile Condition condition = Condition.WORKS;
    private volatile HttpServer server;

    private Network(HttpServer server, URI agent) {
        this.server = server;
        this.address = Service.address(server);
        this.agent = agent;
    }

    static Network to(URI agent) throws IOException {
        HttpServer server = Service.port(URI.create("http://127.0.0.1:0"));
        Network network = new Network(server, agent);
        network.listen(server);
        return network;
    }

    private void listen(HttpServer port) {
        port.createContext("/", this::carry);
        port.setExecutor(threads);
        port.start();
    }

    /** Returns the address that the backend sends to. */
    URI address() {
        return address;
    }

    /** Leads to an agent at another address. */
    void leadTo(URI other) {
        agent = other;
    }

    void becomes(Condition next) throws IOException {
        if (next == Condition.UNREACHABLE) {
            server.stop(0);
        } else if (condition == Condition.UNREACHABLE) {
            server = Service.port(address);
            listen(server);
        }
        condition = next;
    }

    private void carry(HttpExchange exchange) throws IOException {
        Message message = read(exchange, NONE);
        if (condition == Condition.HANGS) {
            messages.add(message);
            return; // the exchange stays open without a response
        }
        try (exchange) {
            Reply reply = condition == Condition.WORKS
                    ? forwarded(message, exchange.getRequestURI().toString())
                    : Reply.failure(500, "out of memory");
            messages.add(new Message(message.method(), message.path(), message.headers(), message.body(), reply));
            byte[] body = reply.body().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(reply.status(), body.length);
            exchange.getResponseBody().write(body);
        }
    }

    /** Returns the agent's reply, or that of a gateway if the agent is down. */
    private Reply forwarded(Message message, String pathAndQuery) {
        try {
            return message.sendTo(agent, pathAndQuery);
        } catch (UncheckedIOException e) {
            return Reply.failure(502, "bad gateway");
        }
    }

    private static Message read(HttpExchange exchange, Reply reply) throws IOException {
        Map<String, String> headers = new LinkedHashMap<>();
        exchange.getRequestHeaders().forEach((name, values) -> {
            String lower = name.toLowerCase(Locale.ROOT);
            if (FORWARDED.contains(lower) || lower.startsWith("evertoken-")) {
                headers.put(name, values.get(0));
            }
        });
        return new Message(
                exchange.getRequestMethod(),
                exchange.getRequestURI().getRawPath(),
                headers,
                new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8),
                reply);
    }

    /** Returns the number of messages so far. */
    int count() {
        return messages.size();
    }

    /** Waits for a message after the first {@code before} ones, with a status; returns it. */
    Message await(int before, int status) {
        Patience.until(
                "a message with status " + status, () -> find(before, status).isPresent());
        return find(before, status).orElseThrow();
    }

    private Optional<Message> find(int before, int status) {
        return messages.stream()
                .skip(before)
                .filter(one -> one.reply().status() == status)
                .findFirst();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
