package dev.evertoken.internal.account;

import static dev.evertoken.ConsentFixture.failure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.ConsentFixture;
import dev.evertoken.Tokens;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.AccountStatus;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.Remedy;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.testing.Checkpoint;
import dev.evertoken.testing.MockProvider;
import dev.evertoken.testing.MockResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Accounts whose tokens are issued to the client itself (RFC 6749 section 4.4). */
class ClientCredentialsAccountsTest {

    private static final TokenKey APP = TokenKey.of("acme", "app");

    private final ConsentFixture fixture = new ConsentFixture();
    private final MockProvider acme = fixture.providers.rotating();
    private final Tokens tokens = fixture.process();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void close() {
        fixture.close();
        threads.shutdownNow();
    }

    private TokenRecord record() {
        return fixture.store.load(APP).orElseThrow();
    }

    private void end() {
        fixture.later(Duration.ofDays(1));
    }

    @Test
    void aClientCredentialsAccountIsStoredAndUsedLikeAnyOther() {
        AccountStatus status = tokens.connectClientCredentials(APP);

        assertThat(status.state()).isEqualTo(ConnectionState.ACTIVE);
        assertThat(status.subject()).isEmpty();
        assertThat(status.reconnectBy()).isEmpty();
        assertThat(status.refreshAt()).isPresent();
        assertThat(record().refreshModel()).isEqualTo(RefreshModel.REISSUED);
        assertThat(record().refreshTokenFingerprint()).isEmpty();
        AccessToken token = fixture.process().accessToken(APP);
        assertThat(token).isEqualTo(tokens.accessToken(APP));
        assertThat(acme.ledger().isAccepted(token.value())).isTrue();
        assertThat(acme.ledger().tokenRequests()).isEqualTo(1);
    }

    @Test
    void aClientCredentialsTokenIsRefreshedByANewRequest() throws InterruptedException {
        tokens.connectClientCredentials(APP);
        end();

        AccessToken next = tokens.accessToken(APP);

        assertThat(next.generation()).isEqualTo(2);
        assertThat(acme.ledger().isAccepted(next.value())).isTrue();
        assertThat(acme.ledger().tokenRequests()).isEqualTo(2);
        assertThat(record().generation()).isEqualTo(2);
        assertThat(record().claim()).isEmpty();
        assertThat(tokens.status(APP).state()).isEqualTo(ConnectionState.ACTIVE);
        assertThat(fixture.event(TokenEvent.Refreshed.class).rotated()).isFalse();
    }

    @Test
    void connectingAtEveryStartSendsNoFurtherRequest() {
        AccountStatus first = tokens.connectClientCredentials(APP);
        fixture.later(Duration.ofMinutes(1));

        assertThat(tokens.connectClientCredentials(APP)).isEqualTo(first);
        assertThat(fixture.process().connectClientCredentials(APP)).isEqualTo(first);
        assertThat(acme.ledger().tokenRequests()).isEqualTo(1);
    }

    @Test
    void anExistingConnectionOfTheKeyIsReplaced() {
        tokens.connect(APP, acme.consent("anna"));

        tokens.connectClientCredentials(APP);

        assertThat(record().refreshModel()).isEqualTo(RefreshModel.REISSUED);
        assertThat(record().refreshTokenFingerprint()).isEmpty();
        tokens.connect(APP, acme.consent("anna"));
        assertThat(record().refreshModel()).isEqualTo(RefreshModel.ROTATING);
    }

    @Test
    void aProviderWithoutClientCredentialsIsReportedAndNothingIsStored() {
        TokenKey google = TokenKey.of("google", "app");

        assertThat(failure(Problem.NOT_SUPPORTED, () -> tokens.connectClientCredentials(google)))
                .hasMessage("google/app: provider google does not issue tokens to the application itself");
        failure(Problem.UNKNOWN_REGISTRATION, () -> tokens.connectClientCredentials(TokenKey.of("nobody", "app")));
        assertThat(fixture.store.load(google)).isEmpty();
    }

    @Test
    void aFailedFirstRequestIsReportedWithItsProblemAndNothingIsStored() {
        acme.onToken(
                MockResponse.json(400, "{\"error\":\"invalid_scope\"}"),
                MockResponse.html(503),
                MockResponse.disconnect(),
                MockResponse.disconnect()); // the first one ends a connection that was kept open

        failure(Problem.SCOPE_INVALID, () -> tokens.connectClientCredentials(APP));
        failure(Problem.PROVIDER_UNAVAILABLE, () -> tokens.connectClientCredentials(APP));
        failure(Problem.NETWORK, () -> tokens.connectClientCredentials(APP));
        assertThat(fixture.store.load(APP)).isEmpty();
        assertThat(tokens.connectClientCredentials(APP).state()).isEqualTo(ConnectionState.ACTIVE);
    }

