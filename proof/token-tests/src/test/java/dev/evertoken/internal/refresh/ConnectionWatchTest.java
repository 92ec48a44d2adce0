package dev.evertoken.internal.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.faults.Fault;
import dev.evertoken.internal.cache.TokenCache;
import dev.evertoken.internal.cache.TokenCache.Cell;
import dev.evertoken.internal.cache.TokenCache.Snapshot;
import dev.evertoken.internal.record.MonitoredStore;
import dev.evertoken.internal.record.UnwrittenRecords;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.provider.DialectContext.TokenOf;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.store.InMemoryTokenStore;
import dev.evertoken.testing.FaultyStore;
import dev.evertoken.testing.ForwardingTokenStore;
import dev.evertoken.testing.ManualClock;
import dev.evertoken.testing.StoreOperation;
import dev.evertoken.testing.TestTokens;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** When the stamp of a store is read, and which results doubt the tokens in memory. */
class ConnectionWatchTest {

    private static final Duration PERIOD = Duration.ofSeconds(ConnectionWatch.SECONDS);
    private static final Duration DUE = Duration.ofHours(2);
    private static final TokenKey ALICE = TokenKey.of("google", "alice");

    private final ManualClock clock = ManualClock.start();
    private final InMemoryTokenStore shared = new InMemoryTokenStore(clock);
    private final FaultyStore store = FaultyStore.over(ofAllProcesses(shared));
    private final TokenCache cache = new TokenCache(10);
    private final Cell cell = cache.cell(ALICE);
    private final CompletableFuture<Void> closing = new CompletableFuture<>();
    private final ConnectionWatch watch = watch(store);
    private final ConnectionWatch[] watched = new ConnectionWatch[1];

    @Test
    @Fault("O6")
    void aStoreIsLeftAloneBeforeATokenIsServed() {
        clock.advance(Duration.ofHours(1));

        assertThat(reads()).isZero();
        assertThat(clock.timers()).isZero();
    }

    @Test
    @Fault("O6")
    void theStampIsReadInEachPeriodWhileATokenIsServedAndNeverAfterwards() {
        serve(PERIOD.multipliedBy(4).plusSeconds(1));

        clock.advance(PERIOD.multipliedBy(4));
        assertThat(reads()).isEqualTo(4);

        clock.advance(Duration.ofHours(1));
        assertThat(reads()).isEqualTo(4);
        assertThat(clock.timers()).isZero();
    }

    @Test
    @Fault("O6")
    void aTokenThatIsUsedAgainAfterThePauseIsDoubted() {
        serve(PERIOD.multipliedBy(2));
        clock.advance(PERIOD);
        publish();
        clock.advance(PERIOD);

        assertThat(clock.timers()).isZero();
        assertThat(cell.isDoubted()).isTrue();
        assertThat(cell.valid(clock.millis()))
                .as("it may be used if the store fails")
                .isNotNull();
    }

    @Test
    void theNextTokenStartsTheWatchAgain() {
        serve(PERIOD.multipliedBy(2));
        clock.advance(Duration.ofHours(1));
        int before = reads();

        serve(PERIOD.multipliedBy(2));
        clock.advance(PERIOD);

        assertThat(reads() - before).isEqualTo(1);
    }

    @Test
    @Fault("O6")
    void theFirstStampDoubtsTheTokensThatWerePublishedBefore() {
        publish();
        serve(Duration.ofHours(1));

        clock.advance(PERIOD);

        assertThat(cell.isDoubted()).isTrue();
    }

    @Test
    @Fault("O6")
    void anUnchangedStampDoubtsNothing() {
        known();

        clock.advance(PERIOD.multipliedBy(3));

        assertThat(cell.isDoubted()).isFalse();
    }

    @Test
    @Fault("O6")
    void anyOtherStampDoubtsTheTokens() {
        known();

        moveElsewhere();
        clock.advance(PERIOD);

        assertThat(cell.isDoubted()).isTrue();
        assertThat(cell.fresh(clock.millis())).isNull();
    }

    @Test
    @Fault("O6")
    void aStoreThatHasLostItsStampCountsAsChanged() {
        moveElsewhere();
        String[] stamp = {"a stamp"};
        ConnectionWatch other = watch(new ForwardingTokenStore(ofAllProcesses(shared)) {
            @Override
            public Optional<String> changeStamp() {
                return Optional.of(stamp[0]);
            }
        });
        other.serves(clock.now().plus(Duration.ofHours(1)).toEpochMilli());
        clock.advance(PERIOD);
        publish();

        stamp[0] = "";
        clock.advance(PERIOD);

        assertThat(cell.isDoubted()).isTrue();
    }

