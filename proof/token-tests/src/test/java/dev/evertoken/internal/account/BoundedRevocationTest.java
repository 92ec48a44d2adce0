package dev.evertoken.internal.account;

import static dev.evertoken.internal.record.SampleRecords.ALICE;
import static dev.evertoken.internal.record.SampleRecords.BOB;
import static dev.evertoken.testing.StoreOperation.KEYS;
import static dev.evertoken.testing.StoreOperation.LOAD;
import static dev.evertoken.testing.StoreOperation.LOAD_ALL;
import static dev.evertoken.testing.StoreOperation.RELATED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.faults.Fault;
import dev.evertoken.internal.record.GrantSource;
import dev.evertoken.model.Problem;
import dev.evertoken.model.Revocation;
import dev.evertoken.model.Revocation.Outcome;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.provider.ProviderProfile.RevokeScope;
import dev.evertoken.spi.provider.RevokeOutcome;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.store.InMemoryTokenStore;
import dev.evertoken.testing.FaultyStore;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A revocation reads no more of the store than it has to. */
class BoundedRevocationTest {

    private static final RevokeOutcome DONE = new RevokeOutcome.Revoked(false);
    private static final String TOO_MANY = "there are more than 10000 accounts of this provider";
    private static final String TOO_SLOW = "reading the accounts of this provider takes longer than 10 seconds";

    private RevocationFixture revoking = new RevocationFixture(RevokeScope.GRANT);

    private CrowdedStore crowd(int more, Duration load) {
        CrowdedStore crowd = new CrowdedStore(revoking.engine.store, more, () -> revoking.engine.clock.advance(load));
        revoking.looksForOthersIn(crowd);
        return crowd;
    }

    @Test
    @Fault("P1")
    void theRevocationOfOneTokenReadsNoOtherRecord() {
        revoking = new RevocationFixture(RevokeScope.TOKEN);
        revoking.engine.connect(BOB, Optional.of("subject-alice"));
        CrowdedStore crowd = crowd(10, Duration.ZERO);
        FaultyStore counted = FaultyStore.over(crowd);
        revoking.looksForOthersIn(counted);
        revoking.responses(DONE);

        assertThat(revoking.revoke(false).outcome()).isEqualTo(Outcome.REVOKED);

        assertThat(counted.calls(KEYS)).isZero();
        assertThat(counted.calls(LOAD)).isZero();
        assertThat(counted.calls(LOAD_ALL)).isZero();
        assertThat(counted.calls(RELATED)).isZero();
    }

    @ParameterizedTest
    @EnumSource(names = {"GRANT", "USER"})
    @Fault("P1")
    void aStoreWithAnIndexIsAskedForTheRelatedAccountsOnly(RevokeScope scope) {
        revoking = new RevocationFixture(scope);
        InMemoryTokenStore memory = new InMemoryTokenStore();
        for (int n = 0; n < 20; n++) {
            put(memory, TokenKey.of("google", "stranger-" + n), Optional.of("stranger-" + n));
        }
        put(memory, BOB, Optional.of("subject-alice"));
        FaultyStore counted = FaultyStore.over(memory);
        revoking.looksForOthersIn(counted);
        revoking.responses(DONE);

        Revocation revocation = revoking.revoke(false);

        assertThat(revocation.outcome()).isEqualTo(scope == RevokeScope.USER ? Outcome.NOT_ATTEMPTED : Outcome.REVOKED);
        assertThat(counted.calls(KEYS)).isZero();
        assertThat(counted.calls(LOAD)).isEqualTo(1);
    }

    private void put(TokenStore store, TokenKey key, Optional<String> user) {
        TokenRecord record = revoking.engine.first(
                key, revoking.engine.tokens(), user, GrantSource.ofConsent(revoking.engine.provider.profile()));
        assertThat(store.compareAndSet(key, TokenStore.ABSENT, record)).isTrue();
    }

    @Test
    @Fault("P1")
    void tooManyAccountsToReadAreReportedAndNothingIsRevoked() {
        CrowdedStore crowd = crowd(20_000, Duration.ZERO);

        assertThat(revoking.revoke(false).detail()).isEqualTo(refused(TOO_MANY));

        assertThat(crowd.loads()).isEqualTo(10_000);
        assertThat(revoking.asked).isEmpty();
        assertThat(revoking.engine.stored(ALICE)).isPresent();
    }

    @Test
    void aSlowStoreIsReadForALimitedTimeAndNothingIsRevoked() {
        CrowdedStore crowd = crowd(20_000, Duration.ofSeconds(1));

        assertThat(revoking.revoke(false).detail()).isEqualTo(refused(TOO_SLOW));

        assertThat(crowd.loads()).isEqualTo(11);
        assertThat(revoking.asked).isEmpty();
    }

    private static String refused(String why) {
        return "nothing was done: it is unknown whether other accounts would lose their tokens too, because " + why
                + "; use revokeWithAffectedAccounts if they may";
    }

    @Test
    void anAffectedAccountIsReportedEvenIfNotAllAreRead() {
        revoking.engine.connectChild(BOB, ALICE);
        crowd(20_000, Duration.ZERO);

        Revocation revocation = revoking.revoke(false);

        assertThat(revocation.detail())
                .isEqualTo("nothing was done: revoking these tokens would invalidate those of at least 1 more");
        assertThat(revocation.affectedAccounts()).containsExactly(BOB);
    }

    @Test
    void aRevocationWithAffectedAccountsSaysThatNotAllWereRead() {
        crowd(20_000, Duration.ZERO);
        revoking.responses(DONE);

        Revocation revocation = revoking.revoke(true);

        assertThat(revocation.outcome()).isEqualTo(Outcome.REVOKED);
        assertThat(revocation.detail())
                .isEqualTo("the provider revoked the tokens; more accounts may have lost their tokens, because not all"
                        + " were checked: " + TOO_MANY);
        assertThat(revoking.engine.stored(ALICE)).isEmpty();
    }

    @Test
    void aLateRevocationIsNotSentIfItMayEndAnotherConsentOfTheUser() {
        revoking = new RevocationFixture(RevokeScope.USER);
        CrowdedStore crowd = crowd(0, Duration.ZERO);
        revoking.responses(new RevokeOutcome.Unknown(Problem.NETWORK, "timed out"));
        assertThat(revoking.revoke(false).outcome()).isEqualTo(Outcome.PENDING);
        crowd.grow(20_000);

        revoking.goOn(2);

        assertThat(revoking.asked).hasSize(1);
        assertThat(revoking.ended().get(0).detail())
                .isEqualTo("it is unknown whether the user has connected again, because " + TOO_MANY);
    }
}
