package dev.evertoken.protocol;

import static dev.evertoken.protocol.ProtocolFixture.ANNA;
import static dev.evertoken.testing.StoreOperation.COMPARE_AND_SET;
import static dev.evertoken.testing.StoreOperation.LOAD;
import static dev.evertoken.testing.StoreOperation.REMOVE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.evertoken.Tokens;
import dev.evertoken.Transfer.Progress;
import dev.evertoken.internal.record.SampleRecords;
import dev.evertoken.model.KeyRing;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TransferReport;
import dev.evertoken.model.TransferReport.Outcome;
import dev.evertoken.spi.store.Claim;
import dev.evertoken.spi.store.Claim.Phase;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.TokenStore;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Transfers that are stopped, and accounts that stay in the source. */
class TransferErrorsTest {

    private final TwoStores stores = new TwoStores();

    @AfterEach
    void close() {
        stores.close();
    }

    @Test
    void anAccountThatStaysBusyIsReportedAndNotMoved() {
        TokenKey key = stores.connect(1).get(0);
        TokenRecord stored = stores.source.load(key).orElseThrow();
        Claim peers = new Claim(
                "peers", "process 7", Duration.ofHours(1), stores.clock.now().plusSeconds(3600), Phase.CLAIMED);
        stores.source.compareAndSet(
                key, stored.revision(), stored.next().claim(peers).build(77, stores.clock.now()));

        TransferReport report = stores.fixture.drive(
                stores.fixture.async(() -> stores.transfer().move()), 1);

        assertThat(report.unsettled()).extracting(TransferReport.Row::outcome).containsExactly(Outcome.BUSY);
        assertThat(stores.source.load(key).orElseThrow().revision()).isEqualTo(77);
    }

    @Test
    void aTransferThatIsInterruptedAnywhereCanBeRepeatedWithoutLossOrASecondUse() {
        AtomicInteger left = new AtomicInteger();
        int cuts = 0;
        boolean cutOff = true;
        while (cutOff) {
            TokenKey key = TokenKey.of("acme", "cut-" + cuts);
            stores.there.connect(key, stores.server.consent(key.account()));
            left.set(cuts);
            Tokens cut = stores.on(cutting(stores.target, left), TwoStores.NEW_KEYS);
            Throwable end = catchThrowable(() -> cut.importFrom(cutting(stores.source, left))
                    .otherKeys(TwoStores.OLD_KEYS)
                    .move());
            cutOff = end instanceof CutOff;

            assertThat(stores.transfer().move().isComplete())
                    .as("after %s operations", cuts)
                    .isTrue();
            assertThat(stores.source.keys()).isEmpty();
            stores.refreshes(stores.here, key);
            cuts++;
        }
        assertThat(cuts).as("points of interruption").isGreaterThan(10);
    }

