package dev.evertoken.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.evertoken.spi.provider.Endpoints;
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
 * A redirect to a port of the loopback interface (RFC 8252 section 7.3). Any process on this machine can send a request
 * to it; the library checks whether a redirect belongs to the pending authorization. Thread-safe.
 */
final class LoopbackRedirect implements Redirect {

    private static final String PATH = "/callback";
    private static final byte[] PAGE =
            "<!doctype html><title>Evertoken</title><p>Thank you. You can close this page.".getBytes(UTF_8);

    private final HttpServer server;
    private final URI uri;
    private final BlockingQueue<URI> redirects = new LinkedBlockingQueue<>();

    private LoopbackRedirect(HttpServer server, URI uri) {
        this.server = server;
        this.uri = uri;
    }

    /** Returns whether a redirect URI is a port of this machine. */
    static boolean serves(URI registered) {
        return "http".equals(registered.getScheme()) && Endpoints.isLoopback(registered) && registered.getPort() > 0;
    }

    /** Opens the port of a registered redirect URI; any free port if there is none. */
    static LoopbackRedirect open(Optional<URI> registered) throws IOException {
        InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
        int port = registered.map(URI::getPort).orElse(0);
        HttpServer server = HttpServer.create(new InetSocketAddress(loopback, port), 0);
        URI uri = registered.orElseGet(
                () -> URI.create("http://127.0.0.1:" + server.getAddress().getPort() + PATH));
        LoopbackRedirect redirect = new LoopbackRedirect(server, uri);
        server.createContext("/", redirect::serve);
        server.start();
        return redirect;
    }

    @Override
    public URI uri() {
        return uri;
    }

    @Override
    public String instruction() {
        return "Open this address in a browser on this machine:";
    }

    @Override
    public Optional<URI> await(Duration patience) {
        try {
            return Optional.ofNullable(redirects.poll(patience.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            boolean matches = exchange.getRequestURI().getPath().equals(uri.getPath());
            exchange.getResponseHeaders().set("Content-Type", "text/html; charset=utf-8");
            exchange.getResponseHeaders().set("Cache-Control", "no-store");
            exchange.getResponseHeaders().set("Referrer-Policy", "no-referrer");
            exchange.sendResponseHeaders(matches ? 200 : 404, matches ? PAGE.length : -1);
            if (matches) {
                exchange.getResponseBody().write(PAGE);
                redirects.add(uri.resolve(exchange.getRequestURI()));
            }
        }
    }

    @Override
    public void close() {
        server.stop(1);
    }
}
