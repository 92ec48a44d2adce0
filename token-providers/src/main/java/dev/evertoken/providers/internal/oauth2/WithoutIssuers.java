package dev.evertoken.providers.internal.oauth2;

import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.X509TrustManager;

/**
 * A trust manager for OkHttp that names no issuers. OkHttp asks for them to compare pinned certificates, which this
 * library has none of, and sorts all of them when a client is created. TLS connections use the trust manager itself.
 * Thread-safe.
 */
record WithoutIssuers(X509TrustManager trust) implements X509TrustManager {

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
