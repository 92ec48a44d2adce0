package dev.evertoken.providers.internal.oauth2;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLSocketFactory;

/** The TLS sockets of one call; see {@link TlsSockets}. Thread-safe. */
final class CallSockets extends SSLSocketFactory implements AutoCloseable {

    private final SSLSocketFactory sockets;
    private final Map<Socket, Boolean> requested;
    private final List<Socket> own = new CopyOnWriteArrayList<>();

    /** @param requested whether a server requested a certificate, for the sockets of all calls */
    CallSockets(SSLSocketFactory sockets, Map<Socket, Boolean> requested) {
        this.sockets = sockets;
        this.requested = requested;
    }

    /** Returns whether a server requested a client certificate in this call. */
    boolean wereAskedForACertificate() {
        return own.stream().anyMatch(socket -> requested.getOrDefault(socket, false));
    }

    @Override
    public Socket createSocket(Socket connected, String host, int port, boolean autoClose) throws IOException {
        Socket socket = sockets.createSocket(connected, host, port, autoClose);
        requested.put(socket, false);
        own.add(socket);
        return socket;
    }

    @Override
    public String[] getDefaultCipherSuites() {
        return sockets.getDefaultCipherSuites();
    }

    @Override
    public String[] getSupportedCipherSuites() {
        return sockets.getSupportedCipherSuites();
    }

    @Override
    public Socket createSocket(String host, int port) {
        throw onlyOverConnected();
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress local, int localPort) {
        throw onlyOverConnected();
    }

    @Override
    public Socket createSocket(InetAddress host, int port) {
        throw onlyOverConnected();
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) {
        throw onlyOverConnected();
    }

    private static UnsupportedOperationException onlyOverConnected() {
        return new UnsupportedOperationException("TLS sockets are created over connected sockets only");
    }

    /** Forgets the sockets, which the call has closed. */
    @Override
    public void close() {
        for (Socket socket : own) {
            requested.remove(socket);
        }
    }
}
