package dev.evertoken.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Each connection receives exactly the bytes of its script. */
class RawServerTest {

    @Test
    void connectionsFollowTheScriptAndItsLastEntryRepeats() throws IOException {
        try (RawServer server = RawServer.start(
                connection -> connection.write("HTTP/1.1 200 OK\r\nContent-Le"),
                connection -> connection.write("bye"))) {
            assertThat(responseOf(server)).isEqualTo("HTTP/1.1 200 OK\r\nContent-Le");
            assertThat(responseOf(server)).isEqualTo("bye");
            assertThat(responseOf(server)).isEqualTo("bye");
            assertThat(server.connections()).isEqualTo(3);
        }
    }

    @Test
    void aResetReachesTheClientAsAReset() throws IOException {
        try (RawServer server = RawServer.start(connection -> {
                    connection.readRequest();
                    connection.reset();
                });
                Socket client = connected(server)) {
            client.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));

            assertThatThrownBy(() -> client.getInputStream().read())
                    .isInstanceOf(SocketException.class)
                    .hasMessageContaining("reset");
        }
    }

    @Test
    void closingTheServerReleasesAHeldHandler() throws IOException {
        Checkpoint checkpoint = new Checkpoint();
        RawServer server = RawServer.start(connection -> checkpoint.arrive());
        try (Socket client = connected(server)) {
            checkpoint.awaitArrived();

            server.close();

            assertThat(client.getInputStream().read()).isEqualTo(-1);
            assertThatThrownBy(() -> connected(server)).isInstanceOf(ConnectException.class);
        }
    }

    @Test
    void aBodyInChunksIsRead() throws IOException {
        try (RawServer server = RawServer.start(connection ->
                        connection.write(connection.readRequest().orElseThrow().body()));
                Socket client = connected(server)) {
            String request = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\na=1\r\n4\r\n&b=2\r\n0\r\n\r\n";
            client.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));

            assertThat(new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .isEqualTo("a=1&b=2");
        }
    }

    private static String responseOf(RawServer server) throws IOException {
        try (Socket client = connected(server)) {
            return new String(client.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    private static Socket connected(RawServer server) throws IOException {
        Socket client = new Socket(InetAddress.getLoopbackAddress(), server.port());
        client.setSoTimeout(10_000);
        return client;
    }
}
