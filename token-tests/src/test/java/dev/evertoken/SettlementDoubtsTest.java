package dev.evertoken;

import static dev.evertoken.SampleRecords.ALICE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.Settlement.Marked;
import dev.evertoken.Settlement.Saved;
import dev.evertoken.model.Claim;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenRecord;
import dev.evertoken.spi.UnreadableRecordException.Reason;
import java.time.Duration;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** How the end of a call is written down where it is in doubt whose the record is, or what stands there. */
class SettlementDoubtsTest {

    private static final String MINE = "claim-mine";

    private final EngineBench bench = EngineBench.of(RefreshModel.ROTATING);
    private final Settlement settlement = bench.workshop.settlement();

    @Test
    void aUserWhoWasNotKnownIsLearnedFromTheAnswer() {
        TokenRecord nameless = bench.connect(ALICE, Optional.empty());
        TokenRecord answered = answered(nameless, Optional.of("subject-of-alice"));

        assertThat(settlement.save(Optional.of(nameless), new Pending(answered, MINE, null)))
                .isInstanceOf(Saved.Written.class);
        assertThat(bench.record(ALICE).subject()).contains("subject-of-alice");
    }

    @Test
    void aClaimThatHasLapsedKeepsNoGrantFromBeingMarked() {
        bench.connect(ALICE);
        TokenRecord mine = bench.record(ALICE);
        claimed(mine, "claim-peer");
        assertThat(mark(mine)).isInstanceOf(Marked.PeerIsAtIt.class);

        bench.clock.advance(EngineBench.CLAIM.plus(Duration.ofMillis(1)));

        assertThat(mark(mine)).isInstanceOf(Marked.Dead.class);
        assertThat(bench.record(ALICE).health().state()).isEqualTo(ConnectionState.NEEDS_REAUTH);
        assertThat(bench.record(ALICE).claim()).isEmpty();
    }

    @Test
    void overARecordThatCannotBeReadNothingIsWritten() {
        TokenRecord first = bench.connect(ALICE);
        bench.shelf.spoil(ALICE, Reason.CORRUPT);
        Pending pending = new Pending(answered(first, first.subject()), MINE, null);

        cannotBeRead(() -> settlement.save(Optional.empty(), pending));
        cannotBeRead(() -> mark(first));
        assertThat(bench.record(ALICE)).isEqualTo(first);
    }

    private static void cannotBeRead(ThrowingCallable call) {
        TokenException failure = EngineBench.failureOf(call);
        assertThat(failure.problem()).isEqualTo(Problem.STORE_UNAVAILABLE);
        assertThat(failure).hasMessage("the record cannot be read, so nothing is written over it");
    }

    @Test
    void aClaimIsNotGivenBackInTheRecordOfAnotherGrant() {
        bench.connect(ALICE);
        TokenRecord claimed = claimed(bench.record(ALICE), MINE);
        bench.store(Strangers.ofAnotherStage(bench, ALICE));
        TokenRecord another = claimed(bench.record(ALICE), MINE);

        assertThat(settlement.release(claimed, MINE, TokenRecord::next)).contains(another);
        assertThat(bench.record(ALICE)).isEqualTo(another);
    }

    @Test
    void whatIsNotWorthAWriteIsOnTopOfTheRecordInThisProcessAlone() {
        TokenRecord first = bench.connect(ALICE);
        bench.clock.advance(Duration.ofSeconds(1));

        settlement.keepUnwritten(first, record -> record.next().uncertain(1));

        assertThat(bench.workshop.store().load(ALICE))
                .contains(first.next().uncertain(1).build(first.revision(), bench.time.now()));
        assertThat(bench.record(ALICE)).isEqualTo(first);
    }

    @Test
    void whetherAnotherPlaceHasAnAnswerIsToldAsThatPlaceSays() {
        TokenRecord first = bench.connect(ALICE);
        assertThat(settlement.keepAside(first)).isFalse();

        bench.shelf.hasCopy(first);

        assertThat(settlement.keepAside(first)).isTrue();
        assertThat(bench.shelf.aside()).containsExactly(first);
    }

    private TokenRecord claimed(TokenRecord record, String claimId) {
        return bench.change(record.next()
                .claim(new Claim(
                        claimId,
                        "a process",
                        EngineBench.CLAIM,
                        bench.time.now().plus(EngineBench.CLAIM),
                        Claim.Phase.CLAIMED)));
    }

    private Marked mark(TokenRecord claimed) {
        return settlement.markDead(claimed, MINE, Problem.GRANT_DEAD, "token endpoint answered 400 invalid_grant");
    }

    private TokenRecord answered(TokenRecord before, Optional<String> subject) {
        return bench.workshop
                .records()
                .answered(before, bench.client.client(), bench.answer().ofUser(subject));
    }
}
