package dev.evertoken.catalogue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.evertoken.catalogue.WireTranscript.Exchange;
import dev.evertoken.catalogue.WireTranscript.Message;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A server on loopback that stands for all hosts of a transcript: the first part of a path is the host. It accepts the
 * requests of the transcript in their order, compares each byte that the transcript states, and answers anything else
 * with 500.
 */
final class WireServer implements AutoCloseable {

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Deque<Exchange> expected = new ArrayDeque<>();
    private final List<String> differences = new ArrayList<>();

    WireServer() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/", this::handle);
        server.setExecutor(threads);
        server.start();
    }

    /** Returns the address that stands for {@code https://}. */
    String prefix() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/";
    }

    /** Replaces the address of this server by the one it stands for. */
    String original(String text) {
        return text.replace(prefix(), "https://");
    }

    synchronized void expect(List<Exchange> exchanges) {
        expected.addAll(exchanges);
    }

    /** Returns what differed so far, and the requests that did not arrive. */
    synchronized List<String> differences() {
        List<String> all = new ArrayList<>(differences);
        expected.forEach(missing -> all.add("not sent: " + missing.request().first()));
        return all;
    }

    private void handle(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        Message response = respond(exchange, body);
        byte[] bytes = response.body().getBytes(StandardCharsets.UTF_8);
        for (String header : response.headers()) {
            exchange.getResponseHeaders().add(header.substring(0, header.indexOf(':')), value(header));
        }
        exchange.sendResponseHeaders(response.status(), bytes.length == 0 ? -1 : bytes.length);
        if (bytes.length > 0) {
            exchange.getResponseBody().write(bytes);
        }
        exchange.close();
    }

    private synchronized Message respond(HttpExchange exchange, String body) {
        String line = exchange.getRequestMethod() + " https:/" + exchange.getRequestURI();
        Exchange next = expected.poll();
        if (next == null) {
            differences.add("sent beyond the transcript: " + line);
            return new Message("500", List.of(), "");
        }
        List<String> found = compare(next.request(), line, exchange, body);
        if (!found.isEmpty()) {
            differences.addAll(found);
            return new Message("500", List.of(), "");
        }
        return next.response();
    }

    private static List<String> compare(Message expected, String line, HttpExchange exchange, String body) {
        List<String> found = new ArrayList<>();
        compareAddresses(expected, line, found);
        for (String header : expected.headers()) {
            if (header.startsWith("!")) {
                String name = header.substring(1);
                if (exchange.getRequestHeaders().containsKey(name)) {
                    found.add(line + ": has the header " + name);
                }
            } else {
                String name = header.substring(0, header.indexOf(':'));
                List<String> values = exchange.getRequestHeaders().getOrDefault(name, List.of());
                if (!values.equals(List.of(value(header)))) {
                    found.add(line + ": header " + name + " is " + values + " instead of " + value(header));
                }
            }
        }
        boolean form = !expected.body().startsWith("{");
        if (form ? !sameParameters(expected.body(), body) : !expected.body().equals(body)) {
            found.add(line + ": body\n  " + body + "\ninstead of\n  " + expected.body());
        }
        return found;
    }

    private static void compareAddresses(Message expected, String line, List<String> found) {
        URI wanted = expected.address();
        URI sent = URI.create(line.substring(line.indexOf(' ') + 1));
        boolean same = line.startsWith(expected.method() + " ")
                && String.valueOf(wanted.getHost()).equals(sent.getHost())
                && wanted.getRawPath().equals(sent.getRawPath())
                && sameParameters(orEmpty(wanted.getRawQuery()), orEmpty(sent.getRawQuery()));
        if (!same) {
            found.add("sent " + line + "\ninstead of " + expected.first());
        }
    }

    /** Compares encoded parameters without their order; those with the value {@code {any}} by their names. */
    static boolean sameParameters(String expected, String sent) {
        List<String> left = new ArrayList<>(Arrays.asList(sent.split("&")));
        for (String one : expected.split("&")) {
            boolean any = one.endsWith("={any}") || one.endsWith("=%7Bany%7D");
            String name = one.substring(0, one.indexOf('=') + 1);
            boolean removed = any ? removeFirst(left, name) : left.remove(one);
            if (!removed) {
                return false;
            }
        }
        return left.isEmpty();
    }

    private static boolean removeFirst(List<String> pairs, String name) {
        return pairs.stream()
                .filter(pair -> pair.startsWith(name))
                .findFirst()
                .map(pairs::remove)
                .orElse(false);
    }

    private static String value(String header) {
        return header.substring(header.indexOf(':') + 1).strip();
    }

    private static String orEmpty(String text) {
        return text == null ? "" : text;
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
