package dev.evertoken.providers;

import static dev.evertoken.providers.LoopbackServer.head;
import static dev.evertoken.providers.LoopbackServer.json;
import static dev.evertoken.providers.RefreshCaller.acme;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.faults.Fault;
import dev.evertoken.model.ClientAuthentication;
import dev.evertoken.model.ClientRegistration;
import dev.evertoken.model.Problem;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TransportSettings;
import dev.evertoken.spi.provider.TokenOutcome;
import dev.evertoken.spi.provider.TokenOutcome.Issued;
import dev.evertoken.spi.provider.TokenOutcome.NotSent;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Connections to a token endpoint with the settings of a client. */
@Fault({"B8", "C15"})
class TransportTest {

    static final String GOOD =
            "{\"access_token\":\"at-2\",\"refresh_token\":\"rt-2\",\"expires_in\":3600,\"token_type\":\"bearer\"}";

    private static final char[] PASSWORD = TestCertificates.PASSWORD.toCharArray();

    private static LoopbackServer server;

    @BeforeAll
    static void start() throws IOException {
        server = answering(TestCertificates.listen("server"));
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    @Test
    void aServerIsTrustedByTheTrustStoreOfTheClient(@TempDir Path folder) throws Exception {
        Path store = TestCertificates.write(TestCertificates.authority(), folder.resolve("trust.p12"));
        Path pem = TestCertificates.writePem(folder.resolve("ca.pem"));

        assertThat(refresh(TransportSettings.builder().trustStore(store, PASSWORD)))
                .isInstanceOf(Issued.class);
        assertThat(refresh(TransportSettings.builder().trustedCertificates(pem)))
                .isInstanceOf(Issued.class);
        assertThat(refresh(TransportSettings.builder().trustStore(TestCertificates.authority())))
                .isInstanceOf(Issued.class);
    }

    @Test
    void aClientIsAuthenticatedByTheCertificateOfItsKeyStoreAlone(@TempDir Path folder) throws Exception {
        Path store = TestCertificates.write(TestCertificates.keyStore("client"), folder.resolve("client.p12"));
        ClientRegistration registration = ClientRegistration.ofPublic("client-1");
        try (LoopbackServer mutual = answering(TestCertificates.listenToClientsWithCertificate())) {
            for (ClientAuthentication method :
                    List.of(ClientAuthentication.TLS_CLIENT_AUTH, ClientAuthentication.SELF_SIGNED_TLS_CLIENT_AUTH)) {
                TokenOutcome outcome = RefreshCaller.at(
                                acme().authentication(method).build(), mutual.tlsUri("/token"))
                        .over(trusting().keyStore(store, PASSWORD).build())
                        .refresh(registration);

                assertThat(outcome).isInstanceOf(Issued.class);
            }
            assertThat(mutual.requests())
                    .hasSize(2)
                    .allMatch(request -> request.contains("client_id=client-1"))
                    .noneMatch(request -> request.contains("client_secret") || request.contains("Authorization:"));
        }
    }

    @Test
    void aCertificateThatTheServerDoesNotAcceptIsNamed() throws Exception {
        try (LoopbackServer mutual = answering(TestCertificates.listenToClientsWithCertificate())) {
            NotSent none = (NotSent) refresh(mutual, trusting());
            NotSent foreign = (NotSent) refresh(mutual, trusting().keyStore(TestCertificates.selfSigned(), PASSWORD));

            assertThat(none.problem()).isEqualTo(Problem.CLIENT_CERTIFICATE_REQUIRED);
            assertThat(none.detail()).contains("a client certificate, and none is presented");
            assertThat(foreign.problem()).isEqualTo(Problem.CLIENT_CERTIFICATE_REQUIRED);
            assertThat(mutual.requests()).isEmpty();
        }
    }

    @Test
    void theContextOfTheApplicationMakesTheConnections() throws Exception {
        X509TrustManager trusted = trusting().build().trust().orElseThrow();
        SSLContext context = TestCertificates.context(TestCertificates.keyStore("client"));
        try (LoopbackServer mutual = answering(TestCertificates.listenToClientsWithCertificate())) {
            assertThat(refresh(mutual, TransportSettings.builder().sslContext(context, trusted)))
                    .isInstanceOf(Issued.class);
        }
    }

    @Test
    void theTrustedCertificatesAreReadNeitherForAClientNorForACall() throws Exception {
        SSLContext context = TestCertificates.context(TestCertificates.keyStore("client"));
        CountedTrust trust = new CountedTrust(trusting().build().trust().orElseThrow(), new AtomicInteger());

        RefreshCaller caller = RefreshCaller.at(acme().build(), server.tlsUri("/token"))
                .over(TransportSettings.builder().sslContext(context, trust).build());

        assertThat(caller.refresh()).isInstanceOf(Issued.class);
        assertThat(caller.refresh()).isInstanceOf(Issued.class);

        assertThat(trust.reads()).hasValue(0);
    }

    /** Counts how often the certificates are read, by OkHttp alone if the sockets are those of the application. */
    private record CountedTrust(X509TrustManager trust, AtomicInteger reads) implements X509TrustManager {

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
            trust.checkClientTrusted(chain, authType);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
            trust.checkServerTrusted(chain, authType);
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            reads.incrementAndGet();
            return trust.getAcceptedIssuers();
        }
    }

