package dev.evertoken;

import static dev.evertoken.ConsentHouse.failure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.model.AccessToken;
import dev.evertoken.model.Connection;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.Remedy;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenRecord;
import dev.evertoken.testing.Answer;
import dev.evertoken.testing.Hold;
import dev.evertoken.testing.MockProvider;
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

/** Accounts whose tokens are given to the client alone (RFC 6749 section 4.4). */
class AppAccountsTest {

    private static final TokenKey APP = TokenKey.of("acme", "app");

    private final ConsentHouse house = new ConsentHouse();
    private final MockProvider acme = house.providers.rotating();
    private final Tokens tokens = house.process();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void close() {
        house.close();
        threads.shutdownNow();
    }

    private TokenRecord record() {
        return house.store.load(APP).orElseThrow();
    }

    private void end() {
        house.later(Duration.ofDays(1));
    }

    @Test
    void theClientAloneIsAnAccountThatIsStoredAndUsedLikeAnyOther() {
        Connection connection = tokens.connectApp(APP);

        assertThat(connection.state()).isEqualTo(ConnectionState.ACTIVE);
        assertThat(connection.subject()).isEmpty();
        assertThat(connection.dies()).isEmpty();
        assertThat(connection.refreshAt()).isPresent();
        assertThat(record().refreshModel()).isEqualTo(RefreshModel.REISSUED);
        assertThat(record().refreshTokenFingerprint()).isEmpty();
        AccessToken token = house.process().accessToken(APP);
        assertThat(token).isEqualTo(tokens.accessToken(APP));
        assertThat(acme.ledger().isAccepted(token.value())).isTrue();
        assertThat(acme.ledger().tokenRequests()).isEqualTo(1);
    }

    @Test
    void itIsRefreshedByAskingAgain() throws InterruptedException {
        tokens.connectApp(APP);
        end();

        AccessToken next = tokens.accessToken(APP);

        assertThat(next.generation()).isEqualTo(2);
        assertThat(acme.ledger().isAccepted(next.value())).isTrue();
        assertThat(acme.ledger().tokenRequests()).isEqualTo(2);
        assertThat(record().generation()).isEqualTo(2);
        assertThat(record().claim()).isEmpty();
        assertThat(tokens.status(APP).state()).isEqualTo(ConnectionState.ACTIVE);
        assertThat(house.event(TokenEvent.Refreshed.class).rotated()).isFalse();
    }

    @Test
    void connectingItAtEveryStartAsksNothing() {
        Connection first = tokens.connectApp(APP);
        house.later(Duration.ofMinutes(1));

        assertThat(tokens.connectApp(APP)).isEqualTo(first);
        assertThat(house.process().connectApp(APP)).isEqualTo(first);
        assertThat(acme.ledger().tokenRequests()).isEqualTo(1);
    }

    @Test
    void whatStandsUnderItsKeyIsReplaced() {
        tokens.connect(APP, acme.consent("anna"));

        tokens.connectApp(APP);

        assertThat(record().refreshModel()).isEqualTo(RefreshModel.REISSUED);
        assertThat(record().refreshTokenFingerprint()).isEmpty();
        tokens.connect(APP, acme.consent("anna"));
        assertThat(record().refreshModel()).isEqualTo(RefreshModel.ROTATING);
    }

    @Test
    void providersThatHaveNoneSaySoAndNothingIsStored() {
        TokenKey google = TokenKey.of("google", "app");

        assertThat(failure(Problem.NOT_SUPPORTED, () -> tokens.connectApp(google)))
                .hasMessage("google/app: provider google has no tokens of the application itself");
        failure(Problem.UNKNOWN_REGISTRATION, () -> tokens.connectApp(TokenKey.of("nobody", "app")));
        assertThat(house.store.load(google)).isEmpty();
    }

    @Test
    void whatIsRefusedAtTheStartIsTypedAndNothingIsStored() {
        acme.onToken(Answer.json(400, "{\"error\":\"invalid_scope\"}"), Answer.html(503), Answer.disconnect());

        failure(Problem.SCOPE_INVALID, () -> tokens.connectApp(APP));
        failure(Problem.PROVIDER_UNAVAILABLE, () -> tokens.connectApp(APP));
        failure(Problem.NETWORK, () -> tokens.connectApp(APP));
        assertThat(house.store.load(APP)).isEmpty();
        assertThat(tokens.connectApp(APP).state()).isEqualTo(ConnectionState.ACTIVE);
    }

