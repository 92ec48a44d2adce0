package dev.evertoken.internal.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.internal.record.SampleRecords;
import dev.evertoken.internal.store.journal.Journal;
import org.junit.jupiter.api.Test;

/** The state of a provider's response until it is saved. */
class PendingWriteTest {

    @Test
    void aResponseIsDurableOnceItIsInTheJournalOrKeptAside() {
        PendingWrite write = new PendingWrite(SampleRecords.record(), "claim-1", null);
        assertThat(write.isDurable()).isFalse();
        write.setKeptAside(false);
        assertThat(write.isDurable()).isFalse();
        write.setKeptAside(true);
        assertThat(write.isDurable()).isTrue();

        Journal.Entry entry = new Journal.Entry("one", "claim-1", SampleRecords.record());
        assertThat(PendingWrite.of(entry).isDurable()).isTrue();
    }

    @Test
    void aPendingWriteFromTheJournalEqualsItsEntry() {
        Journal.Entry entry = new Journal.Entry("one", "claim-1", SampleRecords.record());

        PendingWrite pending = PendingWrite.of(entry);

        assertThat(pending.answered()).isEqualTo(entry.answered());
        assertThat(pending.claimId()).isEqualTo("claim-1");
        assertThat(pending.entry()).contains(entry);
        assertThat(new PendingWrite(SampleRecords.record(), "claim-1", null).entry())
                .isEmpty();
    }
}
