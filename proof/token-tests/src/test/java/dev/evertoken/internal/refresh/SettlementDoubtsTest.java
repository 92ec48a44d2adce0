package dev.evertoken.internal.refresh;

import static dev.evertoken.internal.record.SampleRecords.ALICE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.ForeignRecords;
import dev.evertoken.internal.refresh.Settlement.Marked;
import dev.evertoken.internal.refresh.Settlement.Saved;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenException;
import dev.evertoken.spi.store.Claim;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.UnreadableRecordException.Reason;
import java.time.Duration;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Writing the end of a call if the owner or the state of the stored record is in doubt. */
class SettlementDoubtsTest {

    private static final String MINE = "claim-mine";

    private final EngineFixture engine = EngineFixture.of(RefreshModel.ROTATING);
    private final Settlement settlement = engine.parts.settlement();

    @Test
    void anUnknownUserIsTakenFromTheResponse() {
        TokenRecord nameless = engine.connect(ALICE, Optional.empty());
        TokenRecord answered = answered(nameless, Optional.of("subject-of-alice"));

        assertThat(settlement.save(Optional.of(nameless), new PendingWrite(answered, MINE, null)))
                .isInstanceOf(Saved.Written.class);
        assertThat(engine.record(ALICE).subject()).contains("subject-of-alice");
    }

    @Test
    void aLapsedClaimDoesNotPreventMarkingAGrant() {
        engine.connect(ALICE);
        TokenRecord mine = engine.record(ALICE);
        claimed(mine, "claim-peer");
        assertThat(mark(mine)).isInstanceOf(Marked.PeerRefreshes.class);

        engine.clock.advance(EngineFixture.CLAIM.plus(Duration.ofMillis(1)));

        assertThat(mark(mine)).isInstanceOf(Marked.Dead.class);
        assertThat(engine.record(ALICE).health().state()).isEqualTo(ConnectionState.NEEDS_REAUTH);
        assertThat(engine.record(ALICE).claim()).isEmpty();
    }

    @Test
    void anUnreadableRecordIsNotOverwritten() {
        TokenRecord first = engine.connect(ALICE);
        engine.peers.spoil(ALICE, Reason.CORRUPT);
        PendingWrite pending = new PendingWrite(answered(first, first.subject()), MINE, null);

        assertUnreadable(() -> settlement.save(Optional.empty(), pending));
        assertUnreadable(() -> mark(first));
        assertThat(engine.record(ALICE)).isEqualTo(first);
    }

    private static void assertUnreadable(ThrowingCallable call) {
        TokenException failure = EngineFixture.failureOf(call);
        assertThat(failure.problem()).isEqualTo(Problem.STORE_UNAVAILABLE);
        assertThat(failure).hasMessage("the record cannot be read, so it is not overwritten");
    }

    @Test
    void aClaimIsNotReleasedInTheRecordOfAnotherGrant() {
        engine.connect(ALICE);
        TokenRecord claimed = claimed(engine.record(ALICE), MINE);
        engine.store(ForeignRecords.ofAnotherStage(engine, ALICE));
        TokenRecord another = claimed(engine.record(ALICE), MINE);

        assertThat(settlement.release(claimed, MINE, TokenRecord::next)).contains(another);
        assertThat(engine.record(ALICE)).isEqualTo(another);
    }

    @Test
    void anUnwrittenChangeIsVisibleOnlyInThisProcess() {
        TokenRecord first = engine.connect(ALICE);
        engine.clock.advance(Duration.ofSeconds(1));

        settlement.keepUnwritten(first, record -> record.next().uncertain(1));

        assertThat(engine.parts.store().load(ALICE))
                .contains(first.next().uncertain(1).build(first.revision(), engine.time.now()));
        assertThat(engine.record(ALICE)).isEqualTo(first);
    }

    @Test
    void keepAsideReturnsWhetherTheRecordWasAccepted() {
        TokenRecord first = engine.connect(ALICE);
        assertThat(settlement.keepAside(first)).isFalse();

        engine.peers.hasCopy(first);

        assertThat(settlement.keepAside(first)).isTrue();
        assertThat(engine.peers.aside()).containsExactly(first);
    }

    private TokenRecord claimed(TokenRecord record, String claimId) {
        return engine.change(record.next()
                .claim(new Claim(
                        claimId,
                        "a process",
                        EngineFixture.CLAIM,
                        engine.time.now().plus(EngineFixture.CLAIM),
                        Claim.Phase.CLAIMED)));
    }

    private Marked mark(TokenRecord claimed) {
        return settlement.markDead(claimed, MINE, Problem.GRANT_DEAD, "token endpoint answered 400 invalid_grant");
    }

    private TokenRecord answered(TokenRecord before, Optional<String> subject) {
        return engine.parts
                .mapper()
                .answered(
                        before,
                        engine.parts.mapper().tokens(before),
                        engine.client.client(),
                        engine.response().toBuilder().subject(subject).build())
                .record();
    }
}
