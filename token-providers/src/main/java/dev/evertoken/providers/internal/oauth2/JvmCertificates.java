package dev.evertoken.providers.internal.oauth2;

import java.io.File;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * The certificates that the JVM is set to: {@code javax.net.ssl.trustStore} and {@code javax.net.ssl.keyStore}.
 * Thread-safe.
 */
final class JvmCertificates {

    private static final String KEY_STORE = "javax.net.ssl.keyStore";

    private static final AtomicReference<@Nullable X509TrustManager> TRUSTED = new AtomicReference<>();

    private JvmCertificates() {}

    /** Returns the trust store, which is large: it is read once. */
    static X509TrustManager trusted() throws GeneralSecurityException {
        X509TrustManager known = TRUSTED.get();
        if (known != null) {
            return known;
        }
        X509TrustManager read = read();
        TRUSTED.set(read);
        return read;
    }

    private static X509TrustManager read() throws GeneralSecurityException {
        TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init((KeyStore) null);
        for (TrustManager manager : managers.getTrustManagers()) {
            if (manager instanceof X509TrustManager trust) {
                return trust;
            }
        }
        throw new KeyStoreException("the JVM has no trust store");
    }

    /** Returns the keys for client certificates; empty if the JVM has no key store. */
    static Optional<X509ExtendedKeyManager> presented() throws GeneralSecurityException {
        String file = System.getProperty(KEY_STORE, "");
        if (file.isEmpty() || file.equals("NONE")) {
            return Optional.empty();
        }
        char[] password = System.getProperty(KEY_STORE + "Password", "").toCharArray();
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        try {
            managers.init(KeyStore.getInstance(new File(file), password), password);
        } catch (IOException | IllegalArgumentException e) {
            throw new KeyStoreException(
                    "the key store " + file + " of " + KEY_STORE + " cannot be read: " + e.getMessage(), e);
        }
        return Arrays.stream(managers.getKeyManagers())
                .filter(X509ExtendedKeyManager.class::isInstance)
                .map(X509ExtendedKeyManager.class::cast)
                .findFirst();
    }
}
