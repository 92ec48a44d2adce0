package dev.evertoken.internal.authorization;

import static dev.evertoken.internal.record.SampleRecords.ALICE;
import static dev.evertoken.internal.record.SampleRecords.BOB;
import static dev.evertoken.testing.StoreOperation.LOAD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.ForeignRecords;
import dev.evertoken.faults.Fault;
import dev.evertoken.internal.account.Connections;
import dev.evertoken.internal.account.ConnectionsTest;
import dev.evertoken.internal.account.Consent;
import dev.evertoken.internal.account.Consent.Over;
import dev.evertoken.internal.client.ClientQueues;
import dev.evertoken.internal.record.GrantSource;
import dev.evertoken.internal.refresh.EngineFixture;
import dev.evertoken.internal.store.journal.ConsentJournal;
import dev.evertoken.model.Grant;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenStoreException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

/** New consents that the store does not take: a code cannot be exchanged twice. */
class PendingConsentsTest {

    private static final Duration CAP = Duration.ofMinutes(10);

    private final EngineFixture engine = EngineFixture.of(RefreshModel.ROTATING);
    private ConsentJournal journal = ConsentJournal.none();
    private final PendingConsents unsaved = unsaved(Runnable::run);

    @Test
    void aStoreThatWorksLeavesNothingToKeep() {
        assertThat(save("round-1", ALICE).stored()).isTrue();

        assertThat(unsaved.saveAgain("round-1")).isEmpty();
        assertThat(engine.clock.timers()).isZero();
    }

    @Test
    void aConsentThatIsNotSavedIsToldAndTheCallerKnowsThatItIsKept() {
        engine.store.down();

        TokenException down = EngineFixture.failureOf(() -> save("round-1", ALICE));

        assertThat(down).isInstanceOf(TokenStoreException.class);
        assertThat(down)
                .hasMessage("google/alice: the store is down: LOAD of google/alice; the tokens of the new consent are"
                        + " kept in this process until they are saved");
        assertThat(engine.events)
                .containsExactly(new TokenEvent.RotationAtRisk(
                        ALICE, engine.time.now(), 1, false, "the store is down: LOAD of google/alice"));
    }

    @Test
    void savingGoesOnUntilTheStoreTakesIt() {
        notSaved("round-1", ALICE);
        engine.clock.advance(Duration.ofMinutes(1));
        assertThat(engine.clock.timers()).isEqualTo(1);

        engine.store.up();
        engine.clock.advance(CAP);

        assertThat(engine.record(ALICE).grant().id()).isEqualTo("grant-of-round-1");
        assertThat(engine.clock.timers()).isZero();
        assertThat(unsaved.saveAgain("round-1")).isEmpty();
    }

    @Test
    @Fault("L3")
    void aStoreThatStaysDownIsCalledLessAndLessOften() {
        notSaved("round-1", ALICE);

        assertThat(loadsWithin(Duration.ofSeconds(6))).as("in 6 seconds").isBetween(1, 3);
        assertThat(loadsWithin(Duration.ofMinutes(54))).as("in the first hour").isBetween(7, 16);
        assertThat(loadsWithin(Duration.ofHours(22))).as("in 22 hours").isBetween(130, 266);
    }

    @Test
    @Fault("L3")
    void manyConsentsCallTheStoreOneAfterTheOther() {
        List<Runnable> threads = new ArrayList<>();
        PendingConsents many = unsaved(threads::add);
        engine.store.down();
        for (int i = 0; i < 20; i++) {
            TokenKey key = TokenKey.of("google", "user-" + i);
            String round = "round-" + i;
            EngineFixture.failureOf(() -> many.save(round, engine.cell(key), engine.client, consent(round)));
        }

        engine.clock.advance(Duration.ofSeconds(30));

        assertThat(threads).as("threads that call the store").hasSize(1);
    }

    @Test
    @Fault("L3")
    void aConsentIsGivenUpAfterADayWithAnEvent() {
        notSaved("round-1", ALICE);
        engine.clock.advance(Duration.ofHours(24).minusMillis(1));
        assertThat(engine.events).noneMatch(TokenEvent.ConsentLost.class::isInstance);

        engine.clock.advance(Duration.ofMillis(2));

        TokenEvent.ConsentLost lost = engine.told(TokenEvent.ConsentLost.class);
        assertThat(lost.key()).isEqualTo(ALICE);
        assertThat(lost.detail()).isEqualTo("the store did not accept it within 24 hours");
        assertThat(engine.clock.timers()).isZero();
        engine.store.up();
        assertThat(unsaved.saveAgain("round-1")).isEmpty();
    }

    @Test
    @Fault("L3")
    void nothingIsTriedAfterClosing() {
        notSaved("round-1", ALICE);
        unsaved.close();
        int loads = engine.store.calls(LOAD);

        engine.store.up();
        engine.clock.advance(Duration.ofDays(2));

        assertThat(engine.store.calls(LOAD)).isEqualTo(loads);
        assertThat(engine.stored(ALICE)).isEmpty();
        assertThat(engine.events).noneMatch(TokenEvent.ConsentLost.class::isInstance);
    }

    private int loadsWithin(Duration time) {
        int before = engine.store.calls(LOAD);
        engine.clock.advance(time);
        return engine.store.calls(LOAD) - before;
    }

