package dev.evertoken.protocol;

import static dev.evertoken.protocol.ProtocolFixture.ANNA;
import static dev.evertoken.protocol.ProtocolFixture.failure;
import static dev.evertoken.testing.StoreOperation.COMPARE_AND_SET;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.Tokens;
import dev.evertoken.Transfer.Progress;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.KeyRing;
import dev.evertoken.model.NotConnectedException;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TransferReport;
import dev.evertoken.model.TransferReport.Outcome;
import dev.evertoken.spi.store.SecretPart;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.store.FileTokenStore;
import dev.evertoken.store.InMemoryTokenStore;
import dev.evertoken.testing.Checkpoint;
import dev.evertoken.testing.SecretCanary;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Transfers of accounts from one store to another. */
class TransferTest {

    private final TwoStores stores = new TwoStores();

    @AfterEach
    void close() {
        stores.close();
    }

    @Test
    void aCopyIsSealedWithTheKeysOfTheTargetAndReportsEachStep(@TempDir Path folder) throws IOException {
        List<TokenKey> keys = stores.connect(20);
        List<Progress> steps = new ArrayList<>();
        try (FileTokenStore backup = FileTokenStore.open(folder, "house")) {
            TransferReport report = stores.there
                    .exportTo(backup)
                    .otherKeys(TwoStores.NEW_KEYS)
                    .onProgress(steps::add)
                    .copy();

            assertThat(report.isComplete()).isTrue();
            assertThat(report.count(Outcome.TRANSFERRED)).isEqualTo(20);
            assertThat(steps).extracting(Progress::done).startsWith(1, 2, 3).endsWith(20);
            assertThat(steps).allSatisfy(step -> assertThat(step.total()).isEqualTo(20));
            assertThat(backup.load(keys.get(7)).orElseThrow().secrets())
                    .isInstanceOfSatisfying(
                            SecretPart.Envelope.class,
                            envelope -> assertThat(envelope.keyId()).isEqualTo("new"));
            SecretCanary.ofTestTokens().assertNoneBelow(folder);

            assertThat(stores.here
                            .importFrom(backup)
                            .otherKeys(TwoStores.NEW_KEYS)
                            .copy()
                            .isComplete())
                    .isTrue();
        }
        stores.refreshes(stores.here, keys.get(7));
    }

    @Test
    void aMovedAccountIsRefreshedInTheTargetAndNotConnectedInTheSource() {
        List<TokenKey> keys = stores.connect(3);
        stores.clock.advance(AuthorizationServer.LIFETIME.plusSeconds(1));
        stores.there.accessToken(keys.get(1));

        TransferReport report = stores.transfer().move();

        assertThat(report.isComplete()).isTrue();
        assertThat(stores.source.keys()).isEmpty();
        assertThat(stores.here.status(keys.get(1)).generation()).isEqualTo(2);
        keys.forEach(key -> stores.refreshes(stores.here, key));
        assertThat(failure(() -> stores.there.accessToken(keys.get(0)))).isInstanceOf(NotConnectedException.class);
    }

    @Test
    void onlyTheSelectedAccountsAreTransferred() {
        List<TokenKey> keys = stores.connect(3);

        TransferReport report = stores.transfer().accounts(keys.get(2)::equals).move();

        assertThat(report.total()).isEqualTo(1);
        assertThat(stores.source.keys()).containsExactlyInAnyOrder(keys.get(0), keys.get(1));
        assertThat(stores.target.keys()).containsExactly(keys.get(2));
    }

    @Test
    void anOlderRecordNeverOverwritesANewerOne() {
        TokenKey key = stores.connect(1).get(0);
        stores.transfer().copy();
        stores.refreshes(stores.here, key);

        assertThat(stores.transfer().copy().count(Outcome.ALREADY_PRESENT)).isEqualTo(1);
        assertThat(stores.here.status(key).generation()).isEqualTo(2);

        stores.clock.advance(Duration.ofMinutes(1));
        stores.here.connect(key, stores.server.consent(key.account()));
        TransferReport report = stores.transfer().move();
        assertThat(report.unsettled())
                .extracting(TransferReport.Row::outcome)
                .containsExactly(Outcome.KEPT_LATER_CONSENT);
        assertThat(stores.source.load(key).orElseThrow().claim()).isEmpty();

        stores.clock.advance(Duration.ofMinutes(1));
        stores.there.connect(key, stores.server.consent(key.account()));
        assertThat(stores.transfer().move().isComplete()).isTrue();
        stores.refreshes(stores.here, key);
    }

