package dev.evertoken.benchmarks.comparison;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * An HTTP server on this machine that answers each request without a body with the same response, at the least cost,
 * so that the cost of a client is seen. Thread-safe; must be closed.
 */
final class LoopbackServer implements AutoCloseable {

    private static final byte[] RESPONSE = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok"
            .getBytes(StandardCharsets.UTF_8);
    private static final int END_OF_HEADERS = ('\r' << 24) | ('\n' << 16) | ('\r' << 8) | '\n';
    private static final int BUFFER = 4096;

    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "loopback-server");
        thread.setDaemon(true);
        return thread;
    });
    private final ServerSocket socket;

    private LoopbackServer(ServerSocket socket) {
        this.socket = socket;
    }

    static LoopbackServer start() throws IOException {
        LoopbackServer server = new LoopbackServer(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
        server.threads.execute(server::accept);
        return server;
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + socket.getLocalPort() + "/resource");
    }

    private void accept() {
        while (!socket.isClosed()) {
            try {
                Socket connection = socket.accept();
                threads.execute(() -> serve(connection));
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private static void serve(Socket connection) {
        try (connection) {
            connection.setTcpNoDelay(true);
            InputStream input = connection.getInputStream();
            byte[] buffer = new byte[BUFFER];
            int last = 0;
            for (int length = input.read(buffer); length >= 0; length = input.read(buffer)) {
                for (int index = 0; index < length; index++) {
                    last = (last << 8) | buffer[index];
                    if (last == END_OF_HEADERS) {
                        connection.getOutputStream().write(RESPONSE);
                    }
                }
            }
        } catch (IOException e) {
            return; // the client ended the connection
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
        threads.shutdownNow();
    }
}
