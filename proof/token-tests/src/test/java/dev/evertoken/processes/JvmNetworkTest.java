package dev.evertoken.processes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.providers.LoopbackServer;
import dev.evertoken.providers.TestCertificates;
import dev.evertoken.providers.TestProxy;
import dev.evertoken.testing.ChildJvm;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The settings of the JVM for certificates and proxies, as the guide lists them, in a process of their own. */
class JvmNetworkTest {

    private static final String GOOD = "{\"access_token\":\"at-2\",\"expires_in\":3600,\"token_type\":\"bearer\"}";

    @Test
    void theSettingsOfTheJvmApplyAndMayChangeWhileItRuns(@TempDir Path folder) throws Exception {
        Path trust = TestCertificates.write(TestCertificates.authority(), folder.resolve("trust.p12"));
        Path keys = TestCertificates.write(TestCertificates.keyStore("client"), folder.resolve("client.p12"));
        List<String> protocols = new CopyOnWriteArrayList<>();
        try (TestProxy proxy = TestProxy.requiring("desk", "canary-4711");
                Socks socks = new Socks();
                LoopbackServer server =
                        new LoopbackServer(TestCertificates.listenToClientsWithCertificate(), (it, socket, out) -> {
                            protocols.add(((SSLSocket) socket).getSession().getProtocol());
                            out.write(LoopbackServer.json(200, GOOD).getBytes(UTF_8));
                        });
                ChildJvm child = ChildJvm.of(JvmNetworkProcess.class)
                        .property("javax.net.ssl.trustStore", trust.toString())
                        .property("javax.net.ssl.trustStorePassword", TestCertificates.PASSWORD)
                        .property("javax.net.ssl.keyStore", keys.toString())
                        .property("javax.net.ssl.keyStorePassword", TestCertificates.PASSWORD)
                        .property("jdk.tls.client.protocols", "TLSv1.2")
                        .property("https.proxyHost", "127.0.0.1")
                        .property("https.proxyPort", String.valueOf(proxy.port()))
                        .property("http.nonProxyHosts", "")
                        .start(
                                server.tlsUri("/token").toString(),
                                String.valueOf(proxy.port()),
                                String.valueOf(socks.port()))) {
            assertThat(child.readLine())
                    .isEqualTo("without-credentials: PROXY_REFUSED proxy wants credentials: no connection to 127.0.0.1"
                            + " through proxy 127.0.0.1:" + proxy.port());
            assertThat(child.readLine()).isEqualTo("through-proxy: at-2");
            assertThat(child.readLine()).isEqualTo("past-the-proxy: at-2");
            assertThat(child.readLine()).isEqualTo("through-socks: at-2");
            assertThat(child.readLine()).isEqualTo("through-selected: at-2");
            assertThat(child.readLine()).isEqualTo("end");

            assertThat(proxy.requests()).as("each login is asked for anew").hasSize(5);
            assertThat(socks.connections.get()).isEqualTo(1);
            assertThat(protocols).hasSize(4).containsOnly("TLSv1.2");
            assertThat(child.errors()).doesNotContain("canary-4711");
        }
    }

    /** A SOCKS proxy without credentials (RFC 1928) that leads to loopback. */
    private static final class Socks implements AutoCloseable {
        final AtomicInteger connections = new AtomicInteger();
        private final ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        private final ExecutorService threads = Executors.newCachedThreadPool();

        Socks() throws IOException {
            CompletableFuture<Void> unused = CompletableFuture.runAsync(this::accept, threads);
        }

        int port() {
            return listening.getLocalPort();
        }

        private void accept() {
            while (!listening.isClosed()) {
                try {
                    Socket client = listening.accept();
                    threads.execute(() -> serve(client));
                } catch (IOException e) {
                    return; // closed
                }
            }
        }

        private void serve(Socket client) {
            try (client) {
                DataInputStream in = new DataInputStream(client.getInputStream());
                in.readByte();
                in.skipNBytes(in.readUnsignedByte());
                client.getOutputStream().write(new byte[] {5, 0});
                in.skipNBytes(3);
                int type = in.readUnsignedByte();
                in.skipNBytes(type == 3 ? in.readUnsignedByte() : 4);
                int port = in.readUnsignedShort();
                client.getOutputStream().write(new byte[] {5, 0, 0, 1, 0, 0, 0, 0, 0, 0});
                connections.incrementAndGet();
                try (Socket server = new Socket(InetAddress.getLoopbackAddress(), port)) {
                    threads.execute(() -> copy(server, client));
                    in.transferTo(server.getOutputStream());
                }
            } catch (IOException e) {
                return; // one side disconnected
            }
        }

        private static void copy(Socket from, Socket to) {
            try (from;
                    to) {
                from.getInputStream().transferTo(to.getOutputStream());
            } catch (IOException e) {
                return; // one side disconnected
            }
        }

        @Override
        public void close() throws IOException {
            listening.close();
            threads.shutdownNow();
        }
    }
}