    /** Wraps a store so that it throws before or after one of its operations, as if the process ended there. */
    private static TokenStore cutting(TokenStore store, AtomicInteger left) {
        return (TokenStore) Proxy.newProxyInstance(
                TokenStore.class.getClassLoader(), new Class<?>[] {TokenStore.class}, (proxy, method, arguments) -> {
                    boolean counts =
                            List.of("load", "compareAndSet", "remove", "keys").contains(method.getName());
                    if (counts && left.getAndDecrement() == 0) {
                        throw new CutOff();
                    }
                    try {
                        Object result = method.invoke(store, arguments);
                        if (counts && left.getAndDecrement() == 0) {
                            throw new CutOff();
                        }
                        return result;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private static final class CutOff extends Error {
        private static final long serialVersionUID = 1L;
    }

    @Test
    void aTransferWaitsForAStoreThatIsTemporarilyUnavailable() {
        stores.connect(3);
        stores.source.next(LOAD).times(2).failBefore();
        stores.target.next(COMPARE_AND_SET).times(2).failAfter();
        stores.source.next(REMOVE).failAfter();

        CompletableFuture<TransferReport> moving =
                stores.fixture.async(() -> stores.transfer().move());

        TransferReport report = stores.fixture.drive(moving, 1);
        assertThat(report.isComplete()).isTrue();
        assertThat(stores.source.keys()).isEmpty();
        assertThat(stores.target.keys()).hasSize(3);
    }

    @Test
    void aStoreThatStaysUnavailableEndsTheTransferWhichCanBeRepeated() {
        List<TokenKey> keys = stores.connect(5);
        List<Progress> steps = new ArrayList<>();
        CompletableFuture<TransferReport> moving = stores.fixture.async(() -> stores.transfer()
                .onProgress(step -> {
                    steps.add(step);
                    stores.target.down();
                })
                .move());

        TransferReport report = stores.fixture.drive(moving, 1);
        assertThat(report.stoppedBy())
                .hasValueSatisfying(why -> assertThat(why.problem()).isEqualTo(Problem.STORE_UNAVAILABLE));
        assertThat(report.isComplete()).isFalse();
        assertThat(report.counts()).containsOnlyKeys(Outcome.TRANSFERRED);
        assertThat(stores.source.keys()).as("still there").hasSize(5 - steps.size());
        assertThat(stores.source.load(keys.get(4)).flatMap(TokenRecord::claim))
                .as("and not held")
                .isEmpty();

        stores.target.up();
        assertThat(stores.transfer().move().isComplete()).isTrue();
        assertThat(stores.target.keys()).hasSize(5);
    }

    @Test
    void closingAnApplicationStopsItsTransfer() {
        stores.connect(1);
        stores.target.down();
        CompletableFuture<TransferReport> moving =
                stores.fixture.async(() -> stores.transfer().move());
        ProtocolFixture.until(() -> stores.clock.waits() == 1);

        stores.here.close();
        assertThat(ProtocolFixture.get(moving).stoppedBy()).isPresent();
        assertThat(stores.source.keys()).hasSize(1);
    }

    @Test
    void accountsOfAnotherEnvironmentOrClientStayInTheSourceAndAreReported() {
        stores.connect(2);
        Tokens staging = stores.fixture.processOver(
                stores.source,
                builder -> builder.environment("staging")
                        .encryption(TwoStores.OLD_KEYS)
                        .withoutJournal());
        staging.connect(ANNA, stores.server.consent("anna"));
        TokenKey unknown = TokenKey.of("other", "user");
        TokenRecord record = stores.source.load(TokenKey.of("acme", "user-0")).orElseThrow();
        stores.source.compareAndSet(unknown, TokenStore.ABSENT, SampleRecords.ofAccount(record, unknown));

        TransferReport report = stores.transfer().move();

        assertThat(report.count(Outcome.TRANSFERRED)).isEqualTo(2);
        assertThat(report.unsettled())
                .extracting(row -> row.problem().orElseThrow().problem())
                .containsExactlyInAnyOrder(Problem.ENVIRONMENT_MISMATCH, Problem.UNKNOWN_REGISTRATION);
        assertThat(stores.source.keys()).containsExactlyInAnyOrder(ANNA, unknown);
    }

    @Test
    void anAccountThatCannotBeDecryptedStaysInTheSource() {
        stores.connect(1);

        TransferReport report = stores.here
                .importFrom(stores.source)
                .otherKeys(TwoStores.ring("another", 3))
                .move();

        assertThat(report.unsettled())
                .extracting(row -> row.problem().orElseThrow().problem())
                .containsExactly(Problem.RECORD_UNREADABLE);
        assertThat(stores.source.keys()).hasSize(1);
    }

    @Test
    void noTokenIsExportedInClearText() {
        stores.connect(1);
        assertThatIllegalStateException()
                .isThrownBy(() -> stores.there
                        .exportTo(stores.target)
                        .otherKeys(KeyRing.none())
                        .copy())
                .withMessageContaining("clear text")
                .withMessageContaining("key ring");
        assertThat(stores.target.keys()).isEmpty();
    }
}
