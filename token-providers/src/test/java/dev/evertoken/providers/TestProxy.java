package dev.evertoken.providers;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** An HTTP proxy for tunnels (RFC 9110 section 9.3.6), which may require credentials. All names lead to loopback. */
public final class TestProxy implements AutoCloseable {

    private final ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final String refusal;
    private final String required;

    private TestProxy(String refusal, String required) throws IOException {
        this.refusal = refusal;
        this.required = required;
        threads.execute(this::accept);
    }

    /** Returns a proxy that lets every request pass. */
    public static TestProxy open() throws IOException {
        return new TestProxy("", "");
    }

    /** Returns a proxy that requires credentials. */
    public static TestProxy requiring(String user, String password) throws IOException {
        String pair = Base64.getEncoder().encodeToString((user + ":" + password).getBytes(ISO_8859_1));
        return new TestProxy(
                LoopbackServer.head(407, "Proxy-Authenticate: Basic realm=\"desk\"", "Content-Length: 0"),
                "proxy-authorization: basic " + pair);
    }

    /** Returns a proxy that responds to every request with this text. */
    public static TestProxy responding(String response) throws IOException {
        return new TestProxy(response, "no request has this line");
    }

    public String host() {
        return "127.0.0.1";
    }

    public int port() {
        return listening.getLocalPort();
    }

    /** Returns the heads of the requests. */
    public List<String> requests() {
        return requests;
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Socket socket = listening.accept();
                threads.execute(() -> serve(socket));
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private void serve(Socket client) {
        try (client) {
            while (true) {
                String head = head(client.getInputStream());
                if (head.isEmpty()) {
                    return;
                }
                requests.add(head);
                if (required.isEmpty()
                        || head.lines().anyMatch(line -> line.regionMatches(true, 0, required, 0, required.length()))) {
                    tunnel(client, Integer.parseInt(head.replaceFirst("(?s)CONNECT [^ ]*:(\\d+) .*", "$1")));
                    return;
                }
                client.getOutputStream().write(refusal.getBytes(ISO_8859_1));
            }
        } catch (IOException e) {
            return; // one side disconnected
        }
    }

    private void tunnel(Socket client, int port) throws IOException {
        try (Socket server = new Socket(InetAddress.getLoopbackAddress(), port)) {
            client.getOutputStream().write("HTTP/1.1 200 Connection established\r\n\r\n".getBytes(ISO_8859_1));
            threads.execute(() -> copy(server, client));
            client.getInputStream().transferTo(server.getOutputStream());
        }
    }

    private static void copy(Socket from, Socket to) {
        try (from;
                to;
                OutputStream out = to.getOutputStream()) {
            from.getInputStream().transferTo(out);
        } catch (IOException e) {
            return; // one side disconnected
        }
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder text = new StringBuilder();
        while (text.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                return "";
            }
            text.append((char) next);
        }
        return text.toString();
    }

    @Override
    public void close() throws IOException {
        listening.close();
        threads.shutdownNow();
    }
}
