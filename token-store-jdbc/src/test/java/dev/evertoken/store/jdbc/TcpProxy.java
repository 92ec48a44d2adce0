package dev.evertoken.store.jdbc;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A loopback proxy between client and server that drops traffic on request. Thread-safe. */
final class TcpProxy implements AutoCloseable {

    private final ServerSocket listener;
    private final int target;
    private final Queue<Socket> sockets = new ConcurrentLinkedQueue<>();
    private final ExecutorService pumps = Executors.newCachedThreadPool();
    private volatile boolean responsesAreLost;
    private volatile boolean requestsAreLost;
    private volatile boolean isDown;

    private TcpProxy(int target) throws IOException {
        this.target = target;
        this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    static TcpProxy to(int port) {
        try {
            TcpProxy proxy = new TcpProxy(port);
            proxy.pumps.execute(proxy::accept);
            return proxy;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int port() {
        return listener.getLocalPort();
    }

    /** Drops all further responses; requests still arrive. */
    void loseResponses() {
        responsesAreLost = true;
    }

    /** Drops all further requests. */
    void loseRequests() {
        requestsAreLost = true;
    }

    /** Closes every connection and every new one, like a stopped server. */
    void down() {
        isDown = true;
        cut();
    }

    /** Forwards everything again. */
    void heal() {
        isDown = false;
        responsesAreLost = false;
        requestsAreLost = false;
    }

    /** Closes every connection; new ones work. */
    void cut() {
        for (Socket socket = sockets.poll(); socket != null; socket = sockets.poll()) {
            close(socket);
        }
    }

    @Override
    public void close() {
        close(listener);
        cut();
        pumps.shutdownNow();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listener.accept();
                if (isDown) {
                    client.close();
                    continue;
                }
                Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
                sockets.add(client);
                sockets.add(server);
                pumps.execute(() -> pump(client, server, true));
                pumps.execute(() -> pump(server, client, false));
            }
        } catch (IOException e) {
            close(listener); // the end of the test
        }
    }

    private void pump(Socket from, Socket to, boolean requests) {
        byte[] bytes = new byte[8192];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int read = in.read(bytes); read >= 0; read = in.read(bytes)) {
                if (requests ? !requestsAreLost : !responsesAreLost) {
                    out.write(bytes, 0, read);
                    out.flush();
                }
            }
        } catch (IOException e) {
            close(from); // closed by either side or by this proxy
        } finally {
            close(to);
        }
    }

    private static void close(AutoCloseable resource) {
        try {
            resource.close();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
