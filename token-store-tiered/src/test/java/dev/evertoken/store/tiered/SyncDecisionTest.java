package dev.evertoken.store.tiered;

import static dev.evertoken.internal.record.SampleRecords.ALICE;
import static dev.evertoken.internal.record.SampleRecords.NOW;
import static dev.evertoken.store.tiered.SyncDecision.Step.HIDE;
import static dev.evertoken.store.tiered.SyncDecision.Step.NOTHING;
import static dev.evertoken.store.tiered.SyncDecision.Step.PROMOTE;
import static dev.evertoken.store.tiered.SyncDecision.Step.REMOVE;
import static dev.evertoken.store.tiered.SyncDecision.Step.WRITE;
import static dev.evertoken.testing.SampleRecords.claim;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.faults.Fault;
import dev.evertoken.internal.record.SampleRecords;
import dev.evertoken.model.Grant;
import dev.evertoken.model.Origin;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.store.tiered.SyncDecision.Step;
import dev.evertoken.store.tiered.Tombstone.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The decision about a copy, row by row. */
class SyncDecisionTest {

    private static final TokenRecord FIRST = SampleRecords.record();
    private static final TokenRecord SECOND = written(FIRST.next().generation(2), 43);

    private static TokenRecord written(TokenRecord.Builder draft, long revision) {
        return draft.build(revision, NOW);
    }

    /** A record of a later grant. */
    private static final TokenRecord LATER = ofGrant(FIRST, new Grant("grant-2", NOW.plusSeconds(60)));

    private static TokenRecord ofGrant(TokenRecord from, Grant grant) {
        return SampleRecords.ofGrant(from, grant).next().build(from.revision() + 1000, from.updatedAt());
    }

    private static Tombstone tombstone(Kind kind, Grant grant) {
        return new Tombstone(ALICE, grant, kind, NOW);
    }

    private static Step step(
            @Nullable TokenRecord original, @Nullable TokenRecord copy, @Nullable Tombstone tombstone) {
        return step(original, copy, tombstone, NOW);
    }

    private static Step step(
            @Nullable TokenRecord original, @Nullable TokenRecord copy, @Nullable Tombstone tombstone, Instant now) {
        return SyncDecision.step(
                Optional.ofNullable(original), Optional.ofNullable(copy), Optional.ofNullable(tombstone), now);
    }

    @Test
    void aMissingOrOlderCopyIsWritten() {
        assertThat(step(FIRST, null, null)).isEqualTo(WRITE);
        assertThat(step(SECOND, FIRST, null)).isEqualTo(WRITE);
        assertThat(step(LATER, SECOND, null)).as("a later consent").isEqualTo(WRITE);
        assertThat(step(null, null, null)).isEqualTo(NOTHING);
    }

    @Test
    @Fault("F4")
    void aNewerCopyIsNeverOverwritten() {
        assertThat(step(FIRST, SECOND, null)).isEqualTo(PROMOTE);
        assertThat(step(SECOND, LATER, null))
                .as("another grant is not promoted")
                .isEqualTo(NOTHING);
    }

    @Test
    void theLaterOfTwoWritesOfOneGenerationIsKept() {
        TokenRecord rewritten = FIRST.next().build(99, NOW.plusSeconds(1));

        assertThat(step(FIRST, FIRST, null)).isEqualTo(NOTHING);
        assertThat(step(rewritten, FIRST, null)).isEqualTo(WRITE);
        assertThat(step(FIRST, rewritten, null)).isEqualTo(NOTHING);
        assertThat(step(rewritten.next().claim(claim()).build(100, NOW.plusSeconds(2)), FIRST, null))
                .as("a claim is not copied")
                .isEqualTo(NOTHING);
    }

    @Test
    void aCopyOfAnotherEnvironmentOrUserIsLeftUnchanged() {
        TokenRecord foreign = SECOND.toBuilder()
                .origin(new Origin("crm", "staging", "sha256:client"))
                .revision(77)
                .build();

        assertThat(step(FIRST, foreign, null)).isEqualTo(NOTHING);
        assertThat(step(FIRST, written(SECOND.next().subject(Optional.of("somebody-else")), 78), null))
                .isEqualTo(NOTHING);
    }

    @Test
    void aCopyOfARemovedGrantOrOfAnOlderOneIsDeleted() {
        assertThat(step(null, FIRST, tombstone(Kind.REMOVED, FIRST.grant()))).isEqualTo(REMOVE);
        assertThat(step(null, FIRST, tombstone(Kind.REMOVED, LATER.grant()))).isEqualTo(REMOVE);
        assertThat(step(LATER, FIRST, tombstone(Kind.REMOVED, FIRST.grant())))
                .as("connected again")
                .isEqualTo(WRITE);
        assertThat(step(FIRST, LATER, tombstone(Kind.REMOVED, LATER.grant())))
                .as("an older consent")
                .isEqualTo(REMOVE);
    }

    @Test
    void aRemovalInProgressChangesNothingYet() {
        assertThat(step(FIRST, FIRST, tombstone(Kind.REMOVED, FIRST.grant()))).isEqualTo(NOTHING);
        assertThat(step(FIRST, null, tombstone(Kind.REMOVED, FIRST.grant()))).isEqualTo(NOTHING);
    }

    @Test
    void aCopyWithoutARecordIsHiddenAndKeptForAWeek() {
        Tombstone missed = tombstone(Kind.MISSED, FIRST.grant());
        Duration week = SyncDecision.MISSED_RETENTION;

        assertThat(step(null, FIRST, null)).isEqualTo(HIDE);
        assertThat(step(null, LATER, missed))
                .as("a later grant than that of the tombstone")
                .isEqualTo(HIDE);
        assertThat(step(null, FIRST, missed, NOW.plus(week))).isEqualTo(NOTHING);
        assertThat(step(null, FIRST, missed, NOW.plus(week).plusMillis(1))).isEqualTo(REMOVE);
    }
}
