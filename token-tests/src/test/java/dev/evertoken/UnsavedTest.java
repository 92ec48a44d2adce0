package dev.evertoken;

import static dev.evertoken.SampleRecords.ALICE;
import static dev.evertoken.SampleRecords.BOB;
import static dev.evertoken.testing.StoreOperation.COMPARE_AND_SET;
import static dev.evertoken.testing.StoreOperation.LOAD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.Settlement.Saved;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenRecord;
import dev.evertoken.model.TokenStoreException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Answers that the store does not take: they are kept, told, and saved as soon as it does. */
class UnsavedTest {

    private static final String MINE = "claim-mine";

    private final EngineBench bench = EngineBench.of(RefreshModel.ROTATING);
    private final Unsaved unsaved = bench.workshop.unsaved();

    @Test
    void whatIsSavedLeavesNothingBehind() {
        TokenRecord first = bench.connect(ALICE);
        Pending pending = journalled(bench.answered(first));
        bench.journal.parked.add(pending.entry().orElseThrow());

        Optional<Saved> saved = unsaved.save(first, pending);

        assertThat(saved).contains(new Saved.Written(bench.record(ALICE), first, false));
        assertThat(bench.journal.entries).isEmpty();
        assertThat(bench.journal.parked)
                .as("what was set aside is of no use any more")
                .isEmpty();
        assertThat(bench.events).isEmpty();
        assertThat(unsaved.holds(ALICE)).isFalse();
    }

    @Test
    void anAcknowledgementThatWasLostAlarmsNobody() {
        TokenRecord first = bench.connect(ALICE);
        bench.store.next(COMPARE_AND_SET).failsAfter();

        assertThat(unsaved.save(first, inMemory(bench.answered(first))))
                .contains(new Saved.Already(bench.record(ALICE)));
        assertThat(bench.events).isEmpty();
        assertThat(bench.clock.timers()).isZero();
    }

    @Test
    void whatTheStoreDoesNotTakeIsToldWithWhereItIs() {
        TokenRecord first = bench.connect(ALICE);
        bench.store.down();

        assertThat(unsaved.save(first, journalled(bench.answered(first)))).isEmpty();

        assertThat(bench.events)
                .containsExactly(new TokenEvent.RotationAtRisk(
                        ALICE, bench.time.now(), 2, true, "the store is down: LOAD of google/alice"));
        assertThat(unsaved.holds(ALICE)).isTrue();
        assertThat(unsaved.holds(BOB)).isFalse();
    }

    @Test
    void whatIsInMemoryAloneIsToldAsThat() {
        TokenRecord first = bench.connect(ALICE);
        bench.store.down();

        unsaved.save(first, inMemory(bench.answered(first)));

        assertThat(bench.told(TokenEvent.RotationAtRisk.class).journalled()).isFalse();
        assertThat(unsaved.holds(ALICE)).isTrue();
    }

    @Test
    void whatAnotherPlaceOfTheStoreKeepsOutlivesThisProcessToo() {
        TokenRecord first = bench.connect(ALICE);
        bench.shelf.hasCopy(first);
        bench.store.down();

        unsaved.save(first, inMemory(bench.answered(first)));

        assertThat(bench.told(TokenEvent.RotationAtRisk.class).journalled()).isTrue();
    }

    @Test
    void savingGoesOnBehindUntilTheStoreTakesIt() {
        TokenRecord first = bench.connect(ALICE);
        bench.store.down();
        unsaved.save(first, journalled(bench.answered(first)));
        bench.clock.advance(Duration.ofMinutes(10));
        assertThat(bench.clock.timers()).isEqualTo(1);

        bench.store.up();
        bench.clock.advance(EngineBench.SETTLE.dividedBy(3));

        assertThat(bench.record(ALICE).generation()).isEqualTo(2);
        assertThat(unsaved.holds(ALICE)).isFalse();
        assertThat(bench.journal.entries).isEmpty();
        assertThat(bench.clock.timers()).isZero();
    }

    @Test
    void aStoreThatStaysDownIsAskedLessAndLessOften() {
        TokenRecord first = bench.connect(ALICE);
        bench.store.down();
        unsaved.save(first, inMemory(bench.answered(first)));

        int before = bench.store.calls(LOAD);
        bench.clock.advance(Duration.ofMinutes(1));

        assertThat(bench.store.calls(LOAD) - before).isBetween(12, 32);
    }

