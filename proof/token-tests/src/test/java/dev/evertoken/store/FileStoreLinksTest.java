package dev.evertoken.store;

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
        var unused = journal.reserve(ALICE).write("claim-1", record);
        Path entry = StoredFiles.below(folder).stream()
                .filter(file -> file.toString().endsWith(".entry"))
                .findFirst()
                .orElseThrow();
        Files.move(entry, temporary.resolve("planted"));
        Files.createSymbolicLink(entry, temporary.resolve("planted"));

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
