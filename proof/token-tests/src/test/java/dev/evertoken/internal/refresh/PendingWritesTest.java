package dev.evertoken.internal.refresh;

import static dev.evertoken.internal.record.SampleRecords.ALICE;
import static dev.evertoken.internal.record.SampleRecords.BOB;
import static dev.evertoken.testing.StoreOperation.COMPARE_AND_SET;
import static dev.evertoken.testing.StoreOperation.LOAD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.ForeignRecords;
import dev.evertoken.internal.client.Backoff;
import dev.evertoken.internal.client.TaskQueue;
import dev.evertoken.internal.refresh.Settlement.Saved;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenStoreException;
import dev.evertoken.spi.store.TokenRecord;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Responses that the store rejects: they are kept, published, and saved as soon as the store accepts them. */
class PendingWritesTest {

    private static final String MINE = "claim-mine";

    private final EngineFixture engine = EngineFixture.of(RefreshModel.ROTATING);
    private final PendingWrites pendingWrites = engine.parts.pendingWrites();

    @Test
    void aSavedResponseLeavesNoJournalEntry() {
        TokenRecord first = engine.connect(ALICE);
        PendingWrite pending = journaled(engine.answered(first));
        engine.journal.parked.add(pending.entry().orElseThrow());

        Optional<Saved> saved = pendingWrites.save(first, pending);

        assertThat(saved).contains(new Saved.Written(engine.record(ALICE), first, false));
        assertThat(engine.journal.entries).isEmpty();
        assertThat(engine.journal.parked)
                .as("parked entries of the account are deleted")
                .isEmpty();
        assertThat(engine.events).isEmpty();
        assertThat(pendingWrites.unsaved(ALICE).contains(ALICE)).isFalse();
    }

    @Test
    void aLostAcknowledgementPublishesNoEvent() {
        TokenRecord first = engine.connect(ALICE);
        engine.store.next(COMPARE_AND_SET).failAfter();

        assertThat(pendingWrites.save(first, inMemory(engine.answered(first))))
                .contains(new Saved.Already(engine.record(ALICE)));
        assertThat(engine.events).isEmpty();
        assertThat(engine.clock.timers()).isZero();
    }

    @Test
    void aResponseThatTheStoreRejectsIsPublishedAsJournaled() {
        TokenRecord first = engine.connect(ALICE);
        engine.store.down();

        assertThat(pendingWrites.save(first, journaled(engine.answered(first)))).isEmpty();

        assertThat(engine.events)
                .containsExactly(new TokenEvent.RotationAtRisk(
                        ALICE, engine.time.now(), 2, true, "the store is down: LOAD of google/alice"));
        assertThat(pendingWrites.unsaved(ALICE).contains(ALICE)).isTrue();
        assertThat(pendingWrites.unsaved(BOB).contains(BOB)).isFalse();
    }

    @Test
    void aResponseThatIsOnlyInMemoryIsPublishedAsNotJournaled() {
        TokenRecord first = engine.connect(ALICE);
        engine.store.down();

        pendingWrites.save(first, inMemory(engine.answered(first)));

        assertThat(engine.told(TokenEvent.RotationAtRisk.class).journaled()).isFalse();
        assertThat(pendingWrites.unsaved(ALICE).contains(ALICE)).isTrue();
    }

    @Test
    void aResponseThatIsKeptAsideIsPublishedAsJournaled() {
        TokenRecord first = engine.connect(ALICE);
        engine.peers.hasCopy(first);
        engine.store.down();

        pendingWrites.save(first, inMemory(engine.answered(first)));

        assertThat(engine.told(TokenEvent.RotationAtRisk.class).journaled()).isTrue();
    }

    @Test
    void savingContinuesInTheBackgroundUntilTheStoreAccepts() {
        TokenRecord first = engine.connect(ALICE);
        engine.store.down();
        pendingWrites.save(first, journaled(engine.answered(first)));
        engine.clock.advance(Duration.ofMinutes(10));
        assertThat(engine.clock.timers()).isEqualTo(1);

        engine.store.up();
        engine.clock.advance(EngineFixture.SETTLE.dividedBy(3));

        assertThat(engine.record(ALICE).generation()).isEqualTo(2);
        assertThat(pendingWrites.unsaved(ALICE).contains(ALICE)).isFalse();
        assertThat(engine.journal.entries).isEmpty();
        assertThat(engine.clock.timers()).isZero();
    }

    @Test
    void aStoreThatStaysDownIsTriedWithBackoff() {
        TokenRecord first = engine.connect(ALICE);
        engine.store.down();
        pendingWrites.save(first, inMemory(engine.answered(first)));

        int before = engine.store.calls(LOAD);
        engine.clock.advance(Duration.ofMinutes(1));

        assertThat(engine.store.calls(LOAD) - before).isBetween(12, 32);
    }

