package dev.evertoken.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Where the browser comes back to: a free port of the loopback interface (RFC 8252 section 7.3). Anybody on this
 * machine can knock; whether a redirect is the awaited one is for the library to say. Thread-safe.
 */
final class LoopbackRedirect implements AutoCloseable {

    private static final String PATH = "/callback";
    private static final byte[] PAGE =
            "<!doctype html><title>Evertoken</title><p>Thank you. You can close this page.".getBytes(UTF_8);

    private final HttpServer server;
    private final BlockingQueue<URI> redirects = new LinkedBlockingQueue<>();

    private LoopbackRedirect(HttpServer server) {
        this.server = server;
    }

    static LoopbackRedirect open() throws IOException {
        InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
        LoopbackRedirect redirect = new LoopbackRedirect(HttpServer.create(new InetSocketAddress(loopback, 0), 0));
        redirect.server.createContext("/", redirect::serve);
        redirect.server.start();
        return redirect;
    }

    /** Returns the redirect URI; the provider has to accept any port in it. */
    URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + PATH);
    }

    /** Returns the next address that a browser came back with; empty if none came in time. */
    Optional<URI> await(Duration patience) {
        try {
            return Optional.ofNullable(redirects.poll(patience.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            boolean meant = exchange.getRequestURI().getPath().equals(PATH);
            exchange.getResponseHeaders().set("Content-Type", "text/html; charset=utf-8");
            exchange.getResponseHeaders().set("Cache-Control", "no-store");
            exchange.getResponseHeaders().set("Referrer-Policy", "no-referrer");
            exchange.sendResponseHeaders(meant ? 200 : 404, meant ? PAGE.length : -1);
            if (meant) {
                exchange.getResponseBody().write(PAGE);
                redirects.add(uri().resolve(exchange.getRequestURI()));
            }
        }
    }

    @Override
    public void close() {
        server.stop(1);
    }
}
