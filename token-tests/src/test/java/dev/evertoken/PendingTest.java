package dev.evertoken;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.store.Journal;
import org.junit.jupiter.api.Test;

/** What is known of an answer until it is saved. */
class PendingTest {

    @Test
    void anAnswerOutlivesThisProcessInTheJournalOrInAnotherPlace() {
        Pending nowhere = new Pending(SampleRecords.record(), "claim-1", null);
        assertThat(nowhere.isDurable()).isFalse();
        nowhere.isKeptAside(false);
        assertThat(nowhere.isDurable()).isFalse();
        nowhere.isKeptAside(true);
        assertThat(nowhere.isDurable()).isTrue();

        Journal.Entry entry = new Journal.Entry("one", "claim-1", SampleRecords.record());
        assertThat(Pending.of(entry).isDurable()).isTrue();
    }

    @Test
    void anAnswerOfTheJournalIsWhatWasWrittenThere() {
        Journal.Entry entry = new Journal.Entry("one", "claim-1", SampleRecords.record());

        Pending pending = Pending.of(entry);

        assertThat(pending.answered()).isEqualTo(entry.answered());
        assertThat(pending.claimId()).isEqualTo("claim-1");
        assertThat(pending.entry()).contains(entry);
        assertThat(new Pending(SampleRecords.record(), "claim-1", null).entry()).isEmpty();
    }
}
