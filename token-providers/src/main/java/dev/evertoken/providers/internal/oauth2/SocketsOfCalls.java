package dev.evertoken.providers.internal.oauth2;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import javax.net.ssl.SSLSocketFactory;

/** Creates the TLS sockets of the call that connects on the current thread. Thread-safe. */
final class SocketsOfCalls extends SSLSocketFactory {

    private final TlsSockets tls;

    SocketsOfCalls(TlsSockets tls) {
        this.tls = tls;
    }

    @Override
    public Socket createSocket(Socket connected, String host, int port, boolean autoClose) throws IOException {
        return CallAttempt.socket(connected, host, port, autoClose);
    }

    @Override
    public String[] getDefaultCipherSuites() {
        return tls.suites().getDefaultCipherSuites();
    }

    @Override
    public String[] getSupportedCipherSuites() {
        return tls.suites().getSupportedCipherSuites();
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
}
