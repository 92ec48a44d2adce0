package dev.evertoken.store;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.faults.Fault;
import dev.evertoken.internal.store.file.RecordFolder;
import dev.evertoken.internal.store.journal.Journal;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.testing.SampleRecords;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Links in place of the files of a store: they are neither read nor written through. */
class FileStoreLinksTest {

    private static final TokenKey ALICE = TokenKey.of("google", "alice");

    @TempDir
    private Path temporary;

    private FileTokenStore store;
    private TokenRecord record;
    private Path target;

    @BeforeEach
    void storeOneRecord() throws IOException {
        store = FileTokenStore.open(temporary.resolve("tokens"), "crm");
        record = SampleRecords.full(ALICE);
        store.compareAndSet(ALICE, TokenStore.ABSENT, record);
        target = Files.writeString(temporary.resolve("target"), "somebody else's");
    }

    @Test
    @Fault("I9")
    void aLinkInPlaceOfARecordIsNeitherReadNorReplaced() throws IOException {
        Path file = StoredFiles.record(store, ALICE);
        Files.move(file, temporary.resolve("planted"));
        Files.createSymbolicLink(file, temporary.resolve("planted"));

        String link = file + " is a link, which is not followed; replace it by the file itself, or remove it";
        assertRefused("google/alice: the record cannot be read: " + link, () -> store.load(ALICE));
        assertRefused(
                "google/alice: the record cannot be read: " + link,
                () -> store.compareAndSet(ALICE, record.revision(), SampleRecords.next(record)));
        assertRefused("google/alice: the record cannot be read: " + link, () -> store.remove(ALICE, record.revision()));
        assertThat(file).isSymbolicLink();
        assertThat(temporary.resolve("planted")).exists();
    }

    @Test
    @Fault("I9")
    void aLinkToNothingInPlaceOfARecordIsNotReplacedByAnInsert() throws IOException {
        Path file = StoredFiles.record(store, ALICE);
        Files.delete(file);
        Files.createSymbolicLink(file, temporary.resolve("nothing"));

        assertRefused(
                "google/alice: the record cannot be read: " + file
                        + " is a link, which is not followed; replace it by the file itself, or remove it",
                () -> store.compareAndSet(ALICE, TokenStore.ABSENT, record));
        assertThat(file).isSymbolicLink();
    }

    @Test
    @Fault("I9")
    void aLinkInPlaceOfATemporaryFileIsReplacedAndItsTargetStays() throws IOException {
        Path temporaryFile = StoredFiles.record(store, ALICE).resolveSibling(RecordFolder.stripe(ALICE) + ".tmp");
        Files.createSymbolicLink(temporaryFile, target);
        TokenRecord next = SampleRecords.next(record);

        assertThat(store.compareAndSet(ALICE, record.revision(), next)).isTrue();

        assertThat(store.load(ALICE)).contains(next);
        assertThat(target).hasContent("somebody else's");
        assertThat(temporaryFile).doesNotExist();
    }

    @Test
    @Fault("I9")
    void aLinkInPlaceOfALockFileIsRefused() throws IOException {
        Path lock = store.folder().resolve("crm").resolve("locks").resolve(RecordFolder.stripe(ALICE) + ".lock");
        Files.deleteIfExists(lock);
        Files.createSymbolicLink(lock, temporary.resolve("created through the link"));

        assertRefused(
                "google/alice: the record cannot be written: " + lock
                        + " is a link, which is not followed; replace it by the file itself, or remove it",
                () -> store.compareAndSet(ALICE, record.revision(), SampleRecords.next(record)));
        assertThat(temporary.resolve("created through the link")).doesNotExist();
        assertThat(store.load(ALICE)).contains(record);
    }

    @Test
    @Fault("I9")
    void aLinkInPlaceOfAJournalEntryIsRefused() throws IOException {
        Path folder = temporary.resolve("journal");
        Journal journal = Journal.in(folder, "crm");
        Journal.Entry entry = journal.reserve(ALICE).write("claim-1", record);
        Path segment = StoredFiles.below(folder).stream()
                .filter(file -> file.toString().endsWith(".log"))
                .findFirst()
                .orElseThrow();
        Path planted = Files.copy(segment, temporary.resolve("planted"));

        Path otherSegment = Files.createSymbolicLink(segment.resolveSibling("0123456789abcdef-1.log"), planted);
        assertLinkIsRefused(journal);
        assertThatThrownBy(() -> Journal.in(folder, "crm"))
                .hasMessageStartingWith("the journal cannot be opened: " + otherSegment.toRealPath(NOFOLLOW_LINKS))
                .hasMessageContaining(" is a link, which is not followed");
        Files.delete(otherSegment);
        assertThat(journal.entries(ALICE)).hasSize(1);

        Path entries = folder.resolve("crm/journal/entries");
        Files.createSymbolicLink(entries.resolve(entry.id() + ".entry"), planted);
        assertLinkIsRefused(journal);
    }

    private static void assertLinkIsRefused(Journal journal) {
        assertThatThrownBy(() -> journal.entries(ALICE))
                .isInstanceOfSatisfying(
                        TokenException.class, e -> assertThat(e.problem()).isEqualTo(Problem.JOURNAL_UNAVAILABLE))
                .hasMessageContaining(" is a link, which is not followed");
    }

    @Test
    void aLinkedParentDirectoryIsFollowed() throws IOException {
        Path mounted = Files.createSymbolicLink(temporary.resolve("mounted"), temporary.resolve("tokens"));

        assertThat(FileTokenStore.open(mounted, "crm").load(ALICE)).contains(record);
    }

    private static void assertRefused(String message, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        TokenException.class, e -> assertThat(e.problem()).isEqualTo(Problem.STORE_REFUSED))
                .hasMessage(message);
    }
}