    @ParameterizedTest
    @CsvSource({
        "400, invalid_grant, CLIENT_REJECTED",
        "400, unauthorized_client, CLIENT_REJECTED",
        "401, invalid_client, CLIENT_REJECTED",
        "400, invalid_scope, SCOPE_INVALID",
    })
    void aRefusalIsReportedAsAConfigurationProblemAndTheAccountRecovers(int status, String error, Problem problem) {
        tokens.connectClientCredentials(APP);
        end();
        acme.onToken(MockResponse.json(status, "{\"error\":\"" + error + "\"}"));

        TokenException refused = failure(problem, () -> tokens.accessToken(APP));

        assertThat(refused.remedy()).isEqualTo(Remedy.FIX_CONFIGURATION);
        assertThat(tokens.status(APP).state())
                .isNotIn(ConnectionState.NEEDS_REAUTH, ConnectionState.NOT_REFRESHABLE, ConnectionState.UNCERTAIN);
        fixture.later(Duration.ofHours(1));
        assertThat(tokens.accessToken(APP).generation()).isEqualTo(2);
        assertThat(tokens.status(APP).state()).isEqualTo(ConnectionState.ACTIVE);
    }

    @Test
    void aRefusalLeavesAValidTokenInUse() {
        tokens.connectClientCredentials(APP);
        AccessToken valid = tokens.accessToken(APP);
        acme.onToken(MockResponse.json(401, "{\"error\":\"invalid_client\"}"));

        failure(Problem.CLIENT_REJECTED, () -> tokens.replace(APP, valid));

        assertThat(tokens.accessToken(APP)).isEqualTo(valid);
    }

    @Test
    void aLostResponseIsRetriedWithoutUncertainty() {
        tokens.connectClientCredentials(APP);
        end();
        acme.onToken(MockResponse.disconnect().afterProcessing());

        failure(Problem.NETWORK, () -> tokens.accessToken(APP));
        assertThat(tokens.status(APP).state()).isEqualTo(ConnectionState.STALLED);
        assertThat(record().uncertain()).isZero();

        fixture.later(Duration.ofMinutes(5));
        assertThat(tokens.accessToken(APP).generation()).isEqualTo(2);
    }

    @Test
    void manyThreadsAndTwoProcessesShareOneRequest() throws Exception {
        tokens.connectClientCredentials(APP);
        end();
        Tokens other = fixture.process();
        Checkpoint checkpoint = acme.holdRequest();
        List<CompletableFuture<AccessToken>> all = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            all.add(CompletableFuture.supplyAsync(() -> tokens.accessToken(APP), threads));
        }
        checkpoint.awaitArrived();
        assertThat(record().claim()).isPresent();
        CompletableFuture<AccessToken> otherToken =
                CompletableFuture.supplyAsync(() -> other.accessToken(APP), threads);
        fixture.clock.awaitWaits(10);
        checkpoint.release();

        AccessToken one = all.get(0).get(20, TimeUnit.SECONDS);
        for (CompletableFuture<AccessToken> next : all) {
            assertThat(next.get(20, TimeUnit.SECONDS)).isEqualTo(one);
        }
        while (!otherToken.isDone()) {
            if (fixture.clock.waits() >= 2) {
                fixture.later(Duration.ofMillis(100));
            }
            Thread.onSpinWait();
        }
        assertThat(otherToken.get()).isEqualTo(one);
        assertThat(acme.ledger().tokenRequests())
                .as("one to connect and one to refresh")
                .isEqualTo(2);
    }

    @Test
    void aClientCredentialsAccountIsDisconnectedAndRevokedLikeAnyOther() {
        tokens.connectClientCredentials(APP);
        assertThat(tokens.disconnect(APP)).isTrue();
        failure(Problem.NOT_CONNECTED, () -> tokens.accessToken(APP));

        tokens.connectClientCredentials(APP);
        assertThat(tokens.revoke(APP).disconnected()).isTrue();
        assertThat(fixture.store.load(APP)).isEmpty();
    }

    @Test
    void usersOfTheSameClientKeepTheirTokens() {
        tokens.connect(ConsentFixture.ANNA, acme.consent("anna"));
        tokens.connectClientCredentials(APP);
        end();

        assertThat(tokens.accessToken(ConsentFixture.ANNA).generation()).isEqualTo(2);
        assertThat(tokens.accessToken(APP).generation()).isEqualTo(2);
        assertThat(acme.ledger().familiesRevoked()).isEmpty();
    }
}