    // ---- certificates that are not trusted

    @ParameterizedTest
    @CsvSource({
        "expired, 127.0.0.1, has expired; check the clock too",
        "elsewhere, 127.0.0.1, is for other host names",
        "server, localhost, "
    })
    void aCertificateIsRefusedByItsReason(String alias, String host, @Nullable String reason) throws Exception {
        try (LoopbackServer other = answering(TestCertificates.listen(alias))) {
            TokenOutcome outcome = RefreshCaller.at(
                            acme().build(), URI.create("https://" + host + ":" + other.port() + "/token"))
                    .over(trusting().build())
                    .refresh();

            if (reason == null) {
                assertThat(outcome).isInstanceOf(Issued.class);
            } else {
                assertRefused(
                        outcome,
                        Problem.CERTIFICATE_NOT_TRUSTED,
                        "certificate not trusted: that of " + host + " " + reason,
                        SSLException.class);
                assertThat(other.requests()).isEmpty();
            }
        }
    }

    @Test
    void aCertificateOfAnotherAuthorityIsRefused() {
        assertRefused(
                refresh(TransportSettings.builder()),
                Problem.CERTIFICATE_NOT_TRUSTED,
                "certificate not trusted: that of 127.0.0.1 was issued by no authority of the JVM's trust store",
                SSLHandshakeException.class);
        assertRefused(
                refresh(TransportSettings.builder().trustStore(TestCertificates.selfSigned())),
                Problem.CERTIFICATE_NOT_TRUSTED,
                "certificate not trusted: that of 127.0.0.1 was issued by no authority of the client's trust store",
                SSLHandshakeException.class);
    }

    // ---- proxies

    @Test
    void aProxyGetsTheCredentialsWithTheFirstRequestAndTheServerDoesNot() throws Exception {
        try (TestProxy proxy = TestProxy.requiring("desk", "pass:word")) {
            int before = server.requests().size();
            Supplier<Secret> password = () -> Secret.of("pass:word");

            assertThat(refresh(through(proxy).proxyCredentials("desk", password)))
                    .isInstanceOf(Issued.class);
            assertThat(proxy.requests()).hasSize(1);
            assertThat(server.requests().get(before)).doesNotContainIgnoringCase("proxy-authorization");
        }
    }

