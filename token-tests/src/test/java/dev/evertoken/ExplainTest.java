package dev.evertoken;

import static dev.evertoken.SampleRecords.ALICE;
import static dev.evertoken.SampleRecords.BOB;
import static dev.evertoken.SampleRecords.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenException;
import dev.evertoken.spi.UnreadableRecordException;
import dev.evertoken.spi.UnreadableRecordException.Reason;
import org.junit.jupiter.api.Test;

/** The exceptions that callers see: whose, what, until when, and where to reconnect. */
class ExplainTest {

    private final Explain explain = new Explain(Workshops::reconnectUrl);

    @Test
    void aProblemSaysWhoseItIsAndUntilWhen() {
        TokenException problem = explain.problem(ALICE, Problem.NETWORK, "no route", NOW);

        assertThat(problem).hasMessage("google/alice: no route").hasNoCause();
        assertThat(problem.key()).contains(ALICE);
        assertThat(problem.retryAt()).contains(NOW);
        assertThat(explain.problem(ALICE, Problem.NETWORK, "no route").retryAt())
                .isEmpty();
    }

    @Test
    void onlyAReconnectHasAnAddress() {
        assertThat(explain.problem(ALICE, Problem.NETWORK, "no route").reconnectUrl())
                .isEmpty();
        assertThat(explain.problem(ALICE, Problem.GRANT_DEAD, "dead").reconnectUrl())
                .contains(Workshops.reconnectUrl(ALICE));
        assertThat(explain.notConnected(ALICE).reconnectUrl()).contains(Workshops.reconnectUrl(ALICE));
        assertThat(explain.notConnected(ALICE)).hasMessage("google/alice: no tokens are stored for this account");
    }

    @Test
    void anAddressThatIsNotThereOrCannotBeMadeIsNone() {
        Explain none = new Explain(key -> null);
        Explain failing = new Explain(key -> {
            throw new IllegalStateException("planned by a test");
        });

        assertThat(none.notConnected(ALICE).reconnectUrl()).isEmpty();
        assertThat(failing.notConnected(ALICE).reconnectUrl()).isEmpty();
        assertThat(failing.reconnectUrl(ALICE)).isEmpty();
    }

    @Test
    void aCauseIsKept() {
        Throwable cause = new IllegalStateException("planned by a test");

        assertThat(explain.because(ALICE, Problem.OVERLOADED, "no thread", cause))
                .hasMessage("google/alice: no thread")
                .hasCause(cause);
    }

    @Test
    void whatIsKnownOfAFailureStaysAndWhatIsMissingIsAdded() {
        TokenException named = explain.problem(BOB, Problem.NETWORK, "no route");
        TokenException nameless = TokenException.about(Problem.GRANT_DEAD)
                .detail("dead")
                .retryAt(NOW)
                .build();

        assertThat(explain.about(ALICE, named)).isSameAs(named);
        TokenException completed = explain.about(ALICE, nameless);
        assertThat(completed).hasMessage("google/alice: dead");
        assertThat(completed.retryAt()).contains(NOW);
        assertThat(completed.reconnectUrl()).contains(Workshops.reconnectUrl(ALICE));
    }

    @Test
    void whatNobodyExpectedIsInternalAndNamesItsType() {
        Throwable cause = new IllegalStateException("planned by a test");

        TokenException unexpected = explain.unexpected(ALICE, cause);

        assertThat(unexpected.problem()).isEqualTo(Problem.INTERNAL);
        assertThat(unexpected)
                .hasMessage("google/alice: unexpected java.lang.IllegalStateException")
                .hasCause(cause);
        TokenException known =
                TokenException.about(Problem.TLS).detail("expired").build();
        assertThat(explain.unexpected(ALICE, known)).hasMessage("google/alice: expired");
    }

    @Test
    void whatCannotBeReadSaysWhyNot() {
        TokenException corrupt = explain.unreadable(ALICE, unreadable(Reason.CORRUPT));
        TokenException newer = explain.unreadable(ALICE, unreadable(Reason.NEWER_FORMAT));

        assertThat(corrupt.problem()).isEqualTo(Problem.RECORD_UNREADABLE);
        assertThat(newer.problem()).isEqualTo(Problem.RECORD_TOO_NEW);
        assertThat(newer).hasCauseInstanceOf(UnreadableRecordException.class);
    }

    // ---- parents

    @Test
    void aParentsTroubleIsTheChildsAndItsRemedyTheParents() {
        TokenException why = explain.problem(BOB, Problem.GRANT_DEAD, "dead", NOW);

        TokenException child = explain.ofParent(ALICE, BOB, why);

        assertThat(child)
                .hasMessage("google/alice: its parent google/bob: dead")
                .hasCause(why);
        assertThat(child.problem()).isEqualTo(Problem.GRANT_DEAD);
        assertThat(child.key()).contains(ALICE);
        assertThat(child.parent()).contains(BOB);
        assertThat(child.retryAt()).contains(NOW);
        assertThat(child.reconnectUrl()).contains(Workshops.reconnectUrl(BOB));
    }

    @Test
    void aParentThatIsGoneHasAWordOfItsOwn() {
        TokenException child = explain.ofParent(ALICE, BOB, explain.notConnected(BOB));

        assertThat(child.problem()).isEqualTo(Problem.PARENT_NOT_CONNECTED);
    }

    @Test
    void aPassingTroubleOfAParentNeedsNoReconnect() {
        TokenException child = explain.ofParent(ALICE, BOB, explain.problem(BOB, Problem.NETWORK, "no route"));

        assertThat(child.reconnectUrl()).isEmpty();
    }

    @Test
    void whoAsksForTheParentItselfIsToldItsOwnTrouble() {
        TokenException why = explain.problem(BOB, Problem.NETWORK, "no route");

        assertThat(explain.ofParent(BOB, BOB, why)).isSameAs(why);
    }

    private static UnreadableRecordException unreadable(Reason reason) {
        return new UnreadableRecordException(ALICE, reason, "spoilt by a test", null);
    }
}
