package dev.evertoken.providers;

import static dev.evertoken.providers.LoopbackServer.json;
import static dev.evertoken.providers.RefreshCaller.acme;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.faults.Fault;
import dev.evertoken.model.Problem;
import dev.evertoken.model.Remedy;
import dev.evertoken.model.TransportSettings;
import dev.evertoken.providers.internal.oauth2.CommonRules;
import dev.evertoken.providers.internal.oauth2.OAuth2Refresher;
import dev.evertoken.providers.internal.oauth2.RefreshParameters;
import dev.evertoken.providers.internal.oauth2.TokenEndpoint;
import dev.evertoken.providers.internal.oauth2.TokenRequests;
import dev.evertoken.providers.internal.oauth2.TokenResponseParser;
import dev.evertoken.spi.provider.Endpoints;
import dev.evertoken.spi.provider.Provider;
import dev.evertoken.spi.provider.Refresher;
import dev.evertoken.spi.provider.TokenOutcome;
import dev.evertoken.spi.provider.TokenOutcome.NotSent;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLHandshakeException;
import okhttp3.Dns;
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
        NotSent outcome = (NotSent) RefreshCaller.at(acme, closedPort).refresh();

        assertThat(outcome.problem()).isEqualTo(Problem.NETWORK);
        assertThat(outcome.detail()).isEqualTo("no connection to 127.0.0.1: ConnectException");
        assertThat(outcome.cause().orElseThrow()).isInstanceOf(ConnectException.class);
    }

    @Test
    @Fault({"B8", "C15"})
    void anUntrustedCertificateIsNotSentAndRequiresNoReconnect(@TempDir Path folder) throws Exception {
        try (LoopbackServer server = new LoopbackServer(
                SelfSigned.in(folder).listen(),
                (it, socket, out) -> out.write(json(200, GOOD).getBytes(UTF_8)))) {
            NotSent outcome =
                    (NotSent) RefreshCaller.at(acme, server.tlsUri("/token")).refresh();

            assertThat(outcome.problem()).isEqualTo(Problem.CERTIFICATE_NOT_TRUSTED);
            assertThat(outcome.problem().remedy()).isEqualTo(Remedy.FIX_CONFIGURATION);
            assertThat(outcome.problem().state()).isEmpty();
            assertThat(outcome.detail())
                    .isEqualTo(
                            "certificate not trusted: that of 127.0.0.1 was issued by no authority of the JVM's trust"
                                    + " store");
            assertThat(outcome.cause().orElseThrow()).isInstanceOf(SSLHandshakeException.class);
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

        NotSent outcome = (NotSent) refresher.refresh(caller.request(RefreshCaller.TOKENS, RefreshCaller.CLIENT));

        assertThat(outcome.problem()).isEqualTo(Problem.NETWORK);
        assertThat(outcome.detail()).isEqualTo("token.acme.example could not be resolved");
        assertThat(outcome.cause().orElseThrow()).isInstanceOf(UnknownHostException.class);
    }

    @Test
    void aHangingNameLookupEndsWithTheConnectTimeoutOfTheClient() {
        CountDownLatch never = new CountDownLatch(1);
        Refresher refresher = refresher(new TokenEndpoint(false, host -> {
            await(never);
            return List.of();
        }));
        RefreshCaller caller = RefreshCaller.at(acme, URI.create("https://token.acme.example/token"))
                .over(TransportSettings.builder()
                        .connectTimeout(Duration.ofMillis(20))
                        .build());

        NotSent outcome = (NotSent) refresher.refresh(caller.request(RefreshCaller.TOKENS, RefreshCaller.CLIENT));
        assertThat(outcome.cause().orElseThrow()).hasMessage("token.acme.example was not resolved within 20 ms");
        never.countDown();
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
    @Fault("I5")
    @ValueSource(
            strings = {"10.1.2.3", "192.168.0.1", "127.0.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "fd00::1"})
    void aNameThatResolvesToAPrivateAddressIsNotConnectedTo(String privateAddress) {
        Refresher refresher =
                refresher(new TokenEndpoint(false, host -> List.of(InetAddress.getByName(privateAddress))));
        RefreshCaller caller = RefreshCaller.at(acme, URI.create("https://token.acme.example/token"));

        NotSent outcome = (NotSent) refresher.refresh(caller.request(RefreshCaller.TOKENS, RefreshCaller.CLIENT));

        assertThat(outcome.problem()).isEqualTo(Problem.ENDPOINT_MOVED);
        assertThat(outcome.detail())
                .isEqualTo("token.acme.example is in a private network; allow it with allowPrivateNetwork()");
    }

    @Test
    @Fault("I5")
    void aNameIsLookedUpAndCheckedAnewForEachCall() throws IOException {
        List<String> addresses = new ArrayList<>(List.of("192.0.2.1", "127.0.0.1"));
        try (LoopbackServer server = LoopbackServer.answering(json(200, GOOD))) {
            Refresher refresher =
                    refresher(new TokenEndpoint(false, host -> List.of(InetAddress.getByName(addresses.remove(0)))));
            RefreshCaller caller =
                    RefreshCaller.at(acme, URI.create("https://token.acme.example:" + server.port() + "/token"));

            for (int call = 0; call < 2; call++) {
                NotSent outcome =
                        (NotSent) refresher.refresh(caller.request(RefreshCaller.TOKENS, RefreshCaller.CLIENT));
                assertThat(outcome.problem()).isEqualTo(Problem.ENDPOINT_MOVED);
            }
            assertThat(addresses).isEmpty();
            assertThat(server.connections()).isZero();
        }
    }

    @Test
    @Fault("I5")
    void anEndpointOfABuiltInProviderThatASettingMovesIsNotInThePrivateNetwork() {
        for (Provider provider : List.of(new Google(), new Strava(), new Facebook(), new LinkedIn(), new X())) {
            URI moved = URI.create("https://169.254.169.254/latest/meta-data/");
            NotSent outcome = (NotSent) RefreshCaller.at(provider, moved).refresh();

            assertThat(outcome.problem()).as(provider.id()).isEqualTo(Problem.ENDPOINT_MOVED);
            assertThat(outcome.detail()).startsWith("169.254.169.254 is in a private network");
        }
    }

    @Test
    void theOwnHostOfABuiltInProviderMayBeAGatewayInThePrivateNetwork() throws IOException {
        try (LoopbackServer server = new LoopbackServer((it, socket, out) -> out.write(0))) {
            URI own = URI.create("https://token.acme.example:" + server.port() + "/token");
            Dns inside = host -> List.of(InetAddress.getLoopbackAddress());
            RefreshCaller caller = RefreshCaller.at(acme, own).within(Duration.ofMillis(500));

            TokenOutcome atTheGateway = refresher(TokenEndpoint.of(Endpoints.token(own), inside))
                    .refresh(caller.request(RefreshCaller.TOKENS, RefreshCaller.CLIENT));
            assertThat(((NotSent) atTheGateway).problem()).isNotEqualTo(Problem.ENDPOINT_MOVED);
            server.awaitConnection();
        }
    }

    @Test
    void aClientWhoseSettingsAllowAPrivateNetworkIsConnectedToIt() throws IOException {
        try (LoopbackServer server = new LoopbackServer((it, socket, out) -> out.write(0))) {
            Refresher refresher =
                    refresher(new TokenEndpoint(false, host -> List.of(InetAddress.getLoopbackAddress())));
            RefreshCaller caller = RefreshCaller.at(
                            acme, URI.create("https://token.acme.example:" + server.port() + "/token"))
                    .within(Duration.ofMillis(500))
                    .over(TransportSettings.builder().allowPrivateNetwork().build());

            assertThat(refresher.refresh(caller.request(RefreshCaller.TOKENS, RefreshCaller.CLIENT)))
                    .isInstanceOf(NotSent.class);
            server.awaitConnection();
        }
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
    @Fault("I5")
    @ValueSource(strings = {"10.1.2.3", "169.254.169.254", "[fd00::1]", "2130706433", "[64:ff9b::a9fe:a9fe]"})
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
