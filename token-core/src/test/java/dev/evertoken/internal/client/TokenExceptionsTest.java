package dev.evertoken.internal.client;

import static dev.evertoken.internal.record.SampleRecords.ALICE;
import static dev.evertoken.internal.record.SampleRecords.BOB;
import static dev.evertoken.internal.record.SampleRecords.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.internal.refresh.EngineParts;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenException;
import dev.evertoken.spi.store.UnreadableRecordException;
import dev.evertoken.spi.store.UnreadableRecordException.Reason;
import org.junit.jupiter.api.Test;

/** The exceptions that callers see: their account, their problem, their retry time and the URL for reconnecting. */
class TokenExceptionsTest {

    private final TokenExceptions exceptions = new TokenExceptions(EngineParts::reconnectUrl);

    @Test
    void anExceptionNamesItsAccountAndItsRetryTime() {
        TokenException problem = exceptions.problem(ALICE, Problem.NETWORK, "no route", NOW);

        assertThat(problem).hasMessage("google/alice: no route").hasNoCause();
        assertThat(problem.key()).contains(ALICE);
        assertThat(problem.retryAt()).contains(NOW);
        assertThat(exceptions.problem(ALICE, Problem.NETWORK, "no route").retryAt())
                .isEmpty();
    }

    @Test
    void onlyAProblemThatNeedsReconnectingHasAReconnectUrl() {
        assertThat(exceptions.problem(ALICE, Problem.NETWORK, "no route").reconnectUrl())
                .isEmpty();
        assertThat(exceptions.problem(ALICE, Problem.GRANT_DEAD, "dead").reconnectUrl())
                .contains(EngineParts.reconnectUrl(ALICE));
        assertThat(exceptions.notConnected(ALICE).reconnectUrl()).contains(EngineParts.reconnectUrl(ALICE));
        assertThat(exceptions.notConnected(ALICE))
                .hasMessage("google/alice: no tokens are stored for this account; ask its user for consent with"
                        + " authorize(key, redirectUri), or import tokens with connect(key, tokens)");
    }

    @Test
    void aReconnectUrlThatIsMissingOrFailsIsLeftOut() {
        TokenExceptions none = new TokenExceptions(key -> null);
        TokenExceptions failing = new TokenExceptions(key -> {
            throw new IllegalStateException("planned by a test");
        });

        assertThat(none.notConnected(ALICE).reconnectUrl()).isEmpty();
        assertThat(failing.notConnected(ALICE).reconnectUrl()).isEmpty();
        assertThat(failing.reconnectUrl(ALICE)).isEmpty();
    }

    @Test
    void aCauseIsKept() {
        Throwable cause = new IllegalStateException("planned by a test");

        assertThat(exceptions.because(ALICE, Problem.OVERLOADED, "no thread", cause))
                .hasMessage("google/alice: no thread")
                .hasCause(cause);
    }

    @Test
    void anExceptionKeepsItsDetailsAndGetsTheMissingOnes() {
        TokenException withKey = exceptions.problem(BOB, Problem.NETWORK, "no route");
        TokenException withoutKey = TokenException.about(Problem.GRANT_DEAD)
                .detail("dead")
                .retryAt(NOW)
                .build();

        assertThat(exceptions.about(ALICE, withKey)).isSameAs(withKey);
        TokenException completed = exceptions.about(ALICE, withoutKey);
        assertThat(completed).hasMessage("google/alice: dead");
        assertThat(completed.retryAt()).contains(NOW);
        assertThat(completed.reconnectUrl()).contains(EngineParts.reconnectUrl(ALICE));
    }

    @Test
    void anUnexpectedExceptionIsInternalAndNamesItsType() {
        Throwable cause = new IllegalStateException("planned by a test");

        TokenException unexpected = exceptions.unexpected(ALICE, cause);

        assertThat(unexpected.problem()).isEqualTo(Problem.INTERNAL);
        assertThat(unexpected)
                .hasMessage("google/alice: unexpected java.lang.IllegalStateException")
                .hasCause(cause);
        TokenException known =
                TokenException.about(Problem.TLS).detail("expired").build();
        assertThat(exceptions.unexpected(ALICE, known)).hasMessage("google/alice: expired");
    }

    @Test
    void anUnreadableRecordIsReportedWithItsReason() {
        TokenException corrupt = exceptions.unreadable(ALICE, unreadable(Reason.CORRUPT));
        TokenException newer = exceptions.unreadable(ALICE, unreadable(Reason.NEWER_FORMAT));

        assertThat(corrupt.problem()).isEqualTo(Problem.RECORD_UNREADABLE);
        assertThat(newer.problem()).isEqualTo(Problem.RECORD_TOO_NEW);
        assertThat(newer).hasCauseInstanceOf(UnreadableRecordException.class);
    }

    // ---- parents

    @Test
    void aParentsProblemBecomesTheChildsWithTheParentsReconnectUrl() {
        TokenException parentProblem = exceptions.problem(BOB, Problem.GRANT_DEAD, "dead", NOW);

        TokenException child = exceptions.ofParent(ALICE, BOB, parentProblem);

        assertThat(child)
                .hasMessage("google/alice: its parent google/bob: dead")
                .hasCause(parentProblem);
        assertThat(child.problem()).isEqualTo(Problem.GRANT_DEAD);
        assertThat(child.key()).contains(ALICE);
        assertThat(child.parent()).contains(BOB);
        assertThat(child.retryAt()).contains(NOW);
        assertThat(child.reconnectUrl()).contains(EngineParts.reconnectUrl(BOB));
    }

    @Test
    void aMissingParentIsReportedAsParentNotConnected() {
        TokenException child = exceptions.ofParent(ALICE, BOB, exceptions.notConnected(BOB));

        assertThat(child.problem()).isEqualTo(Problem.PARENT_NOT_CONNECTED);
    }

    @Test
    void aTransientProblemOfAParentHasNoReconnectUrl() {
        TokenException child = exceptions.ofParent(ALICE, BOB, exceptions.problem(BOB, Problem.NETWORK, "no route"));

        assertThat(child.reconnectUrl()).isEmpty();
    }

    @Test
    void aRequestForTheParentItselfGetsTheParentsOwnException() {
        TokenException parentProblem = exceptions.problem(BOB, Problem.NETWORK, "no route");

        assertThat(exceptions.ofParent(BOB, BOB, parentProblem)).isSameAs(parentProblem);
    }

    private static UnreadableRecordException unreadable(Reason reason) {
        return new UnreadableRecordException(ALICE, reason, "damaged by a test", null);
    }
}
