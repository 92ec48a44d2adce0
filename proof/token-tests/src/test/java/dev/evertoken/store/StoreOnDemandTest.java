package dev.evertoken.store;

import static dev.evertoken.internal.record.SampleRecords.ALICE;
import static dev.evertoken.internal.record.SampleRecords.record;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenStoreException;
import dev.evertoken.spi.store.ChangeStamp.Move;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.spi.store.TokenStore.Guarantee;
import dev.evertoken.testing.FaultyStore;
import dev.evertoken.testing.ForwardingTokenStore;
import dev.evertoken.testing.ManualClock;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class StoreOnDemandTest {

    private final FaultyStore under = FaultyStore.over(new InMemoryTokenStore(ManualClock.start()));
    private final AtomicInteger openings = new AtomicInteger();
    private final AtomicBoolean down = new AtomicBoolean();
    private final StoreOnDemand store = StoreOnDemand.of(Guarantee.PROCESS, this::open);

    private TokenStore open() {
        openings.incrementAndGet();
        if (down.get()) {
            throw TokenStoreException.unavailable("nobody listens", new IOException("refused"));
        }
        return under;
    }

    @Test
    void theStoreIsOpenedAtItsFirstUseAndOnlyOnce() {
        assertThat(openings).hasValue(0);
        assertThat(store.compareAndSet(ALICE, TokenStore.ABSENT, record())).isTrue();
        assertThat(store.load(ALICE)).contains(record());
        assertThat(store.keys()).containsExactly(ALICE);
        assertThat(store.now()).isEqualTo(under.now());
        assertThat(store.remove(ALICE, record().revision())).isTrue();
        assertThat(openings).hasValue(1);
    }

    @Test
    void theChangeStampIsThatOfTheStore() {
        TokenStore without = new ForwardingTokenStore(under) {
            @Override
            public Optional<String> changeStamp() {
                return Optional.empty();
            }
        };

        assertThat(store.changeStamp()).hasValue("");
        assertThat(store.moveChangeStamp()).hasValue(new Move("", "1"));

        assertThat(under.changeStamp()).hasValue("1");
        assertThat(StoreOnDemand.of(Guarantee.PROCESS, () -> without).changeStamp())
                .isEmpty();
    }

    @Test
    void anUnavailableStoreIsTriedAgainByTheNextCall() {
        down.set(true);
        assertThatExceptionOfType(TokenStoreException.class)
                .isThrownBy(() -> store.load(ALICE))
                .satisfies(why -> assertThat(why.problem()).isEqualTo(Problem.STORE_UNAVAILABLE))
                .withMessageContaining("nobody listens");

        down.set(false);
        assertThat(store.load(ALICE)).isEmpty();
        assertThat(openings).hasValue(2);
    }

    @Test
    void theAccountsInClearTextAreKnownBeforeTheStoreIsOpen() {
        assertThat(store.keepsClearText(ALICE)).isFalse();
        assertThat(store.withClearText(ALICE::equals).keepsClearText(ALICE)).isTrue();
        assertThat(openings).hasValue(0);
    }

    @Test
    void oneThreadOpensTheStoreAndTheOthersWaitForIt() throws Exception {
        int threads = 16;
        CountDownLatch started = new CountDownLatch(threads);
        AtomicInteger opened = new AtomicInteger();
        StoreOnDemand slow = StoreOnDemand.of(Guarantee.PROCESS, () -> {
            opened.incrementAndGet();
            try {
                assertThat(started.await(20, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            return under;
        });
        ExecutorService callers = Executors.newFixedThreadPool(threads);
        List<Future<Boolean>> responses = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            responses.add(callers.submit(() -> {
                started.countDown();
                return slow.load(ALICE).isEmpty();
            }));
        }
        for (Future<Boolean> response : responses) {
            assertThat(response.get(20, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(opened).hasValue(1);
        callers.shutdown();
    }

    @Test
    void theDeclaredGuaranteeIsReportedAndAStoreThatGuaranteesLessIsRefused() {
        assertThat(store.guarantee()).isEqualTo(Guarantee.PROCESS);
        assertThat(store.costlyWrites()).isFalse();
        assertThat(store.withCostlyWrites().costlyWrites()).isTrue();

        assertThatIllegalStateException()
                .isThrownBy(() -> StoreOnDemand.of(Guarantee.SHARED, this::open).load(ALICE))
                .withMessageContaining("several processes");
    }

    @Test
    void aClosedStoreIsNotOpenedAgain() {
        store.load(ALICE);
        store.close();
        store.close();

        assertThatExceptionOfType(TokenStoreException.class)
                .isThrownBy(() -> store.load(ALICE))
                .withMessageContaining("closed");
        assertThat(openings).hasValue(1);
    }
}
