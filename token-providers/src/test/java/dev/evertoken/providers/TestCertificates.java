package dev.evertoken.providers;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.Objects;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.TrustManagerFactory;

/**
 * Certificates of an authority that no JVM trusts: {@code server} for loopback, {@code elsewhere} for another host,
 * {@code expired}, and {@code client}. {@code stranger} is self-signed. The script beside the resources creates them.
 */
public final class TestCertificates {

    public static final String PASSWORD = "changeit";

    private TestCertificates() {}

    /** Returns a trust store with the authority. */
    public static KeyStore authority() {
        try {
            KeyStore trusted = empty();
            trusted.setCertificateEntry("ca", all().getCertificate("ca"));
            return trusted;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns a key store with one certificate and its key. */
    public static KeyStore keyStore(String alias) {
        try {
            KeyStore one = empty();
            char[] password = PASSWORD.toCharArray();
            Certificate[] chain = all().getCertificateChain(alias);
            one.setKeyEntry(alias, all().getKey(alias, password), password, chain);
            return one;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns a key store with a certificate that no authority issued. */
    public static KeyStore selfSigned() {
        return keyStore("stranger");
    }

    /** Writes a key store to a file. */
    public static Path write(KeyStore store, Path file) throws IOException, GeneralSecurityException {
        try (var out = Files.newOutputStream(file)) {
            store.store(out, PASSWORD.toCharArray());
        }
        return file;
    }

    /** Writes the authority to a PEM file. */
    public static Path writePem(Path file) throws IOException {
        try (InputStream in = resource("ca.pem")) {
            Files.copy(in, file);
        }
        return file;
    }

    /** Listens on loopback with a certificate. */
    public static ServerSocket listen(String alias) throws IOException {
        return context(keyStore(alias))
                .getServerSocketFactory()
                .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    /** Listens on loopback, and accepts only clients with a certificate of the authority. */
    public static ServerSocket listenToClientsWithCertificate() throws IOException {
        SSLServerSocket listening = (SSLServerSocket) listen("server");
        listening.setNeedClientAuth(true);
        return listening;
    }

    /** Returns TLS that trusts the authority and presents the certificate of a key store. */
    public static SSLContext context(KeyStore keys) {
        try {
            KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            own.init(keys, PASSWORD.toCharArray());
            TrustManagerFactory trusted = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trusted.init(authority());
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(own.getKeyManagers(), trusted.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static KeyStore all() {
        try (InputStream in = resource("certificates.p12")) {
            KeyStore keys = KeyStore.getInstance("PKCS12");
            keys.load(in, PASSWORD.toCharArray());
            return keys;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static KeyStore empty() throws GeneralSecurityException {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            return store;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static InputStream resource(String name) {
        return Objects.requireNonNull(TestCertificates.class.getResourceAsStream("tls/" + name), name);
    }
}
