package dev.evertoken.internal.refresh;

import static dev.evertoken.internal.record.SampleRecords.ALICE;
import static dev.evertoken.internal.record.SampleRecords.BOB;
import static dev.evertoken.testing.StoreOperation.LOAD;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.faults.Fault;
import dev.evertoken.internal.refresh.UnspentClaims.Unspent;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.Claim;
import dev.evertoken.spi.store.Claim.Phase;
import dev.evertoken.spi.store.TokenRecord;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** How long claims that were not used are remembered. */
class UnspentClaimsEndsTest {

    private static final Duration A_WHILE = Duration.ofMinutes(1);

    private final EngineFixture engine = EngineFixture.of(RefreshModel.ROTATING);
    private final UnspentClaims unspent = engine.parts.unspent();
    private final TokenRecord record = engine.connect(ALICE);

    @Test
    @Fault("M2")
    void aClaimWhoseWriteArrivesLateIsReleased() {
        unspent.keep(new Unspent(ALICE, "claim-1", record.revision()));
        engine.clock.advance(Duration.ofSeconds(3));
        engine.store(claimed("claim-1"));

        engine.clock.advance(A_WHILE);

        assertThat(engine.record(ALICE).claim()).isEmpty();
        assertEnded();
    }

    @Test
    void aClaimIsForgottenOnceItsWriteCannotArriveAnyMore() {
        unspent.keep(new Unspent(ALICE, "claim-1", record.revision()));
        TokenRecord later = engine.change(record.next());

        engine.clock.advance(A_WHILE);

        assertThat(engine.record(ALICE)).isEqualTo(later);
        assertEnded();
    }

    @Test
    void aClaimIsForgottenIfItsWriteDoesNotArrive() {
        unspent.keep(new Unspent(ALICE, "claim-1", record.revision()));
        int loads = engine.store.calls(LOAD);

        engine.clock.advance(A_WHILE.multipliedBy(10));

        assertThat(engine.store.calls(LOAD) - loads).isEqualTo(6);
        assertEnded();
    }

    @Test
    void aClaimOfADisconnectedAccountIsForgotten() {
        unspent.keep(new Unspent(ALICE, "claim-1", record.revision()));
        engine.remove(ALICE);

        engine.clock.advance(A_WHILE);

        assertEnded();
    }

    @Test
    @Fault("M2")
    void theClaimOfAPeerIsNotReleased() {
        TokenRecord peers = engine.peerClaims(ALICE);
        unspent.keep(new Unspent(ALICE, "claim-1", record.revision()));

        engine.clock.advance(A_WHILE);

        assertThat(engine.record(ALICE)).isEqualTo(peers);
        assertEnded();
    }

    @Test
    void aClaimIsForgottenAfterADay() {
        engine.store.down();
        unspent.keep(new Unspent(ALICE, "claim-1", record.revision()));

        engine.clock.advance(Duration.ofDays(1).plusSeconds(1));

        assertEnded();
    }

    @Test
    void manyClaimsOfAnAccountAreReleasedByOneTaskAndTheNewestAreKept() {
        engine.store.down();
        for (int i = 1; i <= 100; i++) {
            unspent.keep(new Unspent(ALICE, "claim-" + i, record.revision()));
        }

        assertThat(engine.clock.timers()).isEqualTo(1);
        assertThat(unspent.contain(ALICE, claim("claim-92"))).isFalse();
        assertThat(unspent.contain(ALICE, claim("claim-93"))).isTrue();
        assertThat(unspent.contain(ALICE, claim("claim-100"))).isTrue();
        assertThat(unspent.contain(BOB, claim("claim-100"))).isFalse();
    }

    @Test
    void onlyTheNewestAccountsAreKept() {
        engine.store.down();
        for (int i = 0; i <= 10_000; i++) {
            unspent.keep(new Unspent(TokenKey.of("google", "account-" + i), "claim-1", 1));
        }

        assertThat(unspent.contain(TokenKey.of("google", "account-0"), claim("claim-1")))
                .isFalse();
        assertThat(unspent.contain(TokenKey.of("google", "account-1"), claim("claim-1")))
                .isTrue();
    }

    @Test
    void aClaimThatJoinsWhileAnotherIsReleasedIsReleasedToo() {
        engine.store(claimed("claim-1"));
        unspent.keep(new Unspent(ALICE, "claim-1", record.revision()));
        engine.peers.beforeAWrite(() ->
                unspent.keep(new Unspent(ALICE, "claim-2", engine.record(ALICE).revision())));
        engine.clock.advance(Duration.ofSeconds(3));
        assertThat(unspent.contain(ALICE, claim("claim-1"))).isFalse();
        assertThat(unspent.contain(ALICE, claim("claim-2"))).isTrue();
        engine.store(claimed("claim-2"));

        engine.clock.advance(A_WHILE);

        assertThat(engine.record(ALICE).claim()).isEmpty();
        assertEnded();
    }

    private void assertEnded() {
        assertThat(unspent.contain(ALICE, claim("claim-1"))).isFalse();
        assertThat(unspent.contain(ALICE, claim("claim-2"))).isFalse();
        assertThat(engine.clock.timers()).isZero();
    }

    private TokenRecord claimed(String id) {
        return engine.parts.mapper().write(engine.record(ALICE).next().claim(claim(id)));
    }

    private Claim claim(String id) {
        return new Claim(id, "a process", EngineFixture.CLAIM, engine.time.now().plus(EngineFixture.CLAIM), Phase.SENT);
    }
}