    @Test
    void savingIsRetriedIfNoThreadIsAvailable() {
        TokenRecord first = engine.connect(ALICE);
        int[] refusals = {0};
        PendingWrites withoutThreads = new PendingWrites(
                engine.parts.settlement(),
                engine.parts.mapper(),
                engine.journal,
                engine.time,
                TaskQueue.of(task -> {
                    if (refusals[0]++ < 5) {
                        throw new OutOfMemoryError("no thread, planned by a test");
                    }
                    task.run();
                }),
                Backoff.betweenSaves(Duration.ofSeconds(5)),
                engine.events::add);
        engine.store.next(COMPARE_AND_SET).times(2).failBefore();
        withoutThreads.save(first, inMemory(engine.answered(first)));

        engine.clock.advance(Duration.ofSeconds(30));

        assertThat(refusals[0]).isEqualTo(6);
        assertThat(engine.record(ALICE).generation()).isEqualTo(2);
        assertThat(withoutThreads.unsaved(ALICE).contains(ALICE)).isFalse();
    }

    @Test
    void aResponseThatWasSettledMeanwhileIsNotLoadedAgain() {
        TokenRecord first = engine.connect(ALICE);
        engine.store.next(COMPARE_AND_SET).times(2).failBefore();
        pendingWrites.save(first, inMemory(engine.answered(first)));

        pendingWrites.settleFirst(ALICE);
        int loads = engine.store.calls(LOAD);
        engine.clock.advance(Duration.ofMinutes(1));

        assertThat(engine.record(ALICE).generation()).isEqualTo(2);
        assertThat(engine.store.calls(LOAD)).isEqualTo(loads);
    }

    @Test
    void aResponseInTheJournalIsSettledByTheNextCaller() {
        TokenRecord first = engine.connect(ALICE);
        journaled(engine.answered(first));
        assertThat(pendingWrites.unsaved(ALICE).contains(ALICE)).isTrue();

        pendingWrites.settleFirst(ALICE);

        assertThat(engine.record(ALICE).generation()).isEqualTo(2);
        assertThat(engine.journal.entries).isEmpty();
        assertThat(pendingWrites.unsaved(ALICE).contains(ALICE)).isFalse();
    }

    @Test
    void settlingFailsWhileThePendingResponseCannotBeSaved() {
        TokenRecord first = engine.connect(ALICE);
        engine.store.down();
        pendingWrites.save(first, inMemory(engine.answered(first)));

        assertThatThrownBy(() -> pendingWrites.settleFirst(ALICE)).isInstanceOf(TokenStoreException.class);
        pendingWrites.settleFirst(BOB);
    }

    @Test
    void aSavedResponseLeavesTheOtherOnePending() {
        TokenRecord first = engine.connect(ALICE);
        TokenRecord second = engine.answered(first);
        TokenRecord third = engine.answered(second);
        engine.store.down();
        pendingWrites.save(first, inMemory(second));
        pendingWrites.save(first, inMemory(third));
        engine.store.up();
        engine.store.next(COMPARE_AND_SET).where(next -> next.generation() == 3).failBefore();

        assertThatThrownBy(() -> pendingWrites.settleFirst(ALICE)).isInstanceOf(TokenStoreException.class);
        assertThat(engine.record(ALICE).generation()).isEqualTo(2);
        assertThat(pendingWrites.unsaved(ALICE).contains(ALICE)).isTrue();

        pendingWrites.settleFirst(ALICE);
        assertThat(engine.record(ALICE).generation()).isEqualTo(3);
        assertThat(pendingWrites.unsaved(ALICE).contains(ALICE)).isFalse();
    }

    @Test
    void anUnreadableJournalHasNoKnownEntries() {
        engine.journal.isUnreadable();

        assertThat(pendingWrites.unsaved(ALICE).contains(ALICE)).isFalse();
    }

    @Test
    void anEntryOfAnotherEnvironmentIsNotTouched() {
        engine.connect(ALICE);
        journaled(ForeignRecords.ofAnotherStage(engine, ALICE));

        assertThat(pendingWrites.unsaved(ALICE).contains(ALICE)).isFalse();
        pendingWrites.settleFirst(ALICE);
        assertThat(engine.journal.entries).hasSize(1);
    }

    // ---- closing

    @Test
    void closingTriesEachPendingWriteOnceMore() {
        TokenRecord alices = engine.connect(ALICE);
        TokenRecord bobs = engine.connect(BOB);
        engine.store.down();
        pendingWrites.save(alices, inMemory(engine.answered(alices)));
        pendingWrites.save(bobs, journaled(engine.answered(bobs)));
        engine.store.up();

        pendingWrites.close();

        assertThat(generations(ALICE, BOB)).containsExactly(2L, 2L);
    }

    @Test
    void noWriteIsScheduledAfterClosing() {
        TokenRecord first = engine.connect(ALICE);
        engine.store.down();
        pendingWrites.save(first, inMemory(engine.answered(first)));

        pendingWrites.close();
        engine.clock.advance(Duration.ofMinutes(1));

        assertThat(engine.clock.timers()).isZero();
    }

    private long[] generations(TokenKey... keys) {
        return Arrays.stream(keys)
                .mapToLong(key -> engine.record(key).generation())
                .toArray();
    }

    private static PendingWrite inMemory(TokenRecord response) {
        return new PendingWrite(response, MINE, null);
    }

    private PendingWrite journaled(TokenRecord response) {
        return new PendingWrite(
                response, MINE, engine.journal.reserve(response.key()).write(MINE, response));
    }
}
