package dev.evertoken;

import static dev.evertoken.SampleRecords.ALICE;
import static dev.evertoken.SampleRecords.BOB;
import static dev.evertoken.testing.StoreOperation.LOAD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.Consent.Over;
import dev.evertoken.model.Grant;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenStoreException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

/** New consents that the store does not take: a code cannot be exchanged twice. */
class UnsavedConsentsTest {

    private static final Duration CAP = Duration.ofSeconds(5);

    private final EngineBench bench = EngineBench.of(RefreshModel.ROTATING);
    private final UnsavedConsents unsaved = unsaved(Runnable::run);

    @Test
    void aStoreThatWorksLeavesNothingToKeep() {
        assertThat(save("round-1", ALICE).stored()).isTrue();

        assertThat(unsaved.saveAgain("round-1")).isEmpty();
        assertThat(bench.clock.timers()).isZero();
    }

    @Test
    void aConsentThatIsNotSavedIsToldAndTheCallerKnowsThatItIsKept() {
        bench.store.down();

        TokenException down = EngineBench.failureOf(() -> save("round-1", ALICE));

        assertThat(down).isInstanceOf(TokenStoreException.class);
        assertThat(down)
                .hasMessage("google/alice: the store is down: LOAD of google/alice; the tokens of the new consent are"
                        + " kept in this process until they are saved");
        assertThat(bench.events)
                .containsExactly(new TokenEvent.RotationAtRisk(
                        ALICE, bench.time.now(), 1, false, "the store is down: LOAD of google/alice"));
    }

    @Test
    void savingGoesOnUntilTheStoreTakesIt() {
        notSaved("round-1", ALICE);
        bench.clock.advance(Duration.ofMinutes(1));
        assertThat(bench.clock.timers()).isEqualTo(1);

        bench.store.up();
        bench.clock.advance(CAP);

        assertThat(bench.record(ALICE).grant().id()).isEqualTo("grant-of-round-1");
        assertThat(bench.clock.timers()).isZero();
        assertThat(unsaved.saveAgain("round-1")).isEmpty();
    }

    @Test
    void aStoreThatStaysDownIsAskedLessAndLessOften() {
        notSaved("round-1", ALICE);
        int before = bench.store.calls(LOAD);

        bench.clock.advance(Duration.ofMinutes(1));

        assertThat((bench.store.calls(LOAD) - before) / 3)
                .as("attempts of three tries")
                .isBetween(12, 32);
    }

    @Test
    void withoutAThreadSavingIsTriedAgain() {
        int[] refusals = {0};
        UnsavedConsents starved = unsaved(task -> {
            if (refusals[0]++ < 5) {
                throw new RejectedExecutionException("planned by a test");
            }
            task.run();
        });
        bench.store.down();
        EngineBench.failureOf(() -> starved.save("round-1", bench.cell(ALICE), bench.client, consent("round-1")));
        bench.store.up();

        bench.clock.advance(Duration.ofSeconds(30));

        assertThat(refusals[0]).isEqualTo(6);
        assertThat(bench.stored(ALICE)).isPresent();
    }

    @Test
    void whoComesBackWithTheSameRoundHasItSaved() {
        notSaved("round-1", ALICE);
        TokenException again = EngineBench.failureOf(() -> unsaved.saveAgain("round-1"));
        assertThat(again.getMessage()).endsWith("are kept in this process until they are saved");

        bench.store.up();
        assertThat(unsaved.saveAgain("round-1").orElseThrow().stored()).isTrue();

        int loads = bench.store.calls(LOAD);
        bench.clock.advance(Duration.ofMinutes(1));
        assertThat(bench.store.calls(LOAD)).as("nothing is left to be saved").isEqualTo(loads);
    }

    @Test
    void aConsentThatMustNotBeStoredAnyMoreIsGivenUp() {
        notSaved("round-1", ALICE);
        bench.store.up();
        bench.store(Strangers.ofAnotherStage(bench, ALICE));

        assertThat(EngineBench.failureOf(() -> unsaved.saveAgain("round-1")).problem())
                .isEqualTo(Problem.ENVIRONMENT_MISMATCH);
        assertThat(unsaved.saveAgain("round-1")).isEmpty();
    }

    @Test
    void aConsentThatMustNotBeStoredIsGivenUpBehindToo() {
        notSaved("round-1", ALICE);
        bench.store.up();
        bench.store(Strangers.ofAnotherStage(bench, ALICE));

        bench.clock.advance(CAP);

        assertThat(bench.clock.timers()).isZero();
        assertThat(unsaved.saveAgain("round-1")).isEmpty();
    }

    @Test
    void whoDisconnectsGivesUpHisOwnAlone() {
        notSaved("round-1", ALICE);
        notSaved("round-2", BOB);
        bench.store.up();

        unsaved.drop(ALICE);
        bench.clock.advance(CAP);

        assertThat(bench.stored(ALICE)).isEmpty();
        assertThat(bench.stored(BOB)).isPresent();
    }

    @Test
    void closingTriesEverythingOnceMore() {
        notSaved("round-1", ALICE);
        notSaved("round-2", BOB);
        bench.store.up();

        unsaved.close();

        assertThat(bench.stored(ALICE)).isPresent();
        assertThat(bench.stored(BOB)).isPresent();
    }

    @Test
    void closingEndsEvenIfTheStoreIsDown() {
        notSaved("round-1", ALICE);

        unsaved.close();

        assertThat(bench.stored(ALICE)).isEmpty();
    }

    private void notSaved(String round, TokenKey key) {
        bench.store.down();
        assertThatThrownBy(() -> save(round, key)).isInstanceOf(TokenStoreException.class);
    }

    private Connections.Connected save(String round, TokenKey key) {
        return unsaved.save(round, bench.cell(key), bench.client, consent(round));
    }

    private Consent consent(String round) {
        return new Consent(
                new Grant("grant-of-" + round, bench.time.now()),
                bench.tokens(),
                Set.of(),
                Optional.empty(),
                Over.SAME_USER,
                Descent.ofConsent(bench.provider.profile()));
    }

    private UnsavedConsents unsaved(Executor executor) {
        return new UnsavedConsents(
                ConnectionsTest.connections(bench), bench.time, executor, Backoff.betweenSaves(CAP), bench.events::add);
    }
}
