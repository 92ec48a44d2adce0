package dev.evertoken.providers.internal.oauth2;

import dev.evertoken.model.TransportSettings;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * Creates the TLS sockets of all calls with the same settings. A server that requests a client certificate is noticed:
 * if it then ends the connection, that is the likely cause. With an {@link SSLContext} of the application, it is not,
 * and simultaneous connections to a server share that context. Thread-safe.
 */
final class TlsSockets {

    private final X509TrustManager trust;
    private final SessionContexts contexts;

    /** The sockets of calls in progress. */
    private final Map<Socket, CertificateRequest> requests;

    /** Whether the server of a connection requested a client certificate. */
    enum CertificateRequest {
        NONE,
        UNANSWERED,
        ANSWERED
    }

    private TlsSockets(X509TrustManager trust, SessionContexts contexts, Map<Socket, CertificateRequest> requests) {
        this.trust = trust;
        this.contexts = contexts;
        this.requests = requests;
    }

    /** @throws GeneralSecurityException if the certificates of the JVM cannot be used; the message names the source */
    static TlsSockets of(TransportSettings settings) throws GeneralSecurityException {
        X509TrustManager trust = settings.trust().isPresent() ? settings.trust().get() : JvmCertificates.trusted();
        Map<Socket, CertificateRequest> requests = new ConcurrentHashMap<>();
        if (settings.sslContext().isPresent()) {
            return new TlsSockets(
                    trust, SessionContexts.single(settings.sslContext().get().getSocketFactory()), requests);
        }
        KeyManager[] keys = {
            new NoticedKeys(settings.keys().isPresent() ? settings.keys() : JvmCertificates.presented(), requests)
        };
        TrustManager[] trusted = {trust};
        return new TlsSockets(trust, SessionContexts.of(new Contexts(keys, trusted)), requests);
    }

    /** Creates contexts. A named class, which loads faster than a lambda. */
    private static final class Contexts implements SessionContexts.Source {
        private final KeyManager[] keys;
        private final TrustManager[] trusted;

        Contexts(KeyManager[] keys, TrustManager[] trusted) {
            this.keys = keys;
            this.trusted = trusted;
        }

        @Override
        public SSLSocketFactory create() throws GeneralSecurityException {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys, trusted, null);
            return context.getSocketFactory();
        }
    }

    X509TrustManager trust() {
        return trust;
    }

    /** Returns the source of the names of cipher suites, the same for all contexts. */
    SSLSocketFactory suites() {
        return contexts.first();
    }

    /** Returns the sockets of one call. */
    CallSockets ofCall() {
        return new CallSockets(contexts, requests);
    }
}
