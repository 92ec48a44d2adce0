package dev.evertoken;

import static dev.evertoken.SampleRecords.ALICE;
import static dev.evertoken.SampleRecords.BOB;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.model.Problem;
import dev.evertoken.model.Revocation;
import dev.evertoken.model.Revocation.Outcome;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.spi.ProviderProfile.RevokeScope;
import dev.evertoken.spi.RevokeOutcome;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Revoking at the provider and disconnecting here, whatever the provider says. */
class RevocationsTest {

    private static final RevokeOutcome DONE = new RevokeOutcome.Revoked(false);
    private static final RevokeOutcome LOST = new RevokeOutcome.Unknown(Problem.NETWORK, "timed out");

    private final RevokeBench revoking = new RevokeBench(RevokeScope.GRANT);
    private final EngineBench bench = revoking.bench;

    // ---- at once

    @Test
    void whatIsRevokedIsDisconnected() {
        revoking.answers(DONE);

        assertThat(revoking.revoke(false))
                .isEqualTo(revocation(Outcome.REVOKED, Optional.empty(), "the provider revoked the tokens"));
        assertThat(bench.stored(ALICE)).isEmpty();
        assertThat(revoking.asked).hasSize(1);
        assertThat(revoking.asked.get(0).key()).isEqualTo(ALICE);
        assertThat(bench.events).containsExactly(new TokenEvent.Disconnected(ALICE, bench.time.now()));
    }

    @Test
    void whatWasDeadAlreadyIsToldAsThat() {
        revoking.answers(new RevokeOutcome.Revoked(true));

        assertThat(revoking.revoke(false).outcome()).isEqualTo(Outcome.WAS_DEAD);
    }

    @Test
    void whatTheProviderRefusesIsDisconnectedAllTheSame() {
        revoking.answers(new RevokeOutcome.Refused(Problem.CLIENT_REJECTED, "answered 401"));

        assertThat(revoking.revoke(false))
                .isEqualTo(revocation(Outcome.NOT_REVOKED, Optional.of(Problem.CLIENT_REJECTED), "answered 401"));
        assertThat(bench.stored(ALICE)).isEmpty();
        assertThat(bench.clock.timers()).isZero();
    }

    @Test
    void aProviderWithoutARevocationIsSaidToHaveNone() {
        bench.provider.revoker = null;

        assertThat(revoking.revoke(false))
                .isEqualTo(revocation(
                        Outcome.NOT_REVOKED,
                        Optional.of(Problem.NOT_SUPPORTED),
                        "provider scripted has no revocation"));
        assertThat(bench.stored(ALICE)).isEmpty();
    }

    @Test
    void whatLivesOffAnotherAccountEndsWithIt() {
        bench.remove(ALICE);
        bench.connectChild(ALICE, BOB);

        assertThat(revoking.revoke(false))
                .isEqualTo(revocation(
                        Outcome.NOT_REVOKED,
                        Optional.of(Problem.NOT_SUPPORTED),
                        "its token comes from that of google/bob and ends when that one is revoked"));
        assertThat(bench.stored(ALICE)).isEmpty();
        assertThat(revoking.asked).isEmpty();
    }

    @Test
    void nothingIsDoneWhereOthersWouldLoseTheirTokensUnlessThatIsMeant() {
        bench.connectChild(BOB, ALICE);

        assertThat(revoking.revoke(false))
                .isEqualTo(new Revocation(
                        Outcome.HELD_BACK,
                        false,
                        Optional.empty(),
                        "nothing was done: revoking these tokens ends those of 1 more",
                        Set.of(BOB)));
        assertThat(bench.stored(ALICE)).isPresent();
        assertThat(revoking.asked).isEmpty();

        revoking.answers(DONE);
        assertThat(revoking.revoke(true))
                .isEqualTo(new Revocation(
                        Outcome.REVOKED, true, Optional.empty(), "the provider revoked the tokens", Set.of(BOB)));
        assertThat(bench.stored(ALICE)).isEmpty();
        assertThat(bench.stored(BOB)).isPresent();
    }

    // ---- behind the caller

    @Test
    void whatWasNotAnsweredIsAskedAgainAndItsEndTold() {
        revoking.answers(LOST);
        revoking.answers(LOST);
        revoking.answers(DONE);

        assertThat(revoking.revoke(false))
                .isEqualTo(revocation(Outcome.REPEATED, Optional.of(Problem.NETWORK), "timed out"));
        assertThat(bench.stored(ALICE)).isEmpty();
        assertThat(revoking.ended()).isEmpty();
        revoking.goOn(2);

        assertThat(revoking.asked).hasSize(3);
        assertThat(revoking.ended())
                .containsExactly(new TokenEvent.RevocationEnded(
                        ALICE, bench.time.now(), Outcome.REVOKED, "the provider revoked the tokens"));
        assertThat(bench.clock.timers()).isZero();
    }

    @Test
    void afterTwelveAttemptsItEndsUnanswered() {
        for (int i = 0; i < 12; i++) {
            revoking.answers(LOST);
        }

        revoking.revoke(false);
        revoking.goOn(20);

        assertThat(revoking.asked).hasSize(12);
        assertThat(revoking.ended()).hasSize(1);
        assertThat(revoking.ended().get(0).outcome()).isEqualTo(Outcome.NOT_REVOKED);
        assertThat(revoking.ended().get(0).detail()).isEqualTo("timed out");
    }

    @Test
    void aRevokerThatThrowsHasNotAnswered() {
        bench.provider.revoker = held -> {
            throw new IllegalStateException("planned by a test");
        };

        assertThat(revoking.revoke(false))
                .isEqualTo(revocation(
                        Outcome.REPEATED,
                        Optional.of(Problem.INTERNAL),
                        "the revoker failed with java.lang.IllegalStateException"));
    }

    @Test
    void withoutAThreadItIsAskedLater() {
        revoking.answers(LOST);
        revoking.answers(DONE);
        revoking.revoke(false);
        revoking.tasks.refuse(2);

        revoking.goOn(3);

        assertThat(revoking.ended()).hasSize(1);
    }

    @Test
    void afterClosingNobodyIsAsked() {
        revoking.answers(LOST);
        revoking.revoke(false);
        bench.workshop.closing().complete(null);

        revoking.goOn(2);

        assertThat(revoking.asked).hasSize(1);
        assertThat(revoking.ended()).isEmpty();
        assertThat(bench.clock.timers()).isZero();
    }

    @Test
    void whereOneGrantIsRevokedTheNextConsentIsInNoDanger() {
        revoking.answers(LOST);
        revoking.answers(DONE);
        revoking.revoke(false);
        bench.connect(ALICE);

        revoking.goOn(1);

        assertThat(revoking.ended().get(0).outcome()).isEqualTo(Outcome.REVOKED);
        assertThat(bench.stored(ALICE)).isPresent();
    }

    private static Revocation revocation(Outcome outcome, Optional<Problem> problem, String detail) {
        return new Revocation(outcome, true, problem, detail, Set.of());
    }
}
