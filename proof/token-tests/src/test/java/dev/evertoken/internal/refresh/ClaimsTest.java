package dev.evertoken.internal.refresh;

import static dev.evertoken.internal.record.SampleRecords.ALICE;
import static dev.evertoken.internal.record.SampleRecords.BOB;
import static dev.evertoken.internal.record.SampleRecords.NOW;
import static dev.evertoken.testing.StoreOperation.LOAD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.faults.Fault;
import dev.evertoken.internal.client.Settings;
import dev.evertoken.internal.client.TaskQueue;
import dev.evertoken.internal.client.TokenExceptions;
import dev.evertoken.internal.record.MonitoredStore;
import dev.evertoken.internal.record.RecordMapper;
import dev.evertoken.internal.record.SampleRecords;
import dev.evertoken.internal.record.Sealer;
import dev.evertoken.internal.record.UnwrittenRecords;
import dev.evertoken.internal.refresh.Claims.Standing;
import dev.evertoken.model.KeyRing;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenStoreException;
import dev.evertoken.spi.RefreshPolicy;
import dev.evertoken.spi.store.Claim;
import dev.evertoken.spi.store.Claim.Phase;
import dev.evertoken.spi.store.TimedRecord;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.store.InMemoryTokenStore;
import dev.evertoken.testing.FaultyStore;
import dev.evertoken.testing.ForwardingTokenStore;
import dev.evertoken.testing.ManualClock;
import dev.evertoken.testing.StoreOperation;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tables C and T: a claim lasts 45 s, a call may take 20 s, and saving its response 15 s. */
class ClaimsTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration CALL = Duration.ofSeconds(20);
    private static final Duration CLAIM = Duration.ofSeconds(45);
    private static final Duration SETTLE = Duration.ofSeconds(15);
    private static final Duration INSTANT = Duration.ofMillis(1);
    private static final String MINE = "claim-mine";

    private final ManualClock clock = ManualClock.at(NOW);
    private final ManualClock storesClock = ManualClock.at(NOW);
    private final FaultyStore store = FaultyStore.over(new InMemoryTokenStore(storesClock));
    private final Claims claims = claims(store);
    private final Claims claimsWithoutStoreTime = claims(new TimelessStore(store));

    // ---- T: lapsed claims of peers

    @Test
    void anUnsentClaimLapsesAfterItsDeadlineInStoreTime() {
        TokenRecord unsent = claimed(Phase.CLAIMED, CLAIM);

        advance(CLAIM);
        assertThat(claims.standing(unsent, MINE)).isEqualTo(Standing.LIVE);
        storesClock.advance(INSTANT);
        assertThat(claims.standing(unsent, MINE)).isEqualTo(Standing.LAPSED);
        assertThat(claimsWithoutStoreTime.standing(unsent, MINE)).isEqualTo(Standing.LIVE);
    }

    @Test
    void aSentClaimLapsesAfterItWasWatchedForItsDurationAndTheSaveTime() {
        TokenRecord sent = claimed(Phase.SENT, CLAIM);

        assertThat(claimsWithoutStoreTime.standing(sent, MINE)).isEqualTo(Standing.LIVE);
        advance(CLAIM.plus(SETTLE).minus(INSTANT));
        assertThat(claimsWithoutStoreTime.standing(sent, MINE)).isEqualTo(Standing.LIVE);
        advance(INSTANT);
        assertThat(claimsWithoutStoreTime.standing(sent, MINE)).isEqualTo(Standing.LAPSED);
    }

    @Test
    void aSentClaimLongPastItsDeadlineIsStillWatchedForTheSaveTime() {
        TokenRecord sent = claimed(Phase.SENT, CLAIM);
        advance(Duration.ofHours(1));

        assertThat(claims.standing(sent, MINE)).isEqualTo(Standing.LIVE);
        advance(SETTLE.minus(INSTANT));
        assertThat(claims.standing(sent, MINE)).isEqualTo(Standing.LIVE);
        advance(INSTANT);
        assertThat(claims.standing(sent, MINE)).isEqualTo(Standing.LAPSED);
    }

    @Test
    void aSentClaimLapsesInStoreTimeAfterTheSaveTimeOfItsResponse() {
        TokenRecord sent = claimed(Phase.SENT, CLAIM);
        advance(CLAIM);

        assertThat(claims.standing(sent, MINE)).isEqualTo(Standing.LIVE);
        advance(SETTLE);
        assertThat(claims.standing(sent, MINE)).isEqualTo(Standing.LIVE);
        advance(INSTANT);
        assertThat(claims.standing(sent, MINE)).isEqualTo(Standing.LAPSED);
    }

    @ParameterizedTest
    @CsvSource({"45, 300", "150, 300", "151, 302", "600, 1200"})
    void aSentClaimWithoutStoreTimeLapsesFiveMinutesOrTwiceItsDurationAfterItsDeadline(long duration, long allowance) {
        TokenRecord sent = claimed(Phase.SENT, Duration.ofSeconds(duration));
        advance(Duration.ofSeconds(duration + allowance).minus(SETTLE));

        assertThat(claimsWithoutStoreTime.standing(sent, MINE)).isEqualTo(Standing.LIVE);
        advance(SETTLE);
        assertThat(claimsWithoutStoreTime.standing(sent, MINE)).isEqualTo(Standing.LIVE);
        advance(INSTANT);
        assertThat(claimsWithoutStoreTime.standing(sent, MINE)).isEqualTo(Standing.LAPSED);
    }

    @Test
    void aStoreFailureRestartsTheWatch() {
        TokenRecord sent = claimed(Phase.SENT, CLAIM);
        MonitoredStore watched = monitored(new TimelessStore(store));
        Claims watching = claims(watched);
        watching.standing(sent, MINE);
        advance(CLAIM);
        store.next(LOAD).failBefore();
        assertThatThrownBy(() -> watched.load(ALICE)).isInstanceOf(TokenStoreException.class);

        advance(SETTLE);
        assertThat(watching.standing(sent, MINE)).isEqualTo(Standing.LIVE);
        advance(CLAIM.plus(SETTLE).minus(INSTANT));
        assertThat(watching.standing(sent, MINE)).isEqualTo(Standing.LIVE);
        advance(INSTANT);
        assertThat(watching.standing(sent, MINE)).isEqualTo(Standing.LAPSED);
    }

    @Test
    @Fault("L2")
    void aFailureOfAnotherAccountDoesNotRestartTheWatch() {
        TokenRecord sent = stored(claimed(Phase.SENT, CLAIM));
        MonitoredStore watched = monitored(failingFor(BOB));
        Claims watching = claims(watched);

        for (Duration passed = Duration.ZERO; passed.compareTo(CLAIM.plus(SETTLE)) < 0; passed = passed.plus(SECOND)) {
            assertThat(watching.standing(watched.load(ALICE).orElseThrow(), MINE))
                    .isEqualTo(Standing.LIVE);
            assertThatThrownBy(() -> watched.load(BOB)).isInstanceOf(TokenStoreException.class);
            advance(SECOND);
        }
        assertThat(watching.standing(watched.load(ALICE).orElseThrow(), MINE)).isEqualTo(Standing.LAPSED);
        assertThat(watching.standing(sent, MINE)).isEqualTo(Standing.LAPSED);
    }

    @Test
    @Fault({"A20", "L2"})
    void anOutageThatOnlyAnotherAccountHasSeenRestartsTheWatch() {
        TokenRecord sent = stored(claimed(Phase.SENT, CLAIM));
        MonitoredStore watched = monitored(new TimelessStore(store));
        Claims watching = claims(watched);
        assertThat(watched.load(ALICE)).contains(sent);
        assertThat(watching.standing(sent, MINE)).isEqualTo(Standing.LIVE);
        advance(CLAIM);
        store.down();
        assertThatThrownBy(() -> watched.load(BOB)).isInstanceOf(TokenStoreException.class);
        advance(SETTLE);
        store.up();

        assertThat(watched.load(ALICE)).contains(sent);
        assertThat(watching.standing(sent, MINE))
                .as("its owner could not save its response until now")
                .isEqualTo(Standing.LIVE);
        advance(CLAIM.plus(SETTLE).minus(INSTANT));
        assertThat(watching.standing(sent, MINE)).isEqualTo(Standing.LIVE);
        advance(INSTANT);
        assertThat(watching.standing(sent, MINE)).isEqualTo(Standing.LAPSED);
    }

    @Test
    @Fault("L2")
    void aStoreWhoseTimeCannotBeReadDoesNotKeepClaimsFromLapsing() {
        TokenRecord sent = claimed(Phase.SENT, CLAIM);
        Claims watching = claims(new ForwardingTokenStore(store) {
            @Override
            public Optional<Instant> now() {
                throw new IllegalStateException("planned by a test");
            }
        });

        assertThat(watching.standing(sent, MINE)).isEqualTo(Standing.LIVE);
        advance(CLAIM);
        assertThat(watching.standing(sent, MINE)).isEqualTo(Standing.LIVE);
        advance(SETTLE);
        assertThat(watching.standing(sent, MINE)).isEqualTo(Standing.LAPSED);
    }

    @Test
    void anotherClaimOrWriteRestartsTheWatch() {
        TokenRecord sent = claimed(Phase.SENT, CLAIM);
        claimsWithoutStoreTime.standing(sent, MINE);
        advance(CLAIM.plus(SETTLE));

        TokenRecord writtenAgain = sent.next().build(44, NOW);
        assertThat(claimsWithoutStoreTime.standing(writtenAgain, MINE)).isEqualTo(Standing.LIVE);
        advance(CLAIM.plus(SETTLE));
        TokenRecord claimedAgain = sent.next()
                .claim(new Claim("claim-3", "a peer", CLAIM, NOW.plus(CLAIM), Phase.SENT))
                .build(44, NOW);
        assertThat(claimsWithoutStoreTime.standing(claimedAgain, MINE)).isEqualTo(Standing.LIVE);
    }

    @Test
    void aClaimIsRecognizedByItsIdAndMayBeAbsent() {
        assertThat(claims.standing(claimed(Phase.SENT, CLAIM), "claim-2")).isEqualTo(Standing.MINE);
        assertThat(claims.standing(SampleRecords.record(), MINE)).isEqualTo(Standing.NONE);
    }

    @Test
    void aForgottenAccountIsWatchedFromTheStart() {
        TokenRecord sent = claimed(Phase.SENT, CLAIM);
        claimsWithoutStoreTime.standing(sent, MINE);
        advance(CLAIM.plus(SETTLE));

        claimsWithoutStoreTime.forget(ALICE);

        assertThat(claimsWithoutStoreTime.standing(sent, MINE)).isEqualTo(Standing.LIVE);
    }

    // ---- C: taking a claim

    @Test
    void aClaimOfARotatingGrantCountsAsSentFromTheStart() {
        TokenRecord loaded = stored(SampleRecords.record());
        storesClock.advance(Duration.ofMinutes(3));

        TokenRecord claimed = claims.take(loaded, MINE, false, 0).orElseThrow();

        assertThat(claimed.claim())
                .contains(new Claim(
                        MINE, "me", CLAIM, NOW.plus(Duration.ofMinutes(3)).plus(CLAIM), Phase.SENT));
        assertThat(claimed.uncertain()).isZero();
        assertThat(store.load(ALICE)).contains(claimed);
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "999, 0", "1000, 0", "1001, 1"})
    void aClaimUsesTheTimeThatTheStoreHasReturnedWithARecordWithinTheLastSecond(int millis, int reads) {
        FaultyStore counted = FaultyStore.over(new TimedStore(store));
        MonitoredStore monitored = monitored(counted);
        storesClock.advance(Duration.ofMinutes(3));
        stored(SampleRecords.record());
        TokenRecord loaded = monitored.loadTimed(ALICE).orElseThrow();
        advance(Duration.ofMillis(millis));

        Claim claim = claims(monitored)
                .take(loaded, MINE, false, 0)
                .orElseThrow()
                .claim()
                .orElseThrow();

        assertThat(claim.deadline()).isEqualTo(storesClock.now().plus(CLAIM));
        assertThat(counted.calls(StoreOperation.NOW)).isEqualTo(reads);
    }

    @Test
    void aClaimEndsNoEarlierThanTheStoresClockSaysHoweverLongTheReadTook() {
        MonitoredStore monitored = monitored(new TimedStore(store) {
            @Override
            public TimedRecord loadTimed(TokenKey key) {
                TimedRecord early = super.loadTimed(key);
                advance(Duration.ofMillis(400)); // the response is on its way
                return early;
            }
        });
        stored(SampleRecords.record());
        TokenRecord loaded = monitored.loadTimed(ALICE).orElseThrow();
        advance(Duration.ofMillis(100));

        Claim claim = claims(monitored)
                .take(loaded, MINE, false, 0)
                .orElseThrow()
                .claim()
                .orElseThrow();

        assertThat(claim.deadline()).isEqualTo(storesClock.now().plus(CLAIM));
    }

    /** A store that returns its time with each record. */
    private static class TimedStore extends ForwardingTokenStore {
        TimedStore(TokenStore store) {
            super(store);
        }

        @Override
        public TimedRecord loadTimed(TokenKey key) {
            return new TimedRecord(load(key), now());
        }
    }

    @Test
    void aClaimUsesTheLocalClockIfTheStoreHasNoTime() {
        TokenRecord loaded = stored(SampleRecords.record());
        storesClock.advance(Duration.ofMinutes(3));

        assertThat(claimsWithoutStoreTime
                        .take(loaded, MINE, false, 0)
                        .orElseThrow()
                        .claim()
                        .orElseThrow()
                        .deadline())
                .isEqualTo(NOW.plus(CLAIM));
    }

    @Test
    void aClaimOfAGrantThatDoesNotRotateIsNotSentAtFirst() {
        TokenRecord loaded = stored(SampleRecords.of(RefreshModel.STATIC));

        assertThat(claims.take(loaded, MINE, false, 0)
                        .orElseThrow()
                        .claim()
                        .orElseThrow()
                        .phase())
                .isEqualTo(Phase.CLAIMED);
    }

    @Test
    void takingOverCountsAPossibleCallInTheSameWrite() {
        TokenRecord loaded = stored(SampleRecords.record().next().uncertain(1).build(43, NOW));

        TokenRecord claimed = claims.take(loaded, MINE, true, 0).orElseThrow();

        assertThat(claimed.uncertain()).isEqualTo(2);
        assertThat(store.load(ALICE).orElseThrow().uncertain()).isEqualTo(2);
    }

    @Test
    void theSecondCallerGetsNoClaim() {
        TokenRecord loaded = stored(SampleRecords.record());
        assertThat(claims.take(loaded, "claim-1", false, 0)).isPresent();

        assertThat(claims.take(loaded, MINE, false, 0)).isEmpty();

        assertThat(store.load(ALICE).orElseThrow().claim().orElseThrow().id()).isEqualTo("claim-1");
    }

    @Test
    void aCallStartsOnlyIfItEndsInsideItsClaim() {
        advance(Duration.ofHours(1));
        long claimedAt = clock.nanos();
        advance(CLAIM.minus(CALL));
        assertThat(claims.maySend(claimedAt)).isTrue();

        clock.advance(Duration.ofNanos(1));
        assertThat(claims.maySend(claimedAt)).isFalse();
    }

    // ---- W: waiting

    @ParameterizedTest
    @CsvSource({"0, 10, 20", "1, 20, 40", "4, 160, 320", "5, 250, 500", "60, 250, 500"})
    void pausesGrowUpToHalfASecondAndVary(int round, long least, long most) {
        List<Long> pauses = pauses(round);

        assertThat(pauses).hasSize(200).allSatisfy(pause -> assertThat(pause).isBetween(least, most));
        assertThat(pauses.stream().distinct()).hasSizeGreaterThan(5);
    }

    @Test
    void theShortestPausesCoverTheirWholeRange() {
        assertThat(pauses(0)).contains(10L, 15L, 20L);
    }

    private static List<Long> pauses(int round) {
        return Stream.generate(() -> Claims.pauseMillis(round)).limit(200).toList();
    }

    // ---- helpers

    private TokenStore failingFor(TokenKey key) {
        return new ForwardingTokenStore(new TimelessStore(store)) {
            @Override
            public Optional<TokenRecord> load(TokenKey asked) {
                if (asked.equals(key)) {
                    throw TokenStoreException.unavailable("its row is damaged", new IOException("planned by a test"));
                }
                return super.load(asked);
            }
        };
    }

    private void advance(Duration step) {
        clock.advance(step);
        storesClock.advance(step);
    }

    private Claims claims(TokenStore under) {
        return claims(monitored(under));
    }

    private MonitoredStore monitored(TokenStore under) {
        return new MonitoredStore(
                under, clock, new UnwrittenRecords(10), settings().saveRetryCap());
    }

    private Claims claims(MonitoredStore under) {
        return new Claims(
                under,
                new UnspentClaims(under, mapper(), clock, TaskQueue.of(Runnable::run), SETTLE),
                mapper(),
                clock,
                settings(),
                "me",
                exceptions(),
                new CompletableFuture<>());
    }

    private RecordMapper mapper() {
        return new RecordMapper(
                new Sealer(KeyRing.none(), "crm", "prod"), "crm", "prod", RefreshPolicy.early(SECOND), clock);
    }

    private static TokenExceptions exceptions() {
        return new TokenExceptions(key -> null);
    }

    private static Settings settings() {
        return new Settings(CALL, CLAIM, SETTLE, SECOND, SECOND, SECOND);
    }

    private TokenRecord stored(TokenRecord record) {
        assertThat(store.compareAndSet(ALICE, TokenStore.ABSENT, record)).isTrue();
        return record;
    }

    private static TokenRecord claimed(Phase phase, Duration duration) {
        Instant deadline = NOW.plus(duration);
        return SampleRecords.record()
                .next()
                .claim(new Claim("claim-2", "a peer", duration, deadline, phase))
                .build(43, NOW);
    }
}
