package dev.evertoken.internal.account;

import static dev.evertoken.internal.record.SampleRecords.ALICE;
import static dev.evertoken.internal.record.SampleRecords.BOB;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.internal.refresh.EngineFixture;
import dev.evertoken.model.Problem;
import dev.evertoken.model.Revocation.Outcome;
import dev.evertoken.spi.provider.ProviderProfile.RevokeScope;
import dev.evertoken.spi.provider.RevokeOutcome;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A revocation that comes late, where it ends all grants of a user. */
class LateRevocationsTest {

    private static final RevokeOutcome DONE = new RevokeOutcome.Revoked(false);
    private static final RevokeOutcome LOST = new RevokeOutcome.Unknown(Problem.NETWORK, "timed out");

    private final RevocationFixture revoking = new RevocationFixture(RevokeScope.USER);
    private final EngineFixture engine = revoking.engine;

    @Test
    void aLateRevocationDoesNotEndTheNextConsentOfTheUser() {
        revoking.responses(LOST);
        revoking.revoke(false);
        engine.connect(ALICE);

        revoking.goOn(2);

        assertThat(revoking.asked).hasSize(1);
        assertThat(revoking.ended()).hasSize(1);
        assertThat(revoking.ended().get(0).outcome()).isEqualTo(Outcome.NOT_REVOKED);
        assertThat(revoking.ended().get(0).detail())
                .isEqualTo("the user has connected again, which a revocation would undo");
    }

    @Test
    void aLateRevocationDoesNotEndTheUsersOtherAccounts() {
        revoking.responses(LOST);
        revoking.revoke(false);
        engine.connect(BOB, Optional.of("subject-alice"));

        revoking.goOn(2);

        assertThat(revoking.asked).hasSize(1);
        assertThat(revoking.ended()).hasSize(1);
    }

    @Test
    void aStoreThatDoesNotTellLeavesTheUserConnected() {
        revoking.responses(LOST);
        revoking.revoke(false);
        engine.store.down();

        revoking.goOn(2);

        assertThat(revoking.asked).hasSize(1);
        assertThat(revoking.ended()).hasSize(1);
    }

    @Test
    void whereTheUserHasNotComeBackALateRevocationIsMade() {
        revoking.responses(LOST);
        revoking.responses(DONE);
        revoking.revoke(false);

        revoking.goOn(1);

        assertThat(revoking.ended().get(0).outcome()).isEqualTo(Outcome.REVOKED);
    }

    @Test
    void anExecutorThatFailsOnceDoesNotLoseTheRevocation() {
        revoking.responses(LOST);
        revoking.responses(DONE);
        revoking.revoke(false);
        revoking.tasks.failNext(new IllegalStateException("planned by a test"));

        revoking.goOn(2);

        assertThat(revoking.asked).hasSize(2);
        assertThat(revoking.ended().get(0).outcome()).isEqualTo(Outcome.REVOKED);
    }

    @Test
    void aRevocationWithoutAThreadForItsLastAttemptIsToldAsNotMade() {
        revoking.responses(LOST);
        revoking.revoke(false);
        revoking.tasks.refuse(Integer.MAX_VALUE);

        revoking.goOn(20);

        assertThat(revoking.asked).hasSize(1);
        assertThat(revoking.ended()).hasSize(1);
        assertThat(revoking.ended().get(0).outcome()).isEqualTo(Outcome.NOT_REVOKED);
        assertThat(revoking.ended().get(0).detail()).isEqualTo("the revocation could not be repeated");
    }
}
