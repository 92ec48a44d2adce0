package dev.evertoken.store.redis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import redis.clients.jedis.SslOptions;

/**
 * A key and a certificate for 127.0.0.1, created with the JDK's keytool. Immutable.
 *
 * @param folder has the PEM files for a server and the trust store for a client
 */
record Certificate(Path folder) {

    private static final String PASSWORD = "not-a-secret";

    static Certificate create() {
        try {
            Path folder = Files.createTempDirectory("certificate-");
            Path store = folder.resolve("store.p12");
            keytool(store);
            KeyStore keys = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
            Key key = keys.getKey("server", PASSWORD.toCharArray());
            write(folder.resolve("server.key"), "PRIVATE KEY", key.getEncoded());
            write(
                    folder.resolve("server.crt"),
                    "CERTIFICATE",
                    keys.getCertificate("server").getEncoded());
            return new Certificate(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("no certificate could be made", e);
        }
    }

    private static void keytool(Path store) throws IOException {
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "server",
                "-keyalg",
                "EC",
                "-dname",
                "CN=127.0.0.1",
                "-ext",
                "SAN=IP:127.0.0.1",
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD,
                "-keystore",
                store.toString());
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!Files.exists(store)) {
            throw new IOException("keytool made no key: " + output);
        }
    }

    private static void write(Path file, String label, byte[] content) throws IOException {
        String lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        Files.writeString(file, "-----BEGIN " + label + "-----\n" + lines + "\n-----END " + label + "-----\n");
    }

    /** Returns the settings of a server that listens on {@code port}, with TLS only. */
    String[] settings(int port) {
        return new String[] {
            "port 0",
            "tls-port " + port,
            "tls-cert-file " + folder.resolve("server.crt"),
            "tls-key-file " + folder.resolve("server.key"),
            "tls-auth-clients no"
        };
    }

    /** Returns the options of a client that trusts this certificate. */
    SslOptions trust() {
        return SslOptions.builder()
                .truststore(folder.resolve("store.p12").toFile(), PASSWORD.toCharArray())
                .trustStoreType("PKCS12")
                .build();
    }
}