    @ParameterizedTest
    @CsvSource({
        "400, invalid_grant, CLIENT_REJECTED",
        "400, unauthorized_client, CLIENT_REJECTED",
        "401, invalid_client, CLIENT_REJECTED",
        "400, invalid_scope, SCOPE_INVALID",
    })
    void aRefusalIsTheClientsFaultAndNeverEndsTheAccount(int status, String error, Problem problem) {
        tokens.connectApp(APP);
        end();
        acme.onToken(Answer.json(status, "{\"error\":\"" + error + "\"}"));

        TokenException refused = failure(problem, () -> tokens.accessToken(APP));

        assertThat(refused.remedy()).isEqualTo(Remedy.FIX_CONFIGURATION);
        assertThat(tokens.status(APP).state())
                .isNotIn(ConnectionState.NEEDS_REAUTH, ConnectionState.NOT_REFRESHABLE, ConnectionState.UNCERTAIN);
        house.later(Duration.ofHours(1));
        assertThat(tokens.accessToken(APP).generation()).isEqualTo(2);
        assertThat(tokens.status(APP).state()).isEqualTo(ConnectionState.ACTIVE);
    }

    @Test
    void aRefusalLeavesAValidTokenInUse() {
        tokens.connectApp(APP);
        AccessToken valid = tokens.accessToken(APP);
        acme.onToken(Answer.json(401, "{\"error\":\"invalid_client\"}"));

        failure(Problem.CLIENT_REJECTED, () -> tokens.replace(APP, valid));

        assertThat(tokens.accessToken(APP)).isEqualTo(valid);
    }

    @Test
    void aLostAnswerCostsNothing() {
        tokens.connectApp(APP);
        end();
        acme.onToken(Answer.disconnect().afterProcessing());

        failure(Problem.NETWORK, () -> tokens.accessToken(APP));
        assertThat(tokens.status(APP).state()).isEqualTo(ConnectionState.STALLED);
        assertThat(record().uncertain()).isZero();

        house.later(Duration.ofMinutes(5));
        assertThat(tokens.accessToken(APP).generation()).isEqualTo(2);
    }

    @Test
    void manyThreadsAndTwoProcessesShareOneRequest() throws Exception {
        tokens.connectApp(APP);
        end();
        Tokens other = house.process();
        Hold hold = acme.hold();
        List<CompletableFuture<AccessToken>> all = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            all.add(CompletableFuture.supplyAsync(() -> tokens.accessToken(APP), threads));
        }
        hold.awaitArrived();
        assertThat(record().claim()).isPresent();
        CompletableFuture<AccessToken> theirs = CompletableFuture.supplyAsync(() -> other.accessToken(APP), threads);
        house.clock.awaitWaitingThreads(10);
        hold.release();

        AccessToken one = all.get(0).get(20, TimeUnit.SECONDS);
        for (CompletableFuture<AccessToken> next : all) {
            assertThat(next.get(20, TimeUnit.SECONDS)).isEqualTo(one);
        }
        while (!theirs.isDone()) {
            if (house.clock.waitingThreads() >= 2) {
                house.later(Duration.ofMillis(100));
            }
            Thread.onSpinWait();
        }
        assertThat(theirs.get()).isEqualTo(one);
        assertThat(acme.ledger().tokenRequests())
                .as("to connect, and once more")
                .isEqualTo(2);
    }

    @Test
    void itIsDisconnectedAndRevokedLikeAnyOther() {
        tokens.connectApp(APP);
        assertThat(tokens.disconnect(APP)).isTrue();
        failure(Problem.NOT_CONNECTED, () -> tokens.accessToken(APP));

        tokens.connectApp(APP);
        assertThat(tokens.revoke(APP).disconnected()).isTrue();
        assertThat(house.store.load(APP)).isEmpty();
    }

    @Test
    void tokensOfUsersOfTheSameClientGoOnBesideIt() {
        tokens.connect(ConsentHouse.ANNA, acme.consent("anna"));
        tokens.connectApp(APP);
        end();

        assertThat(tokens.accessToken(ConsentHouse.ANNA).generation()).isEqualTo(2);
        assertThat(tokens.accessToken(APP).generation()).isEqualTo(2);
        assertThat(acme.ledger().familiesRevoked()).isEmpty();
    }
}
