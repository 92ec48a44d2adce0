package dev.evertoken.internal.account;

import static dev.evertoken.internal.record.SampleRecords.ALICE;
import static dev.evertoken.internal.record.SampleRecords.BOB;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.internal.refresh.EngineFixture;
import dev.evertoken.model.Grant;
import dev.evertoken.model.Problem;
import dev.evertoken.model.Revocation;
import dev.evertoken.model.Revocation.Outcome;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.spi.provider.ProviderProfile.RevokeScope;
import dev.evertoken.spi.provider.RevokeOutcome;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Revocation at the provider and disconnection in the store, for each response of the provider. */
class RevocationsTest {

    private static final RevokeOutcome DONE = new RevokeOutcome.Revoked(false);
    private static final RevokeOutcome LOST = new RevokeOutcome.Unknown(Problem.NETWORK, "timed out");

    private final RevocationFixture revoking = new RevocationFixture(RevokeScope.GRANT);
    private final EngineFixture engine = revoking.engine;

    // ---- the first attempt

    @Test
    void aRevokedAccountIsDisconnected() {
        revoking.responses(DONE);
        Grant grant = engine.stored(ALICE).orElseThrow().grant();

        assertThat(revoking.revoke(false))
                .isEqualTo(revocation(Outcome.REVOKED, Optional.empty(), "the provider revoked the tokens"));
        assertThat(engine.stored(ALICE)).isEmpty();
        assertThat(revoking.asked).hasSize(1);
        assertThat(revoking.asked.get(0).key()).isEqualTo(ALICE);
        assertThat(engine.events)
                .containsExactly(new TokenEvent.Disconnected(ALICE, engine.time.now(), Optional.of(grant)));
    }

    @Test
    void tokensThatWereAlreadyInvalidAreReported() {
        revoking.responses(new RevokeOutcome.Revoked(true));

        assertThat(revoking.revoke(false).outcome()).isEqualTo(Outcome.ALREADY_INVALID);
    }

    @Test
    void anAccountIsDisconnectedEvenIfTheProviderRefuses() {
        revoking.responses(new RevokeOutcome.Refused(Problem.CLIENT_REJECTED, "answered 401"));

        assertThat(revoking.revoke(false))
                .isEqualTo(revocation(Outcome.NOT_REVOKED, Optional.of(Problem.CLIENT_REJECTED), "answered 401"));
        assertThat(engine.stored(ALICE)).isEmpty();
        assertThat(engine.clock.timers()).isZero();
    }

    @Test
    void aProviderWithoutRevocationIsReportedAndTheAccountDisconnected() {
        engine.provider.revoker = null;

        assertThat(revoking.revoke(false))
                .isEqualTo(revocation(
                        Outcome.NOT_REVOKED,
                        Optional.of(Problem.NOT_SUPPORTED),
                        "provider scripted does not support revocation"));
        assertThat(engine.stored(ALICE)).isEmpty();
    }

    @Test
    void aDerivedAccountIsDisconnectedWithoutACallToTheProvider() {
        engine.remove(ALICE);
        engine.connectChild(ALICE, BOB);

        assertThat(revoking.revoke(false))
                .isEqualTo(revocation(
                        Outcome.NOT_REVOKED,
                        Optional.of(Problem.NOT_SUPPORTED),
                        "its token is derived from that of google/bob and becomes invalid when that token is revoked"));
        assertThat(engine.stored(ALICE)).isEmpty();
        assertThat(revoking.asked).isEmpty();
    }

    @Test
    void nothingIsRevokedIfOtherAccountsAreAffectedUnlessThatIsAllowed() {
        engine.connectChild(BOB, ALICE);

        assertThat(revoking.revoke(false))
                .isEqualTo(new Revocation(
                        Outcome.NOT_ATTEMPTED,
                        false,
                        Optional.empty(),
                        "nothing was done: revoking these tokens would invalidate those of 1 more",
                        Set.of(BOB)));
        assertThat(engine.stored(ALICE)).isPresent();
        assertThat(revoking.asked).isEmpty();

        revoking.responses(DONE);
        assertThat(revoking.revoke(true))
                .isEqualTo(new Revocation(
                        Outcome.REVOKED, true, Optional.empty(), "the provider revoked the tokens", Set.of(BOB)));
        assertThat(engine.stored(ALICE)).isEmpty();
        assertThat(engine.stored(BOB)).isPresent();
    }

    // ---- further attempts in the background

    @Test
    void aRevocationWithoutAResponseIsRetriedAndItsEndPublished() {
        revoking.responses(LOST);
        revoking.responses(LOST);
        revoking.responses(DONE);

        assertThat(revoking.revoke(false))
                .isEqualTo(revocation(Outcome.PENDING, Optional.of(Problem.NETWORK), "timed out"));
        assertThat(engine.stored(ALICE)).isEmpty();
        assertThat(revoking.ended()).isEmpty();
        revoking.goOn(2);

        assertThat(revoking.asked).hasSize(3);
        assertThat(revoking.ended())
                .containsExactly(new TokenEvent.RevocationEnded(
                        ALICE, engine.time.now(), Outcome.REVOKED, "the provider revoked the tokens"));
        assertThat(engine.clock.timers()).isZero();
    }

    @Test
    void aRevocationEndsAfterTwelveAttemptsWithoutAResponse() {
        for (int i = 0; i < 12; i++) {
            revoking.responses(LOST);
        }

        revoking.revoke(false);
        revoking.goOn(20);

        assertThat(revoking.asked).hasSize(12);
        assertThat(revoking.ended()).hasSize(1);
        assertThat(revoking.ended().get(0).outcome()).isEqualTo(Outcome.NOT_REVOKED);
        assertThat(revoking.ended().get(0).detail()).isEqualTo("timed out");
    }

    @Test
    void aRevokerThatThrowsIsRetried() {
        engine.provider.revoker = held -> {
            throw new IllegalStateException("planned by a test");
        };

        assertThat(revoking.revoke(false))
                .isEqualTo(revocation(
                        Outcome.PENDING,
                        Optional.of(Problem.INTERNAL),
                        "the revoker failed with java.lang.IllegalStateException"));
    }

    @Test
    void aRevocationIsRetriedLaterIfNoThreadIsAvailable() {
        revoking.responses(LOST);
        revoking.responses(DONE);
        revoking.revoke(false);
        revoking.tasks.refuse(2);

        revoking.goOn(3);

        assertThat(revoking.ended()).hasSize(1);
    }

    @Test
    void noRevocationIsRetriedAfterClosing() {
        revoking.responses(LOST);
        revoking.revoke(false);
        engine.parts.closing().complete(null);

        revoking.goOn(2);

        assertThat(revoking.asked).hasSize(1);
        assertThat(revoking.ended()).isEmpty();
        assertThat(engine.clock.timers()).isZero();
    }

    @Test
    void aRetriedRevocationOfOneGrantKeepsALaterConsent() {
        revoking.responses(LOST);
        revoking.responses(DONE);
        revoking.revoke(false);
        engine.connect(ALICE);

        revoking.goOn(1);

        assertThat(revoking.ended().get(0).outcome()).isEqualTo(Outcome.REVOKED);
        assertThat(engine.stored(ALICE)).isPresent();
    }

    private static Revocation revocation(Outcome outcome, Optional<Problem> problem, String detail) {
        return new Revocation(outcome, true, problem, detail, Set.of());
    }
}
