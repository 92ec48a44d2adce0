package dev.evertoken.providers.internal.oauth2;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Creates the TLS sockets of all calls. No client certificate is presented, but a server that requests one is noticed:
 * if it then ends the connection, that is the likely cause. Thread-safe.
 */
final class TlsSockets {

    private final X509TrustManager trust;
    private final SSLSocketFactory sockets;
    private final NoCertificate keys = new NoCertificate();

    private TlsSockets(X509TrustManager trust) {
        this.trust = trust;
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(new KeyManager[] {keys}, new TrustManager[] {trust}, null);
            this.sockets = context.getSocketFactory();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this machine has no TLS", e);
        }
    }

    /** Returns sockets that trust the certificates of this machine's trust store. */
    static TlsSockets ofThisMachine() {
        try {
            TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            managers.init((KeyStore) null);
            for (TrustManager manager : managers.getTrustManagers()) {
                if (manager instanceof X509TrustManager trust) {
                    return new TlsSockets(trust);
                }
            }
            throw new IllegalStateException("this machine has no trust store");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the trust store of this machine cannot be read", e);
        }
    }

    /** Returns sockets that trust other certificates than those of this machine. */
    static TlsSockets trusting(X509TrustManager trust) {
        return new TlsSockets(trust);
    }

    X509TrustManager trust() {
        return trust;
    }

    /** Returns the sockets of one call. */
    CallSockets ofCall() {
        return new CallSockets(sockets, keys.requested);
    }

    /** Has no certificate, and records which sockets a certificate was requested for. Thread-safe. */
    private static final class NoCertificate extends X509ExtendedKeyManager {

        /** The sockets of calls in progress; true if a certificate was requested. */
        private final Map<Socket, Boolean> requested = new ConcurrentHashMap<>();

        @Override
        public @Nullable String chooseClientAlias(
                String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
            if (socket != null) {
                requested.replace(socket, true);
            }
            return null;
        }

        @Override
        public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
            return null;
        }

        @Override
        public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
            return null;
        }

        @Override
        public @Nullable String chooseServerAlias(
                String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
            return null;
        }

        @Override
        public X509Certificate @Nullable [] getCertificateChain(String alias) {
            return null;
        }

        @Override
        public @Nullable PrivateKey getPrivateKey(String alias) {
            return null;
        }
    }
}
