package dev.evertoken.mirror;

import dev.evertoken.testing.RawConnection;
import dev.evertoken.testing.RawRequest;
import dev.evertoken.testing.RawServer;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/** A receiver on loopback that responds to each request as the test says, and records the requests. Thread-safe. */
final class FakeReceiver implements AutoCloseable {

    static final String ACCEPTED = json(200, "{\"success\":true,\"message\":\"stored\"}");

    final List<RawRequest> requests = new CopyOnWriteArrayList<>();
    private final RawServer server = RawServer.start(this::handle);
    private volatile Responder responder = (request, connection) -> connection.write(ACCEPTED);

    /** Responds to one request. */
    interface Responder {
        void respond(RawRequest request, RawConnection connection) throws IOException, InterruptedException;
    }

    /** Returns the text of a response with a JSON body, after which the connection is closed. */
    static String json(int status, String body, String... headers) {
        String more = headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n";
        return "HTTP/1.1 " + status + " Status\r\nContent-Type: application/json\r\n" + more + "Content-Length: "
                + body.length() + "\r\nConnection: close\r\n\r\n" + body;
    }

    FakeReceiver responds(String response) {
        return responds(request -> response);
    }

    FakeReceiver responds(Function<RawRequest, String> response) {
        return does((request, connection) -> connection.write(response.apply(request)));
    }

    FakeReceiver does(Responder next) {
        responder = next;
        return this;
    }

    /** Resets each connection before a response. */
    FakeReceiver isDown() {
        return does((request, connection) -> connection.reset());
    }

    String url() {
        return server.address("").toString();
    }

    int connections() {
        return server.connections();
    }

    RawRequest last() {
        return requests.get(requests.size() - 1);
    }

    private void handle(RawConnection connection) throws IOException, InterruptedException {
        var request = connection.readRequest();
        if (request.isPresent()) {
            requests.add(request.get());
            responder.respond(request.get(), connection);
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