    @Test
    void withoutAThreadSavingIsTriedAgain() {
        TokenRecord first = bench.connect(ALICE);
        int[] refusals = {0};
        Unsaved starved = new Unsaved(
                bench.workshop.settlement(),
                bench.workshop.records(),
                bench.journal,
                bench.time,
                task -> {
                    if (refusals[0]++ < 5) {
                        throw new OutOfMemoryError("no thread, as a test plans");
                    }
                    task.run();
                },
                Backoff.betweenSaves(Duration.ofSeconds(5)),
                bench.events::add);
        bench.store.next(COMPARE_AND_SET).times(2).failsBefore();
        starved.save(first, inMemory(bench.answered(first)));

        bench.clock.advance(Duration.ofSeconds(30));

        assertThat(refusals[0]).isEqualTo(6);
        assertThat(bench.record(ALICE).generation()).isEqualTo(2);
        assertThat(starved.holds(ALICE)).isFalse();
    }

    @Test
    void whatSomebodyElseSavedMeanwhileIsNotLookedAtAgain() {
        TokenRecord first = bench.connect(ALICE);
        bench.store.next(COMPARE_AND_SET).times(2).failsBefore();
        unsaved.save(first, inMemory(bench.answered(first)));

        unsaved.settleFirst(ALICE);
        int loads = bench.store.calls(LOAD);
        bench.clock.advance(Duration.ofMinutes(1));

        assertThat(bench.record(ALICE).generation()).isEqualTo(2);
        assertThat(bench.store.calls(LOAD)).isEqualTo(loads);
    }

    @Test
    void whoeverComesNextSettlesWhatIsInTheJournal() {
        TokenRecord first = bench.connect(ALICE);
        journalled(bench.answered(first));
        assertThat(unsaved.holds(ALICE)).isTrue();

        unsaved.settleFirst(ALICE);

        assertThat(bench.record(ALICE).generation()).isEqualTo(2);
        assertThat(bench.journal.entries).isEmpty();
        assertThat(unsaved.holds(ALICE)).isFalse();
    }

    @Test
    void nothingIsDecidedWhileWhatIsHeldCannotBeSaved() {
        TokenRecord first = bench.connect(ALICE);
        bench.store.down();
        unsaved.save(first, inMemory(bench.answered(first)));

        assertThatThrownBy(() -> unsaved.settleFirst(ALICE)).isInstanceOf(TokenStoreException.class);
        unsaved.settleFirst(BOB);
    }

    @Test
    void oneAnswerThatIsSavedLeavesTheOtherOneWaiting() {
        TokenRecord first = bench.connect(ALICE);
        TokenRecord second = bench.answered(first);
        TokenRecord third = bench.answered(second);
        bench.store.down();
        unsaved.save(first, inMemory(second));
        unsaved.save(first, inMemory(third));
        bench.store.up();
        bench.store.next(COMPARE_AND_SET).where(next -> next.generation() == 3).failsBefore();

        assertThatThrownBy(() -> unsaved.settleFirst(ALICE)).isInstanceOf(TokenStoreException.class);
        assertThat(bench.record(ALICE).generation()).isEqualTo(2);
        assertThat(unsaved.holds(ALICE)).isTrue();

        unsaved.settleFirst(ALICE);
        assertThat(bench.record(ALICE).generation()).isEqualTo(3);
        assertThat(unsaved.holds(ALICE)).isFalse();
    }

    @Test
    void aJournalThatCannotBeReadHoldsNothingThatIsKnown() {
        bench.journal.isUnreadable();

        assertThat(unsaved.holds(ALICE)).isFalse();
    }

    @Test
    void whatAnotherStageLeftInTheFolderIsNotTouched() {
        bench.connect(ALICE);
        journalled(Strangers.ofAnotherStage(bench, ALICE));

        assertThat(unsaved.holds(ALICE)).isFalse();
        unsaved.settleFirst(ALICE);
        assertThat(bench.journal.entries).hasSize(1);
    }

    // ---- closing

    @Test
    void closingTriesEverythingOnceMore() {
        TokenRecord alices = bench.connect(ALICE);
        TokenRecord bobs = bench.connect(BOB);
        bench.store.down();
        unsaved.save(alices, inMemory(bench.answered(alices)));
        unsaved.save(bobs, journalled(bench.answered(bobs)));
        bench.store.up();

        unsaved.close();

        assertThat(generations(ALICE, BOB)).containsExactly(2L, 2L);
    }

    @Test
    void afterClosingNothingIsPlannedAnyMore() {
        TokenRecord first = bench.connect(ALICE);
        bench.store.down();
        unsaved.save(first, inMemory(bench.answered(first)));

        unsaved.close();
        bench.clock.advance(Duration.ofMinutes(1));

        assertThat(bench.clock.timers()).isZero();
    }

    private long[] generations(TokenKey... keys) {
        return Arrays.stream(keys)
                .mapToLong(key -> bench.record(key).generation())
                .toArray();
    }

    private static Pending inMemory(TokenRecord answered) {
        return new Pending(answered, MINE, null);
    }

    private Pending journalled(TokenRecord answered) {
        return new Pending(answered, MINE, bench.journal.reserve(answered.key()).write(MINE, answered));
    }
}
