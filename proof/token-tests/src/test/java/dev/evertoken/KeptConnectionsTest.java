package dev.evertoken;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.faults.Fault;
import dev.evertoken.model.ClientRegistration;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.providers.KeepAliveServer;
import dev.evertoken.providers.OAuth2Provider;
import dev.evertoken.testing.ManualClock;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The connections to providers that an engine keeps open. */
@Fault("B10")
class KeptConnectionsTest {

    private static final TokenKey ANNA = TokenKey.of("acme", "anna");
    private static final TokenKey BEN = TokenKey.of("acme", "ben");
    private static final TokenKey CLEO = TokenKey.of("acme", "cleo");

    private final ManualClock clock = ManualClock.start();
    private final AtomicReference<String> refreshToken = new AtomicReference<>("");
    private KeepAliveServer server;

    @BeforeEach
    void start() throws IOException {
        server = new KeepAliveServer(
                () -> "{\"access_token\":\"at-2\",\"expires_in\":3600,\"token_type\":\"bearer\"" + refreshToken + "}");
    }

    @AfterEach
    void close() throws IOException {
        server.close();
        clock.close();
    }

    @Test
    void accountsShareAConnectionWhichIsClosedWithTheEngine() throws InterruptedException {
        try (Tokens tokens = open(RefreshModel.STATIC)) {
            tokens.accessToken(ANNA);
            tokens.accessToken(BEN);

            assertThat(server.requests()).hasSize(2);
            assertThat(server.connections()).isEqualTo(1);
        }
        assertThat(server.sawAnEnd()).isTrue();
    }

    @Test
    void aClientThatIsAddedLaterSharesTheConnectionsToo() throws InterruptedException {
        try (Tokens tokens = open(RefreshModel.STATIC)) {
            tokens.removeClient("acme");
            tokens.addClient("acme", "acme", ClientRegistration.of("client-1", "secret-1"));
            tokens.accessToken(ANNA);
            tokens.accessToken(BEN);

            assertThat(server.connections()).isEqualTo(1);
        }
        assertThat(server.sawAnEnd()).isTrue();
    }

    @Test
    void eachRotatingRefreshTokenIsSentOnceOverAConnectionOfItsOwn() {
        try (Tokens tokens = open(RefreshModel.ROTATING)) {
            tokens.clientCredentialsToken("acme");
            tokens.accessToken(ANNA);
            tokens.accessToken(BEN);

            assertThat(server.connections()).isEqualTo(3);
        }
    }

    @Test
    void anAccountWhoseRefreshTokenWasReplacedOnceUsesNoOpenConnection() {
        try (Tokens tokens = open(RefreshModel.STATIC)) {
            tokens.accessToken(ANNA);
            refreshToken.set(",\"refresh_token\":\"rt-2\"");
            tokens.accessToken(BEN);
            refreshToken.set("");
            assertThat(server.connections()).isEqualTo(1);

            clock.advance(Duration.ofHours(2));
            tokens.accessToken(ANNA);
            assertThat(server.connections()).isEqualTo(2);
            tokens.accessToken(BEN);
            assertThat(server.connections()).isEqualTo(3);
            assertThat(server.requests().get(3)).contains("refresh_token=rt-2");

            server.closeAtNextRequest();
            tokens.accessToken(CLEO);
            assertThat(server.requests()).hasSize(6);
        }
    }

    private Tokens open(RefreshModel model) {
        Tokens tokens = Tokens.builder()
                .namespace("network")
                .store("memory:")
                .timekeeper(clock)
                .provider(OAuth2Provider.builder("acme")
                        .tokenEndpoint(server.uri("/token"))
                        .refreshModel(model)
                        .build())
                .client("acme", ClientRegistration.of("client-1", "secret-1"))
                .build();
        for (TokenKey key : new TokenKey[] {ANNA, BEN, CLEO}) {
            tokens.connect(
                    key,
                    TokenSet.builder("at-1")
                            .refreshToken("rt-1-of-" + key.account())
                            .issuedAt(clock.now().minus(Duration.ofHours(2)))
                            .expiresAt(clock.now().minus(Duration.ofHours(1)))
                            .build());
        }
        return tokens;
    }
}
