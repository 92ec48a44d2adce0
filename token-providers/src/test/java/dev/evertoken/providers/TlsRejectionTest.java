package dev.evertoken.providers;

import static dev.evertoken.providers.RefreshCaller.acme;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.faults.Fault;
import dev.evertoken.model.Problem;
import dev.evertoken.model.Remedy;
import dev.evertoken.model.TransportSettings;
import dev.evertoken.spi.provider.TokenOutcome;
import dev.evertoken.spi.provider.TokenOutcome.MaybeSent;
import dev.evertoken.spi.provider.TokenOutcome.NotSent;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** TLS connections that the server ends: what it says decides whether it may have read the refresh token. */
class TlsRejectionTest {

    private static SelfSigned certificate;

    @BeforeAll
    static void createTheCertificate(@TempDir Path folder) throws Exception {
        certificate = SelfSigned.in(folder);
    }

    @ParameterizedTest
    @Fault("M7")
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void aServerThatRequiresAClientCertificateHasNotReadTheRequest(String protocol) throws Exception {
        try (LoopbackServer server = new LoopbackServer(
                certificate.listenToClientsWithCertificate(protocol), (it, socket, out) -> out.write(0))) {
            NotSent outcome = (NotSent) refresh(server.tlsUri("/token"));

            assertThat(outcome.problem()).isEqualTo(Problem.CLIENT_CERTIFICATE_REQUIRED);
            assertThat(outcome.problem().remedy()).isEqualTo(Remedy.FIX_CONFIGURATION);
            assertThat(outcome.detail())
                    .startsWith("127.0.0.1 requ")
                    .contains("a client certificate, and none is presented; ");
            assertThat(server.requests()).isEmpty();
        }
    }

    @ParameterizedTest
    @Fault("M7")
    @CsvSource({"40, handshake_failure", "70, protocol_version", "112, unrecognized_name"})
    void anAlertBeforeTheRequestIsNamed(int code, String alert) throws Exception {
        byte[] record = {21, 3, 3, 0, 2, 2, (byte) code};
        try (OneConnection server = OneConnection.accepting(connection -> {
            connection.getInputStream().read();
            connection.getOutputStream().write(record);
        })) {
            NotSent outcome = (NotSent) refresh(server.address());

            assertThat(outcome.problem()).isEqualTo(Problem.TLS);
            assertThat(outcome.detail()).isEqualTo("127.0.0.1 ended the TLS handshake with the alert " + alert);
            assertThat(outcome.cause().orElseThrow()).isInstanceOf(SSLException.class);
        }
    }

    @Test
    @Fault("M7")
    void aCertificateForAnotherHostIsNotSent() throws Exception {
        try (LoopbackServer server = new LoopbackServer(certificate.listen(), (it, socket, out) -> out.write(0))) {
            NotSent outcome = (NotSent) refresh(URI.create("https://localhost:" + server.port() + "/token"));

            assertThat(outcome.problem()).isEqualTo(Problem.CERTIFICATE_NOT_TRUSTED);
            assertThat(outcome.detail())
                    .isEqualTo("certificate not trusted: that of localhost is for other host names");
            assertThat(server.requests()).isEmpty();
        }
    }

    @ParameterizedTest
    @Fault("M7")
    @ValueSource(booleans = {true, false})
    void aResetAfterTheRequestIsMaybeSentAndNamesARequestedCertificate(boolean requested) throws Exception {
        try (OneConnection server = OneConnection.accepting(connection -> {
            SSLSocket secure = certificate.over(connection);
            secure.setWantClientAuth(requested);
            secure.getInputStream().read();
            connection.setSoLinger(true, 0);
        })) {
            MaybeSent outcome = (MaybeSent) refresh(server.address());

            String cause = "; it had requested a client certificate, and none is presented";
            assertThat(outcome.verdict().detail().endsWith(cause)).isEqualTo(requested);
            assertThat(outcome.verdict().problem().remedy()).isEqualTo(Remedy.RETRY);
        }
    }

    private static TokenOutcome refresh(URI address) throws IOException, GeneralSecurityException {
        TransportSettings settings =
                TransportSettings.builder().trustStore(certificate.trustStore()).build();
        return RefreshCaller.at(acme().build(), address).over(settings).refresh();
    }

    /** A server that handles one connection and then closes it. */
    private record OneConnection(ServerSocket listening, CompletableFuture<Void> handled) implements AutoCloseable {

        private interface Script {
            void play(Socket connection) throws IOException, GeneralSecurityException;
        }

        static OneConnection accepting(Script script) throws IOException {
            ServerSocket listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
            return new OneConnection(listening, CompletableFuture.runAsync(() -> {
                try (Socket connection = listening.accept()) {
                    script.play(connection);
                } catch (IOException | GeneralSecurityException e) {
                    throw new AssertionError(e);
                }
            }));
        }

        URI address() {
            return URI.create("https://127.0.0.1:" + listening.getLocalPort() + "/token");
        }

        @Override
        public void close() throws Exception {
            listening.close();
            handled.get(10, TimeUnit.SECONDS);
        }
    }
}