    @Test
    void anAccountInTransferIsNotRefreshedInTheSource() {
        TokenKey key = stores.connect(1).get(0);
        stores.clock.advance(AuthorizationServer.LIFETIME.plusSeconds(1));
        Checkpoint checkpoint = stores.target.next(COMPARE_AND_SET).holdBefore();
        CompletableFuture<TransferReport> moving =
                stores.fixture.async(() -> stores.transfer().move());
        checkpoint.awaitArrived();

        CompletableFuture<AccessToken> caller = stores.fixture.async(() -> stores.there.accessToken(key));
        assertThat(failure(() -> stores.fixture.drive(caller, 2)).problem()).isEqualTo(Problem.HELD_BY_PEER);
        assertThat(stores.server.requests()).isZero();

        checkpoint.release();
        assertThat(ProtocolFixture.get(moving).isComplete()).isTrue();
        assertThat(failure(() -> stores.there.accessToken(key))).isInstanceOf(NotConnectedException.class);
        stores.refreshes(stores.here, key);
    }

    @Test
    void aTransferWaitsForARunningRefreshAndMovesTheNewTokens() {
        TokenKey key = stores.connect(1).get(0);
        stores.clock.advance(AuthorizationServer.LIFETIME.plusSeconds(1));
        Gate gate = new Gate();
        stores.server.next(AuthorizationServer.heldAfter(gate));
        CompletableFuture<AccessToken> refreshing = stores.fixture.async(() -> stores.there.accessToken(key));
        gate.awaitArrival();
        CompletableFuture<TransferReport> moving =
                stores.fixture.async(() -> stores.transfer().move());
        ProtocolFixture.until(() -> stores.clock.waits() > 1);

        gate.open();
        ProtocolFixture.get(refreshing);
        assertThat(stores.fixture.drive(moving, 1).isComplete()).isTrue();
        assertThat(stores.here.status(key).generation()).isEqualTo(2);
        stores.refreshes(stores.here, key);
    }

    @Test
    void aRecordInClearTextIsSealedDuringTheTransfer() {
        TokenStore clear = new InMemoryTokenStore(stores.clock);
        Tokens unsealed = stores.on(clear, KeyRing.none());
        unsealed.connect(ANNA, stores.server.consent("anna"));

        assertThat(stores.here
                        .importFrom(clear)
                        .otherKeys(KeyRing.none())
                        .move()
                        .isComplete())
                .isTrue();
        assertThat(stores.target.load(ANNA).orElseThrow().secrets()).isInstanceOf(SecretPart.Envelope.class);
        stores.refreshes(stores.here, ANNA);
    }

    @Test
    void applicationsOnBothStoresWorkDuringATransferAndNoRefreshTokenIsSpentTwice() {
        List<TokenKey> keys = stores.connect(40);
        stores.clock.advance(AuthorizationServer.LIFETIME.plusSeconds(1));
        List<CompletableFuture<?>> callers = new ArrayList<>();
        for (int thread = 0; thread < 6; thread++) {
            List<TokenKey> order = new ArrayList<>(keys);
            Collections.rotate(order, 7 * thread);
            callers.add(stores.fixture.async(
                    () -> order.stream().map(this::tokenOnEitherSide).toList()));
        }
        CompletableFuture<TransferReport> moving =
                stores.fixture.async(() -> stores.transfer().move());
        callers.add(moving);

        stores.fixture.drive(CompletableFuture.allOf(callers.toArray(CompletableFuture[]::new)), 1);

        assertThat(ProtocolFixture.get(moving).isComplete()).isTrue();
        assertThat(stores.source.keys()).isEmpty();
        assertThat(stores.server.secondPresentations()).isZero();
        stores.clock.advance(AuthorizationServer.LIFETIME.plusSeconds(1));
        assertThat(keys)
                .allSatisfy(key -> assertThat(stores.here.accessToken(key)).isNotNull());
    }

    /** An application that tries the old store, then the new one, and retries transient problems. */
    private AccessToken tokenOnEitherSide(TokenKey key) {
        while (true) {
            for (Tokens tokens : List.of(stores.there, stores.here)) {
                try {
                    return tokens.accessToken(key);
                } catch (TokenException e) {
                    assertThat(e.problem()).isIn(Problem.NOT_CONNECTED, Problem.HELD_BY_PEER, Problem.WAIT_TIMEOUT);
                }
            }
        }
    }
}
