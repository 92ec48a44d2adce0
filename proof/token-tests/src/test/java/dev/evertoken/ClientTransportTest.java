package dev.evertoken;

import static dev.evertoken.ProvidersFixture.failure;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.faults.Fault;
import dev.evertoken.model.ClientAuthentication;
import dev.evertoken.model.ClientRegistration;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.LoggerNames;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.Remedy;
import dev.evertoken.model.Revocation;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.model.TransportSettings;
import dev.evertoken.model.Validation;
import dev.evertoken.providers.LoopbackServer;
import dev.evertoken.providers.OAuth2Provider;
import dev.evertoken.providers.OAuth2ProviderBuilder;
import dev.evertoken.providers.TestCertificates;
import dev.evertoken.providers.TestProxy;
import dev.evertoken.testing.ManualClock;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The transport settings of an application: they reach each call of a client, and their failures reach the caller. */
class ClientTransportTest {

    private static final TokenKey ANNA = TokenKey.of("acme", "anna");
    private static final String PASSWORD = "canary-4711";

    private final ManualClock clock = ManualClock.start();
    private LoopbackServer server;

    @BeforeEach
    void start() throws IOException {
        server = new LoopbackServer(
                TestCertificates.listen("server"),
                (it, socket, out) -> out.write(response(it).getBytes(UTF_8)));
    }

    @AfterEach
    void close() throws Exception {
        server.close();
        clock.close();
    }

    private static String response(LoopbackServer it) {
        String request = it.requests().get(it.requests().size() - 1);
        return LoopbackServer.json(
                200,
                request.startsWith("POST /introspect ")
                        ? "{\"active\":true}"
                        : "{\"access_token\":\"at-2\",\"refresh_token\":\"rt-2\",\"expires_in\":3600,"
                                + "\"token_type\":\"bearer\"}");
    }

    @Test
    void theSettingsOfAClientReachEachOfItsCalls() {
        try (Tokens tokens = builder().transport("acme", trusting().build()).build()) {
            connectExpired(tokens);

            assertThat(tokens.accessToken(ANNA).value().reveal()).isEqualTo("at-2");
            assertThat(tokens.validate(ANNA).verdict()).isEqualTo(Validation.Verdict.VALID);
            assertThat(tokens.clientCredentialsToken("acme").value().reveal()).isEqualTo("at-2");
            assertThat(tokens.revoke(ANNA).outcome()).isEqualTo(Revocation.Outcome.REVOKED);
            assertThat(server.requests()).hasSize(4);
        }
    }

    @Test
    void theSettingsOfAllClientsCompleteThoseOfOneClient() throws Exception {
        try (TestProxy proxy = TestProxy.open();
                Tokens tokens = builder()
                        .transport(TransportSettings.builder()
                                .proxy(proxy.host(), proxy.port())
                                .build())
                        .transport("acme", trusting().build())
                        .build()) {
            connectExpired(tokens);

            assertThat(tokens.accessToken(ANNA).value().reveal()).isEqualTo("at-2");
            assertThat(proxy.requests()).hasSize(1);
        }
    }

    @Test
    @Fault({"B8", "C15"})
    void aCertificateThatIsNotTrustedIsOfTheConfigurationAndCostsNothing() {
        try (Tokens tokens = builder().build()) {
            connectExpired(tokens);
            TokenException failure = failure(() -> tokens.accessToken(ANNA));

            assertThat(failure.problem()).isEqualTo(Problem.CERTIFICATE_NOT_TRUSTED);
            assertThat(failure.remedy()).isEqualTo(Remedy.FIX_CONFIGURATION);
            assertThat(failure).hasMessageStartingWith("acme/anna: certificate not trusted: that of 127.0.0.1 ");
            assertThat(failure).hasRootCauseMessage("unable to find valid certification path to requested target");
            assertThat(failure.getCause()).isNotNull();
            assertThat(tokens.status(ANNA).state()).isEqualTo(ConnectionState.STALLED);
            assertThat(tokens.revoke(ANNA).outcome()).isEqualTo(Revocation.Outcome.PENDING);
            assertThat(failure(() -> tokens.clientCredentialsToken("acme")))
                    .hasRootCauseMessage("unable to find valid certification path to requested target");
            assertThat(server.requests()).isEmpty();
        }
    }

    @Test
    @Fault("B8")
    void anAccountContinuesByItselfWhenTheProxyGetsTheRightPassword() throws Exception {
        AtomicReference<String> password = new AtomicReference<>("wrong-" + PASSWORD);
        try (TestProxy proxy = TestProxy.requiring("desk", PASSWORD);
                Tokens tokens = builder()
                        .transport(
                                "acme",
                                trusting()
                                        .proxy(proxy.host(), proxy.port())
                                        .proxyCredentials("desk", () -> Secret.of(password.get()))
                                        .build())
                        .build()) {
            connectExpired(tokens);
            TokenException refused = failure(() -> tokens.accessToken(ANNA));
            assertThat(refused.problem()).isEqualTo(Problem.PROXY_REFUSED);
            assertThat(refused.remedy()).isEqualTo(Remedy.FIX_CONFIGURATION);
            assertThat(refused)
                    .hasMessage("acme/anna: proxy refuses the credentials: no connection to 127.0.0.1 through proxy"
                            + " 127.0.0.1:" + proxy.port());
            assertThat(refused.getCause()).isNotNull();
            assertThat(tokens.status(ANNA).toString() + tokens).doesNotContain(PASSWORD);

            password.set(PASSWORD);
            clock.advanceTo(refused.retryAt().orElseThrow());
            assertThat(tokens.accessToken(ANNA).value().reveal()).isEqualTo("at-2");
            assertThat(server.requests()).hasSize(1);
        }
    }

