package dev.evertoken.providers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/** A self-signed certificate for loopback, created with the JDK's keytool. No default trust store has it. */
public record SelfSigned(Path keyStore) {

    private static final String PASSWORD = "changeit";

    public static SelfSigned in(Path folder) throws IOException, InterruptedException {
        Path file = folder.resolve("server.p12");
        String keytool =
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        String options = "-genkeypair -alias server -keyalg EC -dname CN=127.0.0.1 -ext SAN=ip:127.0.0.1"
                + " -storetype PKCS12 -storepass " + PASSWORD;
        List<String> command = new ArrayList<>(List.of(keytool));
        command.addAll(List.of(options.split(" ", -1)));
        command.addAll(List.of("-keystore", file.toString()));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("keytool.log").toFile())
                .start();
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
        return new SelfSigned(file);
    }

    /** Returns a trust manager that trusts only this certificate. */
    public X509TrustManager trust() throws IOException, GeneralSecurityException {
        TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(trustStore());
        return (X509TrustManager) managers.getTrustManagers()[0];
    }

    /** Returns a trust store with only this certificate. */
    public KeyStore trustStore() throws IOException, GeneralSecurityException {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("server", keys().getCertificate("server"));
        return trusted;
    }

    private KeyStore keys() throws IOException, GeneralSecurityException {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(keyStore)) {
            keys.load(in, PASSWORD.toCharArray());
        }
        return keys;
    }

    public ServerSocket listen() throws IOException, GeneralSecurityException {
        return context().getServerSocketFactory().createServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    /** Listens with one version of TLS, such as {@code TLSv1.3}, and rejects clients without a certificate. */
    public ServerSocket listenToClientsWithCertificate(String protocol) throws IOException, GeneralSecurityException {
        SSLServerSocket listening = (SSLServerSocket) listen();
        listening.setEnabledProtocols(new String[] {protocol});
        listening.setNeedClientAuth(true);
        return listening;
    }

    /** Returns the TLS of a server over an accepted connection. */
    public SSLSocket over(Socket connection) throws IOException, GeneralSecurityException {
        SSLSocket socket = (SSLSocket) context().getSocketFactory().createSocket(connection, null, false);
        socket.setUseClientMode(false);
        return socket;
    }

    private SSLContext context() throws IOException, GeneralSecurityException {
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys(), PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), new TrustManager[] {trust()}, null);
        return context;
    }
}