    @Test
    @Fault("O6")
    void aMoveOfThisProcessDoubtsNothing() {
        known();

        watch.changed();
        watch.changed();
        clock.advance(PERIOD);

        assertThat(cell.isDoubted()).isFalse();
    }

    @Test
    @Fault("O6")
    void aMoveOfThisProcessDuringTheReadDoubtsNothing() {
        boolean[] moves = {false};
        FaultyStore over = FaultyStore.over(new ForwardingTokenStore(ofAllProcesses(shared)) {
            @Override
            public Optional<String> changeStamp() {
                Optional<String> read = super.changeStamp();
                if (moves[0]) {
                    moves[0] = false;
                    watched[0].changed();
                }
                return read;
            }
        });
        watched[0] = watch(over);
        watched[0].serves(clock.now().plus(Duration.ofHours(1)).toEpochMilli());
        clock.advance(PERIOD);
        publish();

        moves[0] = true;
        clock.advance(PERIOD);
        clock.advance(PERIOD);

        assertThat(cell.isDoubted()).isFalse();
    }

    @Test
    @Fault("O6")
    void aMoveElsewhereIsNoticedBeforeAndAfterOneOfThisProcess() {
        known();
        moveElsewhere();
        watch.changed();
        clock.advance(PERIOD);
        assertThat(cell.isDoubted()).as("before").isTrue();

        publish();
        watch.changed();
        moveElsewhere();
        clock.advance(PERIOD);
        assertThat(cell.isDoubted()).as("after").isTrue();
    }

    @Test
    @Fault("O6")
    void aStampThatCannotBeReadDoubtsNothingUntilItCan() {
        known();
        moveElsewhere();
        store.down();
        clock.advance(PERIOD.multipliedBy(3));
        assertThat(cell.isDoubted()).isFalse();

        store.up();
        clock.advance(PERIOD);
        assertThat(cell.isDoubted()).isTrue();
    }

    @Test
    @Fault("O6")
    void aMoveThatFailsIsRepeatedEvenWhileNoTokenIsServed() {
        store.next(StoreOperation.STAMP).times(2).failBefore();

        watch.changed();
        clock.advance(PERIOD);
        assertThat(shared.changeStamp()).as("failed twice").hasValue("");
        clock.advance(PERIOD);

        assertThat(shared.changeStamp()).hasValue("1");
        clock.advance(PERIOD);
        assertThat(clock.timers()).isZero();
    }

    @Test
    void aStoreOfThisProcessIsNotWatched() {
        ConnectionWatch off = watch(FaultyStore.over(shared));

        off.changed();
        off.serves(clock.now().plus(Duration.ofHours(1)).toEpochMilli());

        assertThat(clock.timers()).isZero();
        assertThat(shared.changeStamp()).hasValue("");
    }

    @Test
    void nothingIsReadAfterTheEngineHasClosed() {
        serve(Duration.ofHours(1));
        closing.complete(null);

        clock.advance(Duration.ofHours(1));

        assertThat(reads()).isZero();
        assertThat(clock.timers()).isZero();
    }

    // ---- fixture

    private static TokenStore ofAllProcesses(TokenStore store) {
        return new ForwardingTokenStore(store) {
            @Override
            public Guarantee guarantee() {
                return Guarantee.SHARED;
            }
        };
    }

    private ConnectionWatch watch(TokenStore over) {
        return new ConnectionWatch(
                new MonitoredStore(over, clock, new UnwrittenRecords(1), Duration.ofSeconds(1)),
                cache,
                clock,
                Runnable::run,
                closing);
    }

    private int reads() {
        return store.calls(StoreOperation.STAMP);
    }

    private void serve(Duration time) {
        watch.serves(clock.now().plus(time).toEpochMilli());
    }

    private void publish() {
        AccessToken token = new AccessToken(
                Secret.of(TestTokens.access()),
                "Bearer",
                Optional.of(clock.now().plus(DUE)),
                "grant-1",
                1);
        cell.publish(new Snapshot(
                token,
                TokenOf.USER,
                clock.now(),
                clock.millis(),
                clock.now().plus(DUE).toEpochMilli(),
                clock.now().plus(DUE).toEpochMilli()));
    }

    /** Serves a token until the stamp is known, and publishes it again. */
    private void known() {
        serve(Duration.ofHours(1));
        clock.advance(PERIOD);
        publish();
    }

    private void moveElsewhere() {
        assertThat(shared.moveChangeStamp()).isPresent();
    }
}
