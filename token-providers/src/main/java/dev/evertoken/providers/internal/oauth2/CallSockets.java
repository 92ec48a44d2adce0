package dev.evertoken.providers.internal.oauth2;

import dev.evertoken.providers.internal.oauth2.TlsSockets.CertificateRequest;
import java.io.IOException;
import java.net.Socket;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** The TLS sockets of one call; see {@link TlsSockets}. Thread-safe. */
final class CallSockets implements AutoCloseable {

    private final SessionContexts contexts;
    private final Map<Socket, CertificateRequest> requests;
    private final List<Socket> own = new CopyOnWriteArrayList<>();
    private final List<SessionContexts.Use> used = new CopyOnWriteArrayList<>();

    /** @param requests whether a server requested a certificate, for the sockets of all calls */
    CallSockets(SessionContexts contexts, Map<Socket, CertificateRequest> requests) {
        this.contexts = contexts;
        this.requests = requests;
    }

    /** Returns whether a server requested a client certificate in this call, and whether one was presented. */
    CertificateRequest certificateRequest() {
        return own.stream()
                .map(socket -> requests.getOrDefault(socket, CertificateRequest.NONE))
                .max(Comparator.naturalOrder())
                .orElse(CertificateRequest.NONE);
    }

    /** Returns a TLS socket over a connected one. */
    Socket create(Socket connected, String host, int port, boolean autoClose) throws IOException {
        SessionContexts.Use use = contexts.begin(host, port);
        used.add(use);
        Socket socket = use.sockets().createSocket(connected, host, port, autoClose);
        requests.put(socket, CertificateRequest.NONE);
        own.add(socket);
        return socket;
    }

    /** Forgets the sockets: the call has ended, and the sessions that it created can be resumed. */
    @Override
    public void close() {
        for (Socket socket : own) {
            requests.remove(socket);
        }
        for (SessionContexts.Use use : used) {
            contexts.end(use);
        }
    }
}
