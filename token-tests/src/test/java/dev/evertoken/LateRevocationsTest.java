package dev.evertoken;

import static dev.evertoken.SampleRecords.ALICE;
import static dev.evertoken.SampleRecords.BOB;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.model.Problem;
import dev.evertoken.model.Revocation.Outcome;
import dev.evertoken.spi.ProviderProfile.RevokeScope;
import dev.evertoken.spi.RevokeOutcome;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A revocation that comes late, where it ends all grants of a user. */
class LateRevocationsTest {

    private static final RevokeOutcome DONE = new RevokeOutcome.Revoked(false);
    private static final RevokeOutcome LOST = new RevokeOutcome.Unknown(Problem.NETWORK, "timed out");

    private final RevokeBench revoking = new RevokeBench(RevokeScope.USER);
    private final EngineBench bench = revoking.bench;

    @Test
    void aLateRevocationDoesNotEndTheNextConsentOfTheUser() {
        revoking.answers(LOST);
        revoking.revoke(false);
        bench.connect(ALICE);

        revoking.goOn(2);

        assertThat(revoking.asked).hasSize(1);
        assertThat(revoking.ended()).hasSize(1);
        assertThat(revoking.ended().get(0).outcome()).isEqualTo(Outcome.NOT_REVOKED);
        assertThat(revoking.ended().get(0).detail())
                .isEqualTo("the user has connected again, which a revocation would undo");
    }

    @Test
    void aLateRevocationDoesNotEndTheUsersOtherAccounts() {
        revoking.answers(LOST);
        revoking.revoke(false);
        bench.connect(BOB, Optional.of("subject-alice"));

        revoking.goOn(2);

        assertThat(revoking.asked).hasSize(1);
        assertThat(revoking.ended()).hasSize(1);
    }

    @Test
    void aStoreThatDoesNotTellLeavesTheUserConnected() {
        revoking.answers(LOST);
        revoking.revoke(false);
        bench.store.down();

        revoking.goOn(2);

        assertThat(revoking.asked).hasSize(1);
        assertThat(revoking.ended()).hasSize(1);
    }

    @Test
    void whereTheUserHasNotComeBackALateRevocationIsMade() {
        revoking.answers(LOST);
        revoking.answers(DONE);
        revoking.revoke(false);

        revoking.goOn(1);

        assertThat(revoking.ended().get(0).outcome()).isEqualTo(Outcome.REVOKED);
    }
}
