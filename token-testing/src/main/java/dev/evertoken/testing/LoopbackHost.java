package dev.evertoken.testing;

import java.io.IOException;
import java.net.URI;
import java.util.Optional;
import java.util.function.Function;

/** The providers' own server, which sends their bytes as they write them. Thread-safe. */
final class LoopbackHost implements MockHost {

    /** Responds to one request; returns whether the connection can be used for another. */
    @FunctionalInterface
    interface Responder {
        boolean respond(MockConnection connection, RawRequest request) throws IOException, InterruptedException;
    }

    private final RawServer server;

    LoopbackHost(Responder responder) {
        this.server = RawServer.start(connection -> handle(connection, responder));
    }

    private static void handle(RawConnection connection, Responder responder) throws IOException, InterruptedException {
        boolean open = true;
        while (open) {
            Optional<RawRequest> request = connection.readRequest();
            if (request.isEmpty()) {
                return;
            }
            open = responder.respond(connection, request.get())
                    && !request.get()
                            .header("Connection")
                            .filter("close"::equalsIgnoreCase)
                            .isPresent();
        }
    }

    int connections() {
        return server.connections();
    }

    @Override
    public void mount(Function<RawRequest, HostedResponse> providers) {
        throw new UnsupportedOperationException("this server has its providers from the start");
    }

    @Override
    public String basePath() {
        return "";
    }

    @Override
    public URI address(String path) {
        return server.address(path);
    }

    @Override
    public void keepMounted() {}

    @Override
    public void unmount() {
        server.close();
    }
}
