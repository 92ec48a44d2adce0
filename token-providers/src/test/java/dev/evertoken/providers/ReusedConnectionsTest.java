package dev.evertoken.providers;

import static dev.evertoken.providers.RefreshCaller.CLIENT;
import static dev.evertoken.providers.RefreshCaller.TOKENS;
import static dev.evertoken.providers.RefreshCaller.acme;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.faults.Fault;
import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TransportSettings;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.provider.Client;
import dev.evertoken.spi.provider.Endpoints;
import dev.evertoken.spi.provider.KeptConnections;
import dev.evertoken.spi.provider.Provider;
import dev.evertoken.spi.provider.ProviderProfile;
import dev.evertoken.spi.provider.RefreshRequest;
import dev.evertoken.spi.provider.RevokeOutcome;
import dev.evertoken.spi.provider.TokenOutcome;
import dev.evertoken.spi.provider.TokenOutcome.Issued;
import dev.evertoken.spi.provider.TokenOutcome.MaybeSent;
import dev.evertoken.testing.ConcurrentRun;
import dev.evertoken.testing.ManualClock;
import java.io.IOException;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Connections that are kept open between requests, for requests that may be sent again. */
@Fault("B10")
class ReusedConnectionsTest {

    private static final String BODY = "{\"access_token\":\"at-2\",\"expires_in\":3600,\"token_type\":\"bearer\"}";

    private final KeptConnections kept = KeptConnections.open();
    private final Provider unchanging = acme().refreshModel(RefreshModel.STATIC).build();
    private KeepAliveServer server;

    @BeforeEach
    void start() throws IOException {
        server = new KeepAliveServer(() -> BODY);
    }

    @AfterEach
    void stop() throws IOException {
        kept.close();
        server.close();
    }

    @Test
    void refreshesOfARefreshTokenThatStaysUseOneConnection() {
        assertThat(refresh()).isInstanceOf(Issued.class);
        assertThat(refresh()).isInstanceOf(Issued.class);

        assertThat(server.requests()).hasSize(2);
        assertThat(server.connections()).isEqualTo(1);
    }

    @Test
    void aRefreshThatMustBeSentOnceNeverUsesAnOpenConnection() {
        refresh();
        refresh(unchanging, false, Timekeeper.system());
        refresh(acme().build(), false, Timekeeper.system());

        assertThat(server.connections()).isEqualTo(3);
    }

    @Test
    void aCodeIsExchangedOverAConnectionOfItsOwn() {
        RelocatedProvider provider = relocated();
        assertThat(provider.clientCredentialsToken()).isInstanceOf(Issued.class);
        assertThat(provider.exchange()).isInstanceOf(Issued.class);
        assertThat(provider.exchange()).isInstanceOf(Issued.class);

        assertThat(server.connections()).isEqualTo(3);
    }

    @Test
    void requestsThatUseUpNothingShareAConnection() {
        RelocatedProvider provider = relocated();
        assertThat(provider.clientCredentialsToken()).isInstanceOf(Issued.class);
        provider.validate();
        RevokeOutcome revoked = provider.provider().revoker().orElseThrow().revoke(provider.held());

        assertThat(revoked).isInstanceOf(RevokeOutcome.Revoked.class);
        assertThat(server.requests()).hasSize(3);
        assertThat(server.connections()).isEqualTo(1);
    }

    @Test
    void aConnectionThatTheServerHasClosedIsReplacedByANewOne() throws IOException {
        refresh();
        server.closeConnections();

        assertThat(refresh()).isInstanceOf(Issued.class);
        assertThat(server.requests()).hasSize(2);
        assertThat(server.connections()).isEqualTo(2);
    }

    @Test
    void aRequestThatIsLostOnAnOpenConnectionIsSentOnceMore() {
        refresh();
        server.closeAtNextRequest();

        assertThat(refresh()).isInstanceOf(Issued.class);
        assertThat(server.requests()).hasSize(3);
        assertThat(server.connections()).isEqualTo(2);
    }

    @Test
    void aRequestThatIsLostTwiceIsNotSentAThirdTime() {
        refresh();
        server.closeAtNextRequest();
        server.closeAtNextRequest();

        assertThat(refresh()).isInstanceOf(MaybeSent.class);
        assertThat(server.requests()).hasSize(3);
    }