    @Test
    void withoutAThreadSavingIsTriedAgain() {
        int[] refusals = {0};
        PendingConsents starved = unsaved(task -> {
            if (refusals[0]++ < 5) {
                throw new RejectedExecutionException("planned by a test");
            }
            task.run();
        });
        engine.store.down();
        EngineFixture.failureOf(() -> starved.save("round-1", engine.cell(ALICE), engine.client, consent("round-1")));
        engine.store.up();

        engine.clock.advance(Duration.ofMinutes(5));

        assertThat(refusals[0]).isEqualTo(6);
        assertThat(engine.stored(ALICE)).isPresent();
    }

    @Test
    void anExecutorThatFailsOnceDoesNotLoseTheConsent() {
        boolean[] failed = {false};
        PendingConsents unlucky = unsaved(task -> {
            if (!failed[0]) {
                failed[0] = true;
                throw new IllegalStateException("planned by a test");
            }
            task.run();
        });
        engine.store.down();
        EngineFixture.failureOf(() -> unlucky.save("round-1", engine.cell(ALICE), engine.client, consent("round-1")));
        engine.store.up();

        engine.clock.advance(Duration.ofSeconds(30));

        assertThat(failed[0]).isTrue();
        assertThat(engine.record(ALICE).grant().id()).isEqualTo("grant-of-round-1");
        assertThat(engine.clock.timers()).isZero();
    }

    @Test
    void whoComesBackWithTheSameRoundHasItSaved() {
        notSaved("round-1", ALICE);
        TokenException again = EngineFixture.failureOf(() -> unsaved.saveAgain("round-1"));
        assertThat(again.getMessage()).endsWith("are kept in this process until they are saved");

        engine.store.up();
        assertThat(unsaved.saveAgain("round-1").orElseThrow().stored()).isTrue();

        int loads = engine.store.calls(LOAD);
        engine.clock.advance(Duration.ofMinutes(1));
        assertThat(engine.store.calls(LOAD)).as("nothing is left to be saved").isEqualTo(loads);
    }

    @Test
    void aConsentThatMustNotBeStoredAnyMoreIsGivenUp() {
        notSaved("round-1", ALICE);
        engine.store.up();
        engine.store(ForeignRecords.ofAnotherStage(engine, ALICE));

        assertThat(EngineFixture.failureOf(() -> unsaved.saveAgain("round-1")).problem())
                .isEqualTo(Problem.ENVIRONMENT_MISMATCH);
        assertThat(unsaved.saveAgain("round-1")).isEmpty();
    }

    @Test
    void aConsentThatMustNotBeStoredIsGivenUpBehindToo() {
        notSaved("round-1", ALICE);
        engine.store.up();
        engine.store(ForeignRecords.ofAnotherStage(engine, ALICE));

        engine.clock.advance(CAP);

        assertThat(engine.told(TokenEvent.ConsentLost.class).key()).isEqualTo(ALICE);
        assertThat(engine.clock.timers()).isZero();
        assertThat(unsaved.saveAgain("round-1")).isEmpty();
    }

    @Test
    void whoDisconnectsGivesUpHisOwnAlone() {
        notSaved("round-1", ALICE);
        notSaved("round-2", BOB);
        engine.store.up();

        unsaved.drop(ALICE);
        engine.clock.advance(CAP);

        assertThat(engine.stored(ALICE)).isEmpty();
        assertThat(engine.stored(BOB)).isPresent();
    }

    @Test
    @Fault("L3")
    void aConsentThatIsBeingSavedWhenItsAccountIsDisconnectedIsRemovedAgain() {
        notSaved("round-1", ALICE);
        engine.store.up();
        engine.peers.beforeAWrite(() -> unsaved.drop(ALICE));

        engine.clock.advance(CAP);

        assertThat(engine.stored(ALICE)).isEmpty();
        assertThat(engine.told(TokenEvent.Disconnected.class).key()).isEqualTo(ALICE);
    }

    @Test
    void whoComesBackWhileTheConsentIsBeingSavedDoesNotUndoIt() {
        notSaved("round-1", ALICE);
        engine.store.up();
        engine.peers.beforeAWrite(() -> assertThat(unsaved.saveAgain("round-1")).isPresent());

        engine.clock.advance(CAP);

        assertThat(engine.record(ALICE).grant().id()).isEqualTo("grant-of-round-1");
        assertThat(engine.events).noneMatch(TokenEvent.Disconnected.class::isInstance);
    }

    @Test
    void closingTriesEverythingOnceMore() {
        notSaved("round-1", ALICE);
        notSaved("round-2", BOB);
        engine.store.up();

        unsaved.close();

        assertThat(engine.stored(ALICE)).isPresent();
        assertThat(engine.stored(BOB)).isPresent();
    }

    @Test
    void closingEndsEvenIfTheStoreIsDown() {
        notSaved("round-1", ALICE);

        unsaved.close();

        assertThat(engine.stored(ALICE)).isEmpty();
    }

    private void notSaved(String round, TokenKey key) {
        engine.store.down();
        assertThatThrownBy(() -> save(round, key)).isInstanceOf(TokenStoreException.class);
    }

    private Connections.Connected save(String round, TokenKey key) {
        return unsaved.save(round, engine.cell(key), engine.client, consent(round));
    }

    private Consent consent(String round) {
        return new Consent(
                new Grant("grant-of-" + round, engine.time.now()),
                engine.tokens(),
                Set.of(),
                Optional.empty(),
                Over.SAME_USER,
                GrantSource.ofConsent(engine.provider.profile()));
    }

    private PendingConsents unsaved(Executor executor) {
        return new PendingConsents(
                ConnectionsTest.connections(engine),
                new KeptConsents(journal, engine.parts.mapper(), engine.clients(), engine.cache),
                engine.time,
                ClientQueues.single(executor, 1),
                engine.events::add);
    }
}
