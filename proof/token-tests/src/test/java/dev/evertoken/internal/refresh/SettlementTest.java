package dev.evertoken.internal.refresh;

import static dev.evertoken.internal.record.SampleRecords.ALICE;
import static dev.evertoken.internal.record.SampleRecords.NOW;
import static dev.evertoken.testing.StoreOperation.COMPARE_AND_SET;
import static dev.evertoken.testing.StoreOperation.LOAD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.internal.client.Settings;
import dev.evertoken.internal.client.TaskQueue;
import dev.evertoken.internal.client.TokenExceptions;
import dev.evertoken.internal.record.MonitoredStore;
import dev.evertoken.internal.record.RecordMapper;
import dev.evertoken.internal.record.SampleRecords;
import dev.evertoken.internal.record.Sealer;
import dev.evertoken.internal.record.UnwrittenRecords;
import dev.evertoken.internal.refresh.Settlement.Marked;
import dev.evertoken.internal.refresh.Settlement.Saved;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.Failures;
import dev.evertoken.model.Grant;
import dev.evertoken.model.KeyRing;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenStoreException;
import dev.evertoken.spi.RefreshPolicy;
import dev.evertoken.spi.store.Claim;
import dev.evertoken.spi.store.Health;
import dev.evertoken.spi.store.SecretPart;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.store.InMemoryTokenStore;
import dev.evertoken.testing.FaultyStore;
import dev.evertoken.testing.ManualClock;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Tables S and M, rows C4 and C5: writing the end of a call, row by row. */
class SettlementTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration CLAIM = Duration.ofSeconds(45);
    private static final String MINE = "claim-mine";
    private static final String INVALID_GRANT = "token endpoint answered 400 invalid_grant";

    private final ManualClock clock = ManualClock.at(NOW);
    private final FaultyStore store = FaultyStore.over(new InMemoryTokenStore(clock));
    private final Settlement settlement = settlement();

    // ---- S: saving a response

    @Test
    void aResponseReplacesTheClaimedRecord() {
        TokenRecord claimed = stored(claimed(MINE)
                .next()
                .uncertain(2)
                .failures(failed())
                .health(Health.active(NOW).become(ConnectionState.UNCERTAIN, Problem.OUTCOME_UNKNOWN, NOW))
                .build(43, NOW));
        clock.advance(SECOND);

        Saved saved = settlement.save(Optional.of(claimed), pending(response()));

        TokenRecord now = load();
        assertThat(saved).isEqualTo(new Saved.Written(now, claimed, false));
        assertThat(now.generation()).isEqualTo(2);
        assertThat(now.refreshTokenFingerprint()).contains("sha256:second");
        assertThat(now.secrets()).isEqualTo(response().secrets());
        assertThat(now.claim()).isEmpty();
        assertThat(now.uncertain()).isZero();
        assertThat(now.failures()).isEqualTo(Failures.none());
        assertThat(now.health()).isEqualTo(Health.active(NOW.plus(SECOND)));
        assertThat(store.calls(LOAD))
                .as("revisions are unique, so the record is not loaded again")
                .isEqualTo(1);
    }

    @Test
    void aResponseIsSavedOverTheClaimOfAPeerAndRemovesIt() {
        TokenRecord peers = stored(claimed("claim-peer"));

        Saved saved = settlement.save(Optional.empty(), pending(response()));

        assertThat(saved).isEqualTo(new Saved.Written(load(), peers, true));
        assertThat(load().claim()).isEmpty();
    }

    @Test
    void aResponseReactivatesARevokedGrant() {
        stored(claimed(MINE)
                .next()
                .noClaim()
                .health(Health.active(NOW).become(ConnectionState.NEEDS_REAUTH, Problem.GRANT_DEAD, NOW))
                .build(43, NOW));

        settlement.save(Optional.empty(), pending(response()));

        assertThat(load().health().state()).isEqualTo(ConnectionState.ACTIVE);
        assertThat(load().generation()).isEqualTo(2);
    }

    @Test
    void aResponseIsSavedAfterAStoreRollback() {
        stored(SampleRecords.record());
        TokenRecord fifth = response().next().generation(5).build(46, NOW);

        assertThat(settlement.save(Optional.empty(), pending(fifth))).isInstanceOf(Saved.Written.class);
        assertThat(load().generation()).isEqualTo(5);
    }

    @Test
    void aSaveThatLosesTheRaceIsDecidedOnTheNewRecord() {
        TokenRecord claimed = stored(claimed(MINE));
        TokenRecord again = claimed.next().uncertain(1).build(44, NOW);
        assertThat(store.compareAndSet(ALICE, claimed.revision(), again)).isTrue();

        Saved saved = settlement.save(Optional.of(claimed), pending(response()));

        assertThat(saved).isEqualTo(new Saved.Written(load(), again, false));
        assertThat(load().uncertain()).isZero();
    }

    @Test
    void aResponseThatIsAlreadyStoredIsNotWrittenAgain() {
        TokenRecord there = stored(response());

        assertThat(settlement.save(Optional.empty(), pending(response()))).isEqualTo(new Saved.Already(there));
        assertThat(load()).isEqualTo(there);
    }

    @Test
    void anOwnWriteWithALostAcknowledgementIsRecognizedWithoutARefreshToken() {
        TokenRecord claimed = stored(claimed(MINE));
        PendingWrite pending = pending(
                response().next().refreshTokenFingerprint(Optional.empty()).build(45, NOW));
        store.next(COMPARE_AND_SET).failAfter();
        assertThatThrownBy(() -> settlement.save(Optional.of(claimed), pending))
                .isInstanceOf(TokenStoreException.class);

        assertThat(settlement.save(Optional.empty(), pending)).isEqualTo(new Saved.Already(load()));
    }

    @Test
    void aNewerTokenOfAPeerIsKept() {
        TokenRecord peers = stored(response()
                .next()
                .refreshTokenFingerprint(Optional.of("sha256:peers"))
                .build(47, NOW));

        assertThat(settlement.save(Optional.empty(), pending(response()))).isEqualTo(new Saved.Peers(peers));
        assertThat(load()).isEqualTo(peers);
    }

    @Test
    void noRecordIsInsertedAfterARemoval() {
        assertThat(settlement.save(Optional.empty(), pending(response())))
                .isEqualTo(new Saved.Dropped(Optional.empty()));
        assertThat(store.load(ALICE)).isEmpty();
    }

    @Test
    void aResponseOfAnEarlierGrantIsDropped() {
        TokenRecord later = stored(ofGrant("grant-2"));

        assertThat(settlement.save(Optional.empty(), pending(response())))
                .isEqualTo(new Saved.Dropped(Optional.of(later)));
        assertThat(load()).isEqualTo(later);
    }

    @Test
    void tokensOfAnotherUserAreNotSaved() {
        TokenRecord claimed = stored(claimed(MINE));
        TokenRecord foreign =
                response().next().subject(Optional.of("subject-2")).build(48, NOW);

        assertThat(settlement.save(Optional.of(claimed), pending(foreign))).isEqualTo(new Saved.Foreign(claimed));
        assertThat(load()).isEqualTo(claimed);
    }

    @Test
    void aResponseWithoutAUserIsSaved() {
        TokenRecord claimed = stored(claimed(MINE));
        TokenRecord nameless = response().next().subject(Optional.empty()).build(48, NOW);

        assertThat(settlement.save(Optional.of(claimed), pending(nameless))).isInstanceOf(Saved.Written.class);
    }

    // ---- M: marking a revoked grant

    @Test
    void aRevokedGrantIsMarkedOnTheRevisionThatWasRead() {
        TokenRecord claimed =
                stored(claimed(MINE).next().uncertain(1).failures(failed()).build(43, NOW));
        clock.advance(SECOND);

        Marked marked = settlement.markDead(claimed, MINE, Problem.GRANT_DEAD, INVALID_GRANT);

        TokenRecord revoked = load();
        assertThat(marked).isEqualTo(new Marked.Dead(revoked));
        assertThat(revoked.health().state()).isEqualTo(ConnectionState.NEEDS_REAUTH);
        assertThat(revoked.health().problem()).contains(Problem.GRANT_DEAD);
        assertThat(revoked.health().since()).isEqualTo(NOW.plus(SECOND));
        assertThat(revoked.claim()).isEmpty();
        assertThat(revoked.uncertain()).isZero();
        assertThat(revoked.failures())
                .isEqualTo(new Failures(2, Optional.of(Problem.GRANT_DEAD), Optional.empty(), INVALID_GRANT));
    }

    @Test
    void aRemovedOrReplacedGrantIsNotMarked() {
        TokenRecord claimed = claimed(MINE);
        assertThat(settlement.markDead(claimed, MINE, Problem.GRANT_DEAD, INVALID_GRANT))
                .isEqualTo(new Marked.Ignored(Optional.empty()));

        TokenRecord later = stored(ofGrant("grant-2"));
        assertThat(settlement.markDead(claimed, MINE, Problem.GRANT_DEAD, INVALID_GRANT))
                .isEqualTo(new Marked.Ignored(Optional.of(later)));
    }

    @Test
    void aNewerGenerationIsNotMarkedAfterARefusalOfAnOlderOne() {
        TokenRecord newer = stored(response());

        assertThat(settlement.markDead(claimed(MINE), MINE, Problem.GRANT_DEAD, INVALID_GRANT))
                .isEqualTo(new Marked.Ignored(Optional.of(newer)));
        assertThat(load()).isEqualTo(newer);
    }

    @Test
    void aMarkedGrantIsNotMarkedAgain() {
        TokenRecord claimed = stored(claimed(MINE));
        settlement.markDead(claimed, MINE, Problem.GRANT_DEAD, INVALID_GRANT);
        TokenRecord revoked = load();

        assertThat(settlement.markDead(claimed, MINE, Problem.GRANT_DEAD, INVALID_GRANT))
                .isEqualTo(new Marked.Ignored(Optional.of(revoked)));
    }

    @Test
    void aGrantThatAPeerIsRefreshingIsNotMarked() {
        TokenRecord peers = stored(claimed("claim-peer"));

        assertThat(settlement.markDead(claimed(MINE), MINE, Problem.GRANT_DEAD, INVALID_GRANT))
                .isEqualTo(new Marked.PeerRefreshes());
        assertThat(load()).isEqualTo(peers);
    }

    @Test
    void aMarkThatLosesTheRaceIsDecidedAgain() {
        TokenRecord claimed = stored(claimed(MINE));
        store.next(COMPARE_AND_SET).conflict();

        assertThat(settlement.markDead(claimed, MINE, Problem.GRANT_DEAD, INVALID_GRANT))
                .isInstanceOf(Marked.Dead.class);
        assertThat(store.calls(COMPARE_AND_SET)).isEqualTo(3);
    }

    // ---- C4 and C5: releasing a claim

    @Test
    void aClaimIsReleasedWithItsChanges() {
        TokenRecord claimed = stored(claimed(MINE));

        Optional<TokenRecord> left =
                settlement.release(claimed, MINE, record -> record.next().uncertain(1));

        assertThat(left).contains(load());
        assertThat(load().claim()).isEmpty();
        assertThat(load().uncertain()).isEqualTo(1);
    }

    @Test
    void aClaimThatAPeerTookOverIsNotReleased() {
        TokenRecord peers = stored(claimed("claim-peer").next().build(51, NOW));

        assertThat(settlement.release(
                        claimed(MINE), MINE, record -> record.next().uncertain(1)))
                .contains(peers);
        assertThat(load()).isEqualTo(peers);
    }

    @Test
    void changesOfAnEarlierGenerationAreNotWritten() {
        TokenRecord newer = stored(response().next().claim(claim(MINE)).build(49, NOW));

        assertThat(settlement.release(
                        claimed(MINE), MINE, record -> record.next().uncertain(1)))
                .contains(newer);
        assertThat(load()).isEqualTo(newer);
    }

    @Test
    void aReleaseThatLosesTheRaceIsDecidedOnTheNewRecord() {
        TokenRecord claimed = stored(claimed(MINE));
        store.next(COMPARE_AND_SET).conflict();
        settlement.release(claimed, MINE, record -> record.next().uncertain(1));
        assertThat(load().uncertain()).isEqualTo(1);

        assertThat(store.remove(ALICE, load().revision())).isTrue();
        assertThat(settlement.release(claimed, MINE, TokenRecord::next)).isEmpty();
        assertThat(store.load(ALICE)).isEmpty();
    }

    // ---- helpers

    private Settlement settlement() {
        Settings settings = new Settings(Duration.ofSeconds(20), CLAIM, Duration.ofSeconds(15), SECOND, SECOND, SECOND);
        MonitoredStore watched = new MonitoredStore(store, clock, new UnwrittenRecords(10), settings.saveRetryCap());
        RecordMapper mapper = new RecordMapper(
                new Sealer(KeyRing.none(), "crm", "prod"), "crm", "prod", RefreshPolicy.early(SECOND), clock);
        return new Settlement(
                watched,
                mapper,
                new Claims(
                        watched,
                        new UnspentClaims(watched, mapper, clock, TaskQueue.of(Runnable::run), SECOND),
                        mapper,
                        clock,
                        settings,
                        "me",
                        new TokenExceptions(key -> null),
                        new CompletableFuture<>()),
                clock);
    }

    private TokenRecord stored(TokenRecord record) {
        assertThat(store.compareAndSet(ALICE, TokenStore.ABSENT, record)).isTrue();
        return record;
    }

    private TokenRecord load() {
        return store.load(ALICE).orElseThrow();
    }

    private static TokenRecord claimed(String claimId) {
        return SampleRecords.record().next().claim(claim(claimId)).build(43, NOW);
    }

    private static Claim claim(String id) {
        return new Claim(id, "a process", CLAIM, NOW.plus(CLAIM), Claim.Phase.SENT);
    }

    private static Failures failed() {
        return Failures.none().plus(Problem.NETWORK, NOW, "connection refused");
    }

    private static TokenRecord response() {
        return SampleRecords.record()
                .next()
                .generation(2)
                .refreshTokenFingerprint(Optional.of("sha256:second"))
                .secrets(new SecretPart.Clear("{\"second\":1}".getBytes(StandardCharsets.UTF_8)))
                .build(45, NOW);
    }

    private static TokenRecord ofGrant(String id) {
        TokenRecord record = SampleRecords.record();
        return SampleRecords.ofGrant(record, new Grant(id, NOW)).next().build(50, record.updatedAt());
    }

    private static PendingWrite pending(TokenRecord response) {
        return new PendingWrite(response, MINE, null);
    }
}