    @Test
    void aRequestThatIsLostOnItsOwnConnectionIsNotSentAgain() {
        server.closeAtNextRequest();

        assertThat(refresh()).isInstanceOf(MaybeSent.class);
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void aRequestWithoutAResponseByItsDeadlineIsNotSentAgain() {
        refresh();
        server.ignoreNextRequest();
        RefreshRequest request = request(unchanging, true, Timekeeper.system(), Duration.ofMillis(200));

        assertThat(unchanging.refresher().refresh(request)).isInstanceOf(MaybeSent.class);
        assertThat(server.requests()).hasSize(2);
    }

    @Test
    void aConnectionIsNotUsedAfterFifteenSecondsWithoutARequest() {
        try (ManualClock clock = ManualClock.start()) {
            refresh(unchanging, true, clock);
            clock.advance(Duration.ofSeconds(14));
            refresh(unchanging, true, clock);
            assertThat(server.connections()).isEqualTo(1);

            clock.advance(Duration.ofSeconds(16));
            refresh(unchanging, true, clock);
            assertThat(server.connections()).isEqualTo(2);
        }
    }

    @Test
    void theConnectionsAreClosedWithTheEngine() throws InterruptedException {
        refresh();
        kept.close();
        assertThat(server.sawAnEnd()).isTrue();

        refresh();
        assertThat(server.sawAnEnd()).isTrue();
        assertThat(server.connections()).isEqualTo(2);
    }

    @Test
    void twoEnginesShareNoConnection() {
        refresh();
        try (KeptConnections ofAnother = KeptConnections.open()) {
            RefreshRequest request = request(unchanging, true, Timekeeper.system(), Duration.ofSeconds(20));
            Client client = request.client();
            unchanging.refresher().refresh(request.with(with(client, client.transport(), ofAnother)));
            assertThat(server.connections()).isEqualTo(2);

            TransportSettings others = TransportSettings.builder()
                    .connectTimeout(Duration.ofSeconds(4))
                    .build();
            unchanging.refresher().refresh(request.with(with(client, others, ofAnother)));
            assertThat(server.connections()).isEqualTo(3);
        }
    }

    @Test
    void aRotatingProviderCannotSayThatSendingTwiceIsHarmless() {
        assertThat(ProviderProfile.builder(RefreshModel.STATIC).build().resendHarmless())
                .isTrue();
        assertThat(ProviderProfile.builder(RefreshModel.ROTATING).build().resendHarmless())
                .isFalse();
        assertThat(ProviderProfile.builder(RefreshModel.EXTENDING).build().resendHarmless())
                .isFalse();
        assertThatThrownBy(() -> ProviderProfile.builder(RefreshModel.ROTATING)
                        .resendHarmless(true)
                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("resendHarmless is set for ROTATING, whose refresh tokens are sent once");
    }

    @Test
    void simultaneousConnectionsResumeASessionEach() throws Exception {
        int many = 8;
        TransportSettings trusting = TransportSettings.builder()
                .trustStore(TestCertificates.authority())
                .build();
        Provider rotating = acme().build();
        try (KeepAliveServer tls = new KeepAliveServer(TestCertificates.listen("server"), () -> BODY)) {
            RefreshCaller caller =
                    RefreshCaller.at(rotating, tls.tlsUri("/token")).over(trusting);
            for (int round = 0; round < 3; round++) {
                assertThat(ConcurrentRun.run(many, any -> Stream.of(caller.refresh())))
                        .hasOnlyElementsOfType(Issued.class);
            }

            assertThat(tls.connections()).isEqualTo(3 * many);
            assertThat(tls.resumed()).isGreaterThanOrEqualTo(2 * many);
        }
    }

    private TokenOutcome refresh() {
        return refresh(unchanging, true, Timekeeper.system());
    }

    private TokenOutcome refresh(Provider provider, boolean resendHarmless, Timekeeper time) {
        return provider.refresher().refresh(request(provider, resendHarmless, time, Duration.ofSeconds(20)));
    }

    private RefreshRequest request(Provider provider, boolean resendHarmless, Timekeeper time, Duration deadline) {
        RefreshRequest usual = RefreshCaller.at(provider, server.uri("/token"))
                .within(deadline)
                .by(time)
                .request(TOKENS, CLIENT);
        return new RefreshRequest(
                usual.key(),
                with(usual.client(), usual.client().transport(), kept),
                usual.tokens(),
                usual.context(),
                usual.callDeadline(),
                usual.permit(),
                usual.time(),
                usual.readLimit(),
                resendHarmless);
    }

    private static Client with(Client client, TransportSettings transport, KeptConnections connections) {
        return new Client(
                client.registration(),
                client.providerId(),
                client.credentials(),
                client.profile(),
                transport,
                connections);
    }

    private RelocatedProvider relocated() {
        Provider provider = acme().authorizationEndpoint(server.uri("/authorize"))
                .endpoint(EndpointKind.REVOKE, server.uri("/revoke"))
                .endpoint(EndpointKind.INTROSPECT, server.uri("/introspect"))
                .build();
        Endpoints here = provider.profile().endpoints().overriddenBy(Endpoints.token(server.uri("/token")));
        Client client = new Client(
                "acme", "acme", CLIENT, provider.profile().withEndpoints(here), TransportSettings.ofTheJvm(), kept);
        return new RelocatedProvider(provider, client);
    }
}
