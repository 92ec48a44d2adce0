package dev.evertoken.internal.store.journal;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.faults.Fault;
import dev.evertoken.internal.store.journal.ConsentJournal.KeptConsent;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.store.StoredFiles;
import dev.evertoken.testing.SampleRecords;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {

    private static final TokenKey ALICE = TokenKey.of("google", "alice");
    private static final TokenKey BOB = TokenKey.of("google", "bob");

    @TempDir
    private Path temporary;

    private Path folder;
    private Journal journal;

    @BeforeEach
    void openTheJournal() {
        folder = temporary.resolve("journal");
        journal = Journal.in(folder, "crm");
    }

    @Test
    void aResponseIsFoundUntilItIsDeleted() {
        TokenRecord response = SampleRecords.full(ALICE);
        Journal.Entry entry = write(response);

        assertThat(journal.isDurable()).isTrue();
        assertThat(journal.entries(ALICE)).containsExactly(entry);
        assertThat(entry.claimId()).isEqualTo("claim-1");
        assertThat(entry.answered()).isEqualTo(response);

        journal.delete(entry);
        assertThat(journal.entries(ALICE)).isEmpty();
        journal.delete(entry);
    }

    @Test
    void anEntryIsFoundAfterTheJournalIsReopened() {
        Journal.Entry entry = write(SampleRecords.full(ALICE));

        Journal later = Journal.in(folder, "crm");

        assertThat(later.entries(ALICE)).containsExactly(entry);
        later.delete(entry);
        assertThat(journal.entries(ALICE)).isEmpty();
    }

    @Test
    void theEntriesOfAnAccountAreListedOldestFirst() {
        TokenRecord first = SampleRecords.full(ALICE);
        Journal.Entry newer = write(SampleRecords.next(first));
        Journal.Entry older = write(first);
        Journal.Entry other = write(SampleRecords.sparse(BOB));

        assertThat(journal.entries(ALICE)).containsExactly(older, newer);
        assertThat(journal.entries(BOB)).containsExactly(other);
        assertThat(journal.all()).containsExactlyInAnyOrder(older, newer, other);
    }

    @Test
    void namespacesInOneFolderAreSeparate() {
        write(SampleRecords.full(ALICE));

        assertThat(Journal.in(folder, "shop").all()).isEmpty();
    }

    @Test
    void aReservationAllocatesDiskSpaceAndIsNotAnEntry() throws IOException {
        try (Journal.Slot slot = journal.reserve(ALICE)) {
            assertThat(segmentFiles())
                    .singleElement()
                    .satisfies(file -> assertThat(file).hasSize(1024 * 1024));
            assertThat(journal.entries(ALICE)).isEmpty();
            Journal.in(folder, "crm").close();
            assertThat(segmentFiles()).as("still reserved").hasSize(1);
            slot.close();
        }
        journal.close();
        assertThat(segmentFiles()).isEmpty();
        assertThat(entryFiles()).as("written by earlier versions only").isEmpty();
    }

    @Test
    void closingAUsedSlotKeepsItsEntry() {
        Journal.Slot slot = journal.reserve(ALICE);
        Journal.Entry entry = slot.write("claim-1", SampleRecords.full(ALICE));

        slot.close();
        slot.close();

        assertThat(journal.entries(ALICE)).containsExactly(entry);
    }

    @Test
    void aSlotIsForOneResponseOfItsAccount() {
        Journal.Slot slot = journal.reserve(ALICE);

        assertThatThrownBy(() -> slot.write("claim-1", SampleRecords.full(BOB)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("this slot was reserved for google/alice, not for google/bob");
        slot.write("claim-1", SampleRecords.full(ALICE));
        assertThatThrownBy(() -> slot.write("claim-1", SampleRecords.full(ALICE)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("this slot has been used or closed");
    }

    @Test
    void aResponseLargerThanItsReservationIsWrittenCompletely() {
        Journal.Entry large = write(SampleRecords.nextWithSecrets(SampleRecords.full(ALICE), 100_000));

        assertThat(Journal.in(folder, "crm").entries(ALICE)).containsExactly(large);
    }

    @Test
    void aSlotThatCannotBeReservedIsReported() throws IOException {
        Path segments = folder.toRealPath().resolve("crm").resolve("journal").resolve("segments");
        Files.delete(segments);
        Files.createFile(segments);

        assertThatThrownBy(() -> journal.reserve(ALICE))
                .isInstanceOfSatisfying(TokenException.class, e -> {
                    assertThat(e.problem()).isEqualTo(Problem.JOURNAL_UNAVAILABLE);
                    assertThat(e.key()).contains(ALICE);
                })
                .hasMessageStartingWith("google/alice: no journal entry can be reserved for the response: ");
    }

    @Test
    void aResponseIsWrittenEvenIfItsReservationWasDeleted() throws IOException {
        Journal.Slot slot = journal.reserve(ALICE);
        Files.delete(segmentFiles().get(0));

        Journal.Entry entry = slot.write("claim-1", SampleRecords.full(ALICE));

        assertThat(Journal.in(folder, "crm").entries(ALICE)).containsExactly(entry);
        assertThat(Files.readString(segmentFiles().get(0), ISO_8859_1)).contains("claim-1");
    }

    @Test
    void aResponseThatCannotBeWrittenIsReported() throws IOException {
        Journal.Slot slot = journal.reserve(ALICE);
        Path segments = segmentFiles().get(0).getParent();
        Files.move(segments, temporary.resolve("unmounted"));

        assertThatThrownBy(() -> slot.write("claim-1", SampleRecords.full(ALICE)))
                .isInstanceOfSatisfying(
                        TokenException.class, e -> assertThat(e.problem()).isEqualTo(Problem.JOURNAL_UNAVAILABLE))
                .hasMessageStartingWith("google/alice: the response could not be written to the journal: " + segments)
                .hasMessageEndingWith(" does not exist");
        slot.close();
    }

    @Test
    void anEntryOfAnEarlierVersionThatIsTornAtAnyByteIsIgnored() throws IOException {
        writeAsEarlierVersions(SampleRecords.sparse(ALICE));
        Path file = entryFiles().get(0);
        byte[] whole = Files.readAllBytes(file);

        for (int torn = 0; torn < whole.length; torn++) {
            byte[] zeroTail = Arrays.copyOf(Arrays.copyOf(whole, torn), whole.length);
            if (!Arrays.equals(whole, zeroTail)) {
                Files.write(file, zeroTail);
                assertThat(journal.entries(ALICE)).as("zeros from %s on", torn).isEmpty();
            }
            byte[] flipped = whole.clone();
            flipped[torn] ^= 4;
            Files.write(file, flipped);
            assertThat(journal.entries(ALICE)).as("a bit of byte %s", torn).isEmpty();
        }
        Files.write(file, whole);
        assertThat(journal.entries(ALICE)).hasSize(1);
    }

    @Test
    void theEntriesOfEarlierVersionsAreReadAndSettled() throws IOException {
        Journal.Entry older = writeAsEarlierVersions(SampleRecords.full(ALICE));
        Journal.Entry newer = write(SampleRecords.next(SampleRecords.full(ALICE)));
        Journal.Entry bobs = writeAsEarlierVersions(SampleRecords.full(BOB));

        assertThat(journal.entries(ALICE)).containsExactly(older, newer);
        assertThat(journal.all()).hasSize(3);
        journal.delete(older);
        journal.park(bobs);

        assertThat(journal.all()).containsExactly(newer);
        assertThat(entryFiles()).isEmpty();
        assertThat(journal.parked()).containsExactly(bobs);
    }

    @Test
    void parkedEntriesAreNotListedAndOnlyTheNewestAreKept() throws IOException {
        TokenRecord record = SampleRecords.full(ALICE);
        Journal.Entry bobs = write(SampleRecords.full(BOB));
        journal.park(bobs);
        List<Journal.Entry> parked = IntStream.range(0, 8)
                .mapToObj(i -> write(SampleRecords.next(record)))
                .toList();
        parked.forEach(journal::park);
        journal.park(parked.get(0));

        assertThat(journal.all()).isEmpty();
        assertThat(parkedFiles()).hasSize(5 + 1);

        journal.dropParked(ALICE);
        assertThat(parkedFiles())
                .singleElement()
                .satisfies(file -> assertThat(file).hasFileName(bobs.id() + ".entry"));
    }

    @Test
    void anEntryWithAForgedIdCannotReachOtherFiles() {
        Journal.Entry forged = new Journal.Entry("../../x", "claim-1", SampleRecords.full(ALICE));

        assertThatThrownBy(() -> journal.delete(forged))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("\"../../x\" is not an entry of this journal");
    }

    @Test
    @Fault("L3")
    void consentsAreKeptOldestFirstUntilTheyAreDeleted() {
        ConsentJournal consents = journal.consents();
        KeptConsent alices = consents.keep("round-1", "SAME_USER", SampleRecords.full(ALICE));
        KeptConsent bobs = consents.keep("round-2", "ANY_USER", SampleRecords.sparse(BOB));

        assertThat(Journal.in(folder, "crm").consents().unattended()).containsExactlyInAnyOrder(alices, bobs);
        consents.delete(alices);
        consents.delete(alices);
        assertThat(consents.holds(alices)).isFalse();
        assertThat(consents.unattended()).containsExactly(bobs);
        consents.deleteAll(ALICE, any -> true);
        assertThat(consents.holds(bobs)).isTrue();
        consents.deleteAll(BOB, any -> false);
        assertThat(consents.holds(bobs)).as("of another application").isTrue();
        consents.deleteAll(BOB, any -> true);
        assertThat(consents.unattended()).isEmpty();
    }

    @Test
    @Fault("L3")
    void earlierVersionsDoNotReadConsents() throws IOException {
        var unused = journal.consents().keep("round-1", "SAME_USER", SampleRecords.full(ALICE));

        assertThat(entryFiles()).as("the only files that they read").isEmpty();
        assertThat(journal.all()).isEmpty();
        assertThat(consentFiles()).hasSize(1);
    }

    @Test
    void aConsentThatIsUnfinishedOrOfANewerVersionIsSkippedAndStays() throws IOException {
        var unused = journal.consents().keep("round-1", "SAME_USER", SampleRecords.full(ALICE));
        Path file = consentFiles().get(0);
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, whole.length - 1));
        assertThat(journal.consents().unattended()).isEmpty();

        Files.write(file, JournalPage.of("{\"format\":2}".getBytes(StandardCharsets.UTF_8)));
        assertThat(journal.consents().unattended()).isEmpty();
        assertThat(consentFiles()).hasSize(1);
    }

    @Test
    void aConsentThatCannotBeWrittenIsReported() throws IOException {
        Path consents = folder.toRealPath().resolve("crm/journal/consents");
        Files.delete(consents);
        Files.createFile(consents);

        assertThatThrownBy(() -> journal.consents().keep("round-1", "SAME_USER", SampleRecords.full(ALICE)))
                .isInstanceOfSatisfying(
                        TokenException.class, e -> assertThat(e.problem()).isEqualTo(Problem.JOURNAL_UNAVAILABLE))
                .hasMessageStartingWith("google/alice: the new consent could not be written to the journal: ");
        assertThatThrownBy(() -> journal.consents().unattended())
                .isInstanceOfSatisfying(
                        TokenException.class, e -> assertThat(e.problem()).isEqualTo(Problem.JOURNAL_UNAVAILABLE));
    }

    @Test
    @Fault("O3")
    void aFullDiskIsAStateThatPasses() {
        IOException full = new FileSystemException("a.entry", null, "No space left on device");

        TokenException problem =
                FileJournal.unavailable("no slot can be reserved", full).build();

        assertThat(problem.problem()).isEqualTo(Problem.JOURNAL_FULL);
        assertThat(problem)
                .hasMessage("no slot can be reserved: the disk accepts no writes because it is full (a.entry: No space"
                        + " left on device)");
    }

    @Test
    void aConsentWithAForgedIdCannotReachOtherFiles() {
        KeptConsent forged = new KeptConsent("../../x", "round-1", "SAME_USER", SampleRecords.full(ALICE));

        assertThatThrownBy(() -> journal.consents().delete(forged))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("\"../../x\" is not a consent of this journal");
    }

    @Test
    void anAbsentJournalKeepsNothing() {
        Journal none = Journal.none();
        Journal.Entry entry;
        try (Journal.Slot slot = none.reserve(ALICE)) {
            entry = slot.write("claim-1", SampleRecords.full(ALICE));
        }
        none.park(entry);
        none.delete(entry);
        none.dropParked(ALICE);

        assertThat(none.isDurable()).isFalse();
        assertThat(none.entries(ALICE)).isEmpty();
        assertThat(none.all()).isEmpty();
        KeptConsent consent = none.consents().keep("round-1", "SAME_USER", SampleRecords.full(ALICE));
        assertThat(none.consents().isDurable()).isFalse();
        assertThat(none.consents().unattended()).isEmpty();
        none.consents().delete(consent);
        none.consents().deleteAll(ALICE, any -> true);
    }

    /** Leaves the file that an earlier version has written for a response. */
    private Journal.Entry writeAsEarlierVersions(TokenRecord response) throws IOException {
        String id = EntryNames.keyDigits(response.key()) + "-0123456789abcdef-1";
        Path file = folder.toRealPath().resolve("crm/journal/entries/" + id + ".entry");
        Files.write(file, JournalPage.of(JournalEntry.text("claim-1", response)));
        return new Journal.Entry(id, "claim-1", response);
    }

    private Journal.Entry write(TokenRecord response) {
        try (Journal.Slot slot = journal.reserve(response.key())) {
            return slot.write("claim-1", response);
        }
    }

    private List<Path> segmentFiles() throws IOException {
        return StoredFiles.below(folder.toRealPath().resolve("crm/journal/segments"));
    }

    private List<Path> entryFiles() throws IOException {
        return StoredFiles.below(folder.toRealPath().resolve("crm/journal/entries"));
    }

    private List<Path> consentFiles() throws IOException {
        return StoredFiles.below(folder.toRealPath().resolve("crm/journal/consents"));
    }

    private List<Path> parkedFiles() throws IOException {
        return StoredFiles.below(folder.toRealPath().resolve("crm/journal/parked"));
    }
}
