package dev.evertoken.benchmarks.comparison;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import okio.BufferedSource;
import okio.Okio;

/**
 * A token endpoint over TLS, in a process of its own so that its CPU time is not that of the client. Its certificate is
 * created with the keytool of the JDK. It
 * prints its port, and for each byte of its input the handshakes since the last one and how many resumed a session.
 * Argument: the folder of the certificate.
 */
final class TlsServer {

    private static final String PASSWORD = "changeit";
    private static final String FILE = "server.p12";
    private static final String LENGTH = "Content-Length:";
    private static final ExecutorService THREADS = Executors.newCachedThreadPool();
    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static final AtomicInteger HANDSHAKES = new AtomicInteger();
    private static final AtomicInteger RESUMED = new AtomicInteger();

    private TlsServer() {}

    public static void main(String[] args) throws Exception {
        ServerSocket listening = context(Path.of(args[0]))
                .getServerSocketFactory()
                .createServerSocket(0, 100, InetAddress.getLoopbackAddress());
        THREADS.execute(() -> accept(listening));
        System.out.println(listening.getLocalPort());
        while (System.in.read() >= 0) {
            System.out.println(HANDSHAKES.getAndSet(0) + " " + RESUMED.getAndSet(0));
        }
        System.exit(0); // the measuring process has ended
    }

    private static void accept(ServerSocket listening) {
        while (!listening.isClosed()) {
            try {
                SSLSocket connection = (SSLSocket) listening.accept();
                THREADS.execute(() -> serve(connection));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static void serve(SSLSocket connection) {
        long accepted = System.currentTimeMillis();
        try (connection) {
            connection.setTcpNoDelay(true);
            connection.startHandshake();
            HANDSHAKES.incrementAndGet();
            if (connection.getSession().getCreationTime() < accepted) { // the session is older than the connection
                RESUMED.incrementAndGet();
            }
            respond(connection);
        } catch (IOException e) {
            return; // the client ended the connection
        }
    }

    private static void respond(SSLSocket connection) throws IOException {
        BufferedSource input = Okio.buffer(Okio.source(connection));
        while (!input.exhausted()) {
            long length = 0;
            for (String line = input.readUtf8LineStrict(); !line.isEmpty(); line = input.readUtf8LineStrict()) {
                if (line.regionMatches(true, 0, LENGTH, 0, LENGTH.length())) {
                    length = Long.parseLong(line.substring(LENGTH.length()).strip());
                }
            }
            input.skip(length);
            String unique = Integer.toString(NUMBER.incrementAndGet());
            String body = "{\"access_token\":\"access-" + unique + "\",\"refresh_token\":\"refresh-" + unique
                    + "\",\"token_type\":\"Bearer\",\"expires_in\":3600}";
            String response = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n" + LENGTH + " " + body.length()
                    + "\r\n\r\n" + body;
            connection.getOutputStream().write(response.getBytes(StandardCharsets.UTF_8));
        }
    }

    static void createCertificate(Path folder) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "server",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=127.0.0.1",
                        "-ext",
                        "SAN=ip:127.0.0.1",
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        PASSWORD,
                        "-keystore",
                        folder.resolve(FILE).toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (process.waitFor() != 0) {
            throw new IllegalStateException("keytool ended with status " + process.exitValue());
        }
    }

    /** Returns a context that has the certificate and trusts only it. */
    static SSLContext context(Path folder) throws Exception {
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys(folder), PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), new X509TrustManager[] {trust(folder)}, null);
        return context;
    }

    /** Returns a trust store with the certificate alone. */
    static KeyStore trusted(Path folder) throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("server", keys(folder).getCertificate("server"));
        return trusted;
    }

    static X509TrustManager trust(Path folder) throws Exception {
        TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(trusted(folder));
        return (X509TrustManager) managers.getTrustManagers()[0];
    }

    private static KeyStore keys(Path folder) throws Exception {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream file = Files.newInputStream(folder.resolve(FILE))) {
            keys.load(file, PASSWORD.toCharArray());
        }
        return keys;
    }
}
