package dev.evertoken.providers.internal.oauth2;

import dev.evertoken.providers.internal.oauth2.TlsSockets.CertificateRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLSocketFactory;

/** The TLS sockets of one call; see {@link TlsSockets}. Thread-safe. */
final class CallSockets extends SSLSocketFactory implements AutoCloseable {

    private final SSLSocketFactory sockets;
    private final Map<Socket, CertificateRequest> requests;
    private final List<Socket> own = new CopyOnWriteArrayList<>();

    /** @param requests whether a server requested a certificate, for the sockets of all calls */
    CallSockets(SSLSocketFactory sockets, Map<Socket, CertificateRequest> requests) {
        this.sockets = sockets;
        this.requests = requests;
    }

    /** Returns whether a server requested a client certificate in this call, and whether one was presented. */
    CertificateRequest certificateRequest() {
        return own.stream()
                .map(socket -> requests.getOrDefault(socket, CertificateRequest.NONE))
                .max(Comparator.naturalOrder())
                .orElse(CertificateRequest.NONE);
    }

    @Override
    public Socket createSocket(Socket connected, String host, int port, boolean autoClose) throws IOException {
        Socket socket = sockets.createSocket(connected, host, port, autoClose);
        requests.put(socket, CertificateRequest.NONE);
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
            requests.remove(socket);
        }
    }
}