    @Test
    void aProxyThatWantsCredentialsIsNamed() throws Exception {
        try (TestProxy proxy = TestProxy.requiring("desk", "secret-1")) {
            String connection = ": no connection to 127.0.0.1 through proxy 127.0.0.1:" + proxy.port();

            assertRefused(
                    refresh(through(proxy)),
                    Problem.PROXY_REFUSED,
                    "proxy wants credentials" + connection,
                    IOException.class);
            assertRefused(
                    refresh(through(proxy).proxyCredentials("desk", () -> Secret.of("wrong-secret"))),
                    Problem.PROXY_REFUSED,
                    "proxy refuses the credentials" + connection,
                    IOException.class);
            assertThat(proxy.requests()).hasSize(2);
        }
    }

    @Test
    void aProxyThatWantsAnotherSchemeOrForbidsTheHostIsNamed() throws Exception {
        assertThat(refusal(head(407, "Proxy-Authenticate: Negotiate", "Content-Length: 0")))
                .isEqualTo("PROXY_REFUSED proxy wants credentials by Negotiate, and only Basic is supported");
        assertThat(refusal(head(403, "Content-Length: 0"))).isEqualTo("PROXY_REFUSED proxy answered 403");
        assertThat(refusal(head(502, "Content-Length: 0"))).isEqualTo("NETWORK proxy answered 502");
    }

    private static String refusal(String response) throws IOException {
        try (TestProxy proxy = TestProxy.responding(response)) {
            NotSent outcome = (NotSent) refresh(through(proxy));
            String[] parts = outcome.detail().split(": ", 2);
            assertThat(parts[1]).isEqualTo("no connection to 127.0.0.1 through proxy 127.0.0.1:" + proxy.port());
            return outcome.problem() + " " + parts[0];
        }
    }

    @Test
    void aProxyThatCannotBeReachedOrFoundIsNamed() throws Exception {
        int port;
        try (ServerSocket closing = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = closing.getLocalPort();
        }
        assertRefused(
                refresh(trusting().proxy("127.0.0.1", port)),
                Problem.NETWORK,
                "no connection to 127.0.0.1 through proxy 127.0.0.1:" + port + ": ConnectException",
                ConnectException.class);
        assertRefused(
                refresh(trusting().proxy("proxy.invalid", 3128)),
                Problem.NETWORK,
                "proxy proxy.invalid could not be resolved",
                UnknownHostException.class);
    }

    @Test
    void aNotTrustedCertificateBehindAProxyNamesBoth() throws Exception {
        try (TestProxy proxy = TestProxy.open()) {
            NotSent outcome = (NotSent) refresh(TransportSettings.builder().proxy(proxy.host(), proxy.port()));

            assertThat(outcome.detail())
                    .isEqualTo("certificate not trusted: that of 127.0.0.1 through proxy 127.0.0.1:" + proxy.port()
                            + " was issued by no authority of the JVM's trust store");
        }
    }

    @Test
    void aServerBehindATunnelThatAsksForProxyCredentialsDoesNotGetThem() throws Exception {
        String ask = head(407, "Proxy-Authenticate: Basic realm=\"r\"", "Content-Length: 0");
        try (TestProxy proxy = TestProxy.requiring("desk", "pass");
                LoopbackServer asking = new LoopbackServer(
                        TestCertificates.listen("server"), (it, socket, out) -> out.write(ask.getBytes(UTF_8)))) {
            TokenOutcome outcome = refresh(asking, through(proxy).proxyCredentials("desk", () -> Secret.of("pass")));

            assertThat(outcome).isNotInstanceOf(NotSent.class);
            assertThat(asking.requests()).hasSize(1).noneMatch(request -> request.contains("Proxy-Authorization"));
        }
    }

