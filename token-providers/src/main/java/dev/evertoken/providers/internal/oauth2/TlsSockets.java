package dev.evertoken.providers.internal.oauth2;

import dev.evertoken.model.TransportSettings;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * Creates the TLS sockets of all calls with the same settings. A server that requests a client certificate is noticed:
 * if it then ends the connection, that is the likely cause. With an {@link SSLContext} of the application, it is not.
 * Thread-safe.
 */
final class TlsSockets {

    private final X509TrustManager trust;
    private final SSLSocketFactory sockets;

    /** The sockets of calls in progress. */
    private final Map<Socket, CertificateRequest> requests;

    /** Whether the server of a connection requested a client certificate. */
    enum CertificateRequest {
        NONE,
        UNANSWERED,
        ANSWERED
    }

    /**
     * Names no issuers, because OkHttp would index all of them for each call. The index serves only certificates that
     * are pinned in OkHttp; the sockets check certificates without it.
     */
    private record WithoutIssuers(X509TrustManager trust) implements X509TrustManager {

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
            trust.checkClientTrusted(chain, authType);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
            trust.checkServerTrusted(chain, authType);
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    private TlsSockets(X509TrustManager trust, SSLSocketFactory sockets, Map<Socket, CertificateRequest> requests) {
        this.trust = new WithoutIssuers(trust);
        this.sockets = sockets;
        this.requests = requests;
    }

    /** @throws GeneralSecurityException if the certificates of the JVM cannot be used; the message names the source */
    static TlsSockets of(TransportSettings settings) throws GeneralSecurityException {
        X509TrustManager trust = settings.trust().isPresent() ? settings.trust().get() : JvmCertificates.trusted();
        Map<Socket, CertificateRequest> requests = new ConcurrentHashMap<>();
        if (settings.sslContext().isPresent()) {
            return new TlsSockets(trust, settings.sslContext().get().getSocketFactory(), requests);
        }
        KeyManager keys =
                new NoticedKeys(settings.keys().isPresent() ? settings.keys() : JvmCertificates.presented(), requests);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(new KeyManager[] {keys}, new TrustManager[] {trust}, null);
        return new TlsSockets(trust, context.getSocketFactory(), requests);
    }

    /** Returns what checks the certificates of servers, for OkHttp. */
    X509TrustManager trust() {
        return trust;
    }

    /** Returns the sockets of one call. */
    CallSockets ofCall() {
        return new CallSockets(sockets, requests);
    }
}
