package dev.evertoken.model;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Arrays;
import java.util.Collections;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509TrustManager;

/** Reads key stores and certificates. Messages name the source, never a password. Stateless. Thread-safe. */
final class Certificates {

    private Certificates() {}

    /** Reads a key store of any type that the JDK recognizes. */
    static KeyStore store(Path file, char[] password, String name) {
        try {
            return KeyStore.getInstance(file.toFile(), password);
        } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
            throw unreadable(name, e);
        }
    }

    /** Returns a trust store with the certificates of a PEM file. */
    static KeyStore pem(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            KeyStore trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            int number = 0;
            for (Certificate certificate :
                    CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                trusted.setCertificateEntry("ca-" + number++, certificate);
            }
            return trusted;
        } catch (IOException | GeneralSecurityException e) {
            throw unreadable("certificate file " + file, e);
        }
    }

    static X509TrustManager trusting(KeyStore store, String name) {
        try {
            if (!hasCertificate(store)) {
                throw new IllegalArgumentException(name + " has no trusted certificate");
            }
            TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            managers.init(store);
            return only(X509TrustManager.class, managers.getTrustManagers(), name);
        } catch (GeneralSecurityException e) {
            throw unreadable(name, e);
        }
    }

    static X509ExtendedKeyManager presenting(KeyStore store, char[] password, String name) {
        try {
            if (!hasKey(store)) {
                throw new IllegalArgumentException(name + " has no private key");
            }
            KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            managers.init(store, password);
            return only(X509ExtendedKeyManager.class, managers.getKeyManagers(), name);
        } catch (GeneralSecurityException e) {
            throw unreadable(name, e);
        }
    }

    private static boolean hasCertificate(KeyStore store) throws GeneralSecurityException {
        for (String alias : Collections.list(store.aliases())) {
            if (store.getCertificate(alias) != null) {
                return true;
            }
        }
        return false;
    }

    private static boolean hasKey(KeyStore store) throws GeneralSecurityException {
        for (String alias : Collections.list(store.aliases())) {
            if (store.isKeyEntry(alias)) {
                return true;
            }
        }
        return false;
    }

    private static <T> T only(Class<T> type, Object[] managers, String name) {
        return Stream.of(managers)
                .filter(type::isInstance)
                .map(type::cast)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        name + " is not supported by this JVM: " + Arrays.toString(managers)));
    }

    private static IllegalArgumentException unreadable(String name, Exception cause) {
        return new IllegalArgumentException(name + " cannot be read: " + cause.getMessage(), cause);
    }
}
