package dev.evertoken.providers;

import static dev.evertoken.providers.LoopbackServer.json;
import static dev.evertoken.providers.RefreshCaller.acme;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.faults.Fault;
import dev.evertoken.model.Problem;
import dev.evertoken.model.Remedy;
import dev.evertoken.providers.internal.oauth2.CommonRules;
import dev.evertoken.providers.internal.oauth2.OAuth2Refresher;
import dev.evertoken.providers.internal.oauth2.RefreshParameters;
import dev.evertoken.providers.internal.oauth2.TokenEndpoint;
import dev.evertoken.providers.internal.oauth2.TokenRequests;
import dev.evertoken.providers.internal.oauth2.TokenResponseParser;
import dev.evertoken.spi.provider.Provider;
import dev.evertoken.spi.provider.Refresher;
import dev.evertoken.spi.provider.TokenOutcome;
import dev.evertoken.spi.provider.TokenOutcome.NotSent;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Failures before any byte of the refresh request was sent. */
class NotSentTest {

    private static final String GOOD =
            "{\"access_token\":\"at-2\",\"refresh_token\":\"rt-2\",\"expires_in\":3600,\"token_type\":\"bearer\"}";

    private final Provider acme = acme().build();

    @Test
    @Fault("B8")
    void aRefusedConnectionIsNotSent() throws IOException {
        URI closedPort;
        try (ServerSocket closing = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            closedPort = URI.create("http://127.0.0.1:" + closing.getLocalPort() + "/token");
        }
        assertThat(RefreshCaller.at(acme, closedPort).refresh())
                .isEqualTo(new NotSent(Problem.NETWORK, "no connection to 127.0.0.1: ConnectException"));
    }

    @Test
    @Fault({"B8", "C15"})
    void anUntrustedCertificateIsNotSentAndIsRetriedWithoutReconnect(@TempDir Path folder) throws Exception {
        try (LoopbackServer server = new LoopbackServer(
                SelfSigned.in(folder).listen(),
                (it, socket, out) -> out.write(json(200, GOOD).getBytes(UTF_8)))) {
            NotSent outcome =
                    (NotSent) RefreshCaller.at(acme, server.tlsUri("/token")).refresh();

            assertThat(outcome.problem()).isEqualTo(Problem.TLS);
            assertThat(outcome.problem().remedy()).isEqualTo(Remedy.RETRY);
            assertThat(outcome.problem().state()).isEmpty();
            assertThat(outcome.detail()).isEqualTo("the TLS handshake with 127.0.0.1 failed: SSLHandshakeException");
            assertThat(server.requests()).isEmpty();
        }
    }

    @Test
    @Fault("B8")
    void anUnresolvableNameIsNotSent() {
        Refresher refresher = refresher(new TokenEndpoint(false, host -> {
            throw new UnknownHostException(host);
        }));
        RefreshCaller caller = RefreshCaller.at(acme, URI.create("https://token.acme.example/token"));

        assertThat(refresher.refresh(caller.request(RefreshCaller.TOKENS, RefreshCaller.CLIENT)))
                .isEqualTo(new NotSent(Problem.NETWORK, "token.acme.example could not be resolved"));
    }

    @Test
    void aHangingNameLookupIsNotSentAndEndsWithinTheDeadline() {
        CountDownLatch never = new CountDownLatch(1);
        Refresher refresher = refresher(new TokenEndpoint(false, host -> {
            await(never);
            return List.of();
        }));
        RefreshCaller caller = RefreshCaller.at(acme, URI.create("https://token.acme.example/token"))
                .within(Duration.ofMillis(300));

        assertThat(refresher.refresh(caller.request(RefreshCaller.TOKENS, RefreshCaller.CLIENT)))
                .isInstanceOf(NotSent.class);
        never.countDown();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"10.1.2.3", "192.168.0.1", "127.0.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "fd00::1"})
    void aNameThatResolvesToAPrivateAddressIsNotConnectedTo(String privateAddress) {
        Refresher refresher =
                refresher(new TokenEndpoint(false, host -> List.of(InetAddress.getByName(privateAddress))));
        RefreshCaller caller = RefreshCaller.at(acme, URI.create("https://token.acme.example/token"));

        assertThat(refresher.refresh(caller.request(RefreshCaller.TOKENS, RefreshCaller.CLIENT)))
                .isEqualTo(new NotSent(
                        Problem.ENDPOINT_MOVED,
                        "token.acme.example is in a private network; allow it with allowPrivateNetwork()"));
    }

    @Test
    void anAllowedPrivateNetworkIsConnectedTo() throws IOException {
        try (LoopbackServer server = new LoopbackServer((it, socket, out) -> out.write(0))) {
            Refresher refresher = refresher(new TokenEndpoint(true, host -> List.of(InetAddress.getLoopbackAddress())));
            RefreshCaller caller = RefreshCaller.at(
                            acme, URI.create("https://token.acme.example:" + server.port() + "/token"))
                    .within(Duration.ofMillis(500));

            assertThat(refresher.refresh(caller.request(RefreshCaller.TOKENS, RefreshCaller.CLIENT)))
                    .isInstanceOf(NotSent.class);
            server.awaitConnection();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.1.2.3", "169.254.169.254", "[fd00::1]"})
    void aLiteralPrivateAddressIsNotConnectedTo(String host) {
        assertThat(RefreshCaller.at(acme, URI.create("https://" + host + "/token"))
                        .refresh())
                .isEqualTo(new NotSent(
                        Problem.ENDPOINT_MOVED,
                        host + " is in a private network; allow it with allowPrivateNetwork()"));
    }

    @Test
    void thePermitIsCheckedAfterConnectingAndNothingIsSentIfItIsRefused() throws IOException {
        try (LoopbackServer server = LoopbackServer.answering(json(200, GOOD))) {
            AtomicBoolean checked = new AtomicBoolean();
            TokenOutcome outcome = RefreshCaller.at(acme, server)
                    .permittedBy(() -> {
                        server.awaitConnection();
                        checked.set(true);
                        return false;
                    })
                    .refresh();

            assertThat(checked).isTrue();
            assertThat(outcome)
                    .isEqualTo(new NotSent(
                            Problem.NETWORK, "connecting to 127.0.0.1 took too long for the claim; nothing was sent"));
            assertThat(server.requests()).isEmpty();
        }
    }

    private static Refresher refresher(TokenEndpoint endpoint) {
        TokenRequests requests =
                new TokenRequests(endpoint, () -> CommonRules.DIALECT, TokenResponseParser.Extras.NONE);
        return new OAuth2Refresher(requests, RefreshParameters.PLAIN);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
