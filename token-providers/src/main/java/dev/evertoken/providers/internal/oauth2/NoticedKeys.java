package dev.evertoken.providers.internal.oauth2;

import dev.evertoken.providers.internal.oauth2.TlsSockets.CertificateRequest;
import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * Presents the client certificate of other keys, or none, and records for which sockets one was requested. Thread-safe.
 */
final class NoticedKeys extends X509ExtendedKeyManager {

    private final Optional<X509ExtendedKeyManager> keys;
    private final Map<Socket, CertificateRequest> requests;

    /** @param requests the sockets of calls in progress */
    NoticedKeys(Optional<X509ExtendedKeyManager> keys, Map<Socket, CertificateRequest> requests) {
        this.keys = keys;
        this.requests = requests;
    }

    @Override
    public @Nullable String chooseClientAlias(
            String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
        String alias = keys.map(own -> own.chooseClientAlias(keyTypes, issuers, socket))
                .orElse(null);
        if (socket != null) {
            requests.computeIfPresent(
                    socket,
                    (any, before) -> alias == null ? CertificateRequest.UNANSWERED : CertificateRequest.ANSWERED);
        }
        return alias;
    }

    @Override
    public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
        return keys.map(own -> own.getClientAliases(keyType, issuers)).orElse(null);
    }

    @Override
    public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
        return null;
    }

    @Override
    public @Nullable String chooseServerAlias(String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return null;
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(String alias) {
        return keys.map(own -> own.getCertificateChain(alias)).orElse(null);
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(String alias) {
        return keys.map(own -> own.getPrivateKey(alias)).orElse(null);
    }
}