    @Test
    void aClientWithACertificateGetsTokensOfItsOwnWithoutASecret() throws Exception {
        TransportSettings certificate = trusting()
                .keyStore(TestCertificates.keyStore("client"), TestCertificates.PASSWORD.toCharArray())
                .build();
        try (LoopbackServer mutual = new LoopbackServer(
                        TestCertificates.listenToClientsWithCertificate(),
                        (it, socket, out) -> out.write(response(it).getBytes(UTF_8)));
                Tokens tokens = Tokens.builder()
                        .namespace("network")
                        .store("memory:")
                        .provider(acme(mutual.tlsUri("").toString())
                                .authentication(ClientAuthentication.TLS_CLIENT_AUTH)
                                .build())
                        .client("acme", ClientRegistration.ofPublic("client-1"))
                        .transport("acme", certificate)
                        .build()) {
            assertThat(tokens.clientCredentialsToken("acme").value().reveal()).isEqualTo("at-2");
            assertThat(mutual.requests().get(0)).contains("client_id=client-1").doesNotContain("client_secret");
        }
    }

    // ---- refused settings

    @Test
    void httpIsRefusedByTheNameOfTheSettingThatAllowsIt() {
        assertThatThrownBy(() -> builder(acme("http://auth.svc:8080")).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("client \"acme\": tokens would be sent unencrypted to"
                        + " {http://auth.svc:8080=[EXCHANGE, REFRESH, REVOKE, INTROSPECT, CLIENT_CREDENTIALS]}; use"
                        + " https, or allow http inside a trusted network with transport(\"acme\","
                        + " TransportSettings.builder().allowPlainHttp().build())");
    }

    @Test
    void allowedHttpIsLoggedWithItsHosts() {
        TransportSettings http = TransportSettings.builder().allowPlainHttp().build();
        try (LogLines log = LogLines.start();
                Tokens tokens = builder(acme("http://auth.svc:8080"))
                        .transport("acme", http)
                        .build()) {
            assertThat(tokens).isNotNull();
            assertThat(log.of(LoggerNames.START))
                    .contains("WARN dev.evertoken.start - client acme: allowPlainHttp: tokens and secrets are sent"
                            + " unencrypted to {http://auth.svc:8080=[EXCHANGE, REFRESH, REVOKE, INTROSPECT,"
                            + " CLIENT_CREDENTIALS]}");
        }
    }

    @Test
    void anAllowedServerIsCalledOverHttp() throws Exception {
        TransportSettings http = TransportSettings.builder()
                .allowPlainHttp()
                .allowPrivateNetwork()
                .build();
        try (LoopbackServer plain = new LoopbackServer(
                        (it, socket, out) -> out.write(response(it).getBytes(UTF_8)));
                Tokens tokens = builder(acme("http://0.0.0.0:" + plain.port()))
                        .transport("acme", http)
                        .build()) {
            connectExpired(tokens);

            assertThat(tokens.accessToken(ANNA).value().reveal()).isEqualTo("at-2");
        }
    }

    @Test
    void aSettingThatDoesNotFitTheClientIsRefused() {
        TransportSettings http = TransportSettings.builder().allowPlainHttp().build();
        TransportSettings slow =
                TransportSettings.builder().callTimeout(Duration.ofMinutes(1)).build();

        assertThatThrownBy(() -> builder().transport(http).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("allowPlainHttp is set for all clients; set it for a single one with"
                        + " transport(registration, …)");
        assertThatThrownBy(() -> builder().transport("acme", slow).build())
                .hasMessage("client \"acme\": callTimeout PT1M is longer than callDeadline PT20S");
        assertThatThrownBy(() -> builder().transport("acne", slow).build())
                .hasMessage("transport names [acne], but the registered clients are [acme]");
        assertThatThrownBy(
                        () -> builder(acme("https://auth.example").authentication(ClientAuthentication.TLS_CLIENT_AUTH))
                                .build())
                .hasMessage("client \"acme\": TLS_CLIENT_AUTH requires a client certificate; set it with"
                        + " transport(\"acme\", TransportSettings.builder().keyStore(…).build())");
    }

    private TokensBuilder builder() {
        return builder(acme(server.tlsUri("").toString()));
    }

    private TokensBuilder builder(OAuth2ProviderBuilder provider) {
        return Tokens.builder()
                .namespace("network")
                .store("memory:")
                .timekeeper(clock)
                .provider(provider.build())
                .client("acme", ClientRegistration.of("client-1", "secret-1"));
    }

    private static OAuth2ProviderBuilder acme(String origin) {
        return OAuth2Provider.builder("acme")
                .tokenEndpoint(URI.create(origin + "/token"))
                .endpoint(EndpointKind.INTROSPECT, URI.create(origin + "/introspect"))
                .endpoint(EndpointKind.REVOKE, URI.create(origin + "/revoke"))
                .refreshModel(RefreshModel.ROTATING);
    }

    private static TransportSettings.Builder trusting() {
        return TransportSettings.builder().trustStore(TestCertificates.authority());
    }

    private void connectExpired(Tokens tokens) {
        tokens.connect(
                ANNA,
                TokenSet.builder("at-1")
                        .refreshToken("rt-1")
                        .issuedAt(clock.now().minus(Duration.ofHours(2)))
                        .expiresAt(clock.now().minus(Duration.ofHours(1)))
                        .build());
    }
}