    @Test
    void aRequestOverHttpIsReadByTheProxyWhichGetsTheCredentials() throws Exception {
        String ask = head(407, "Proxy-Authenticate: Basic realm=\"r\"", "Content-Length: 0");
        try (LoopbackServer proxy = new LoopbackServer((it, socket, out) -> {
            String request = it.requests().get(it.requests().size() - 1);
            out.write((request.contains("Proxy-Authorization: Basic ZGVzazpwYXNz") ? json(200, GOOD) : ask)
                    .getBytes(UTF_8));
        })) {
            TransportSettings.Builder settings =
                    TransportSettings.builder().allowPlainHttp().proxy("127.0.0.1", proxy.port());
            RefreshCaller caller = RefreshCaller.at(acme().build(), URI.create("http://auth.invalid/token"));
            String connection = ": no connection to auth.invalid through proxy 127.0.0.1:" + proxy.port();

            assertRefused(
                    caller.over(settings.build()).refresh(),
                    Problem.PROXY_REFUSED,
                    "proxy wants credentials" + connection,
                    IOException.class);
            settings.proxyCredentials("desk", () -> Secret.of("wrong"));
            assertRefused(
                    caller.over(settings.build()).refresh(),
                    Problem.PROXY_REFUSED,
                    "proxy refuses the credentials" + connection,
                    IOException.class);
            settings.proxyCredentials("desk", () -> Secret.of("pass"));
            assertThat(caller.over(settings.build()).refresh()).isInstanceOf(Issued.class);
        }
    }

    @Test
    @Fault("I5")
    void behindAProxyAPrivateAddressIsRefusedAndANameIsNotLookedUpHere() throws Exception {
        try (TestProxy proxy = TestProxy.open()) {
            for (String host : List.of("10.0.0.1", "[::ffff:a9fe:a9fe]")) {
                NotSent outcome = (NotSent) RefreshCaller.at(acme().build(), URI.create("https://" + host + "/token"))
                        .over(through(proxy).build())
                        .refresh();
                assertThat(outcome.problem()).isEqualTo(Problem.ENDPOINT_MOVED);
            }
            assertThat(proxy.requests()).isEmpty();
            URI named = URI.create("https://auth.invalid:" + server.port() + "/token");
            NotSent outcome = (NotSent) RefreshCaller.at(acme().build(), named)
                    .over(through(proxy).build())
                    .refresh();

            assertThat(outcome.detail())
                    .isEqualTo("certificate not trusted: that of auth.invalid through proxy 127.0.0.1:" + proxy.port()
                            + " is for other host names");
        }
    }

    // ---- time-outs

    @Test
    void aServerThatDoesNotAcceptInTimeIsNamed() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            TokenOutcome outcome = RefreshCaller.at(
                            acme().build(), URI.create("https://127.0.0.1:" + silent.getLocalPort() + "/token"))
                    .over(trusting().callTimeout(Duration.ofMillis(200)).build())
                    .refresh();

            assertRefused(outcome, Problem.NETWORK, "no connection to 127.0.0.1 in time", IOException.class);
        }
    }

    private static void assertRefused(
            TokenOutcome outcome, Problem problem, String detail, Class<? extends Throwable> cause) {
        NotSent refused = (NotSent) outcome;
        assertThat(refused.problem()).isEqualTo(problem);
        assertThat(refused.detail()).isEqualTo(detail);
        assertThat(refused.cause().orElseThrow()).isInstanceOf(cause);
    }

    private static TransportSettings.Builder trusting() {
        return TransportSettings.builder().trustStore(TestCertificates.authority());
    }

    private static TransportSettings.Builder through(TestProxy proxy) {
        return trusting().proxy(proxy.host(), proxy.port());
    }

    private static TokenOutcome refresh(TransportSettings.Builder settings) {
        return refresh(server, settings);
    }

    private static TokenOutcome refresh(LoopbackServer other, TransportSettings.Builder settings) {
        return RefreshCaller.at(acme().build(), other.tlsUri("/token"))
                .over(settings.build())
                .refresh();
    }

    private static LoopbackServer answering(ServerSocket listening) {
        return new LoopbackServer(
                listening, (it, socket, out) -> out.write(json(200, GOOD).getBytes(UTF_8)));
    }
}
