package dev.evertoken.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.evertoken.faults.Fault;
import dev.evertoken.internal.store.file.RecordFolder;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenStoreException;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.spi.store.UnreadableRecordException;
import dev.evertoken.spi.store.UnreadableRecordException.Reason;
import dev.evertoken.testing.ManualClock;
import dev.evertoken.testing.SampleRecords;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damaged and foreign files in the folder of a file store. */
class FileStoreDamageTest {

    private static final TokenKey ALICE = TokenKey.of("google", "alice");
    private static final TokenKey BOB = TokenKey.of("google", "bob");

    @TempDir
    private Path folder;

    private FileTokenStore store;
    private TokenRecord record;
    private Path file;

    @BeforeEach
    void storeOneRecord() throws IOException {
        store = FileTokenStore.open(folder.resolve("tokens"), "crm");
        record = SampleRecords.full(ALICE);
        store.compareAndSet(ALICE, TokenStore.ABSENT, record);
        file = StoredFiles.record(store, ALICE);
    }

    @Test
    @Fault("F11")
    void aTruncatedRecordIsCorruptAndNeverMissingOrAnotherRecord() throws IOException {
        byte[] whole = Files.readAllBytes(file);

        for (int length = 0; length < whole.length; length++) {
            Files.write(file, Arrays.copyOf(whole, length));

            assertThat(unreadable().reason()).as("cut off at %s", length).isEqualTo(Reason.CORRUPT);
        }
    }

    @Test
    void anEmptyFileIsCorrupt() throws IOException {
        Files.write(file, new byte[0]);

        assertThat(unreadable()).hasMessage("google/alice: the record has 0 bytes, not 1 to 16777216");
    }

    @Test
    void zerosAndGarbageAreCorrupt() throws IOException {
        for (byte[] bytes : List.of(
                new byte[4096], "no json".getBytes(StandardCharsets.UTF_8), "[]".getBytes(StandardCharsets.UTF_8))) {
            Files.write(file, bytes);

            assertThat(unreadable().reason()).isEqualTo(Reason.CORRUPT);
        }
    }

    @Test
    @Fault("F16")
    void aRecordOfANewerFormatIsNeitherReadNorOverwritten() throws IOException {
        String newer = Files.readString(file).replace("\"format\":2,", "\"format\":3,\"lifetimes\":[],");
        Files.writeString(file, newer);

        assertThat(unreadable())
                .hasMessage("google/alice: the record has format 3, this version reads up to 2")
                .extracting(UnreadableRecordException::reason)
                .isEqualTo(Reason.NEWER_FORMAT);
        assertThat(store.compareAndSet(ALICE, record.revision(), SampleRecords.next(record)))
                .isFalse();
        assertThat(store.compareAndSet(ALICE, TokenStore.ABSENT, record)).isFalse();
        assertThat(file).hasContent(newer);
    }

    @Test
    void theRecordOfAnotherAccountUnderThisNameIsCorrupt() throws IOException {
        store.compareAndSet(BOB, TokenStore.ABSENT, SampleRecords.full(BOB));
        Files.copy(StoredFiles.record(store, BOB), file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);

        assertThat(unreadable()).hasMessage("google/alice: the record belongs to google/bob");
    }

    @Test
    void anUnreadableRecordThatIsReplacedIsKept() throws IOException {
        Files.writeString(file, "torn");
        TokenRecord next = SampleRecords.next(SampleRecords.sparse(ALICE));

        assertThat(store.compareAndSet(ALICE, TokenStore.UNREADABLE, next)).isTrue();

        assertThat(store.load(ALICE)).contains(next);
        assertThat(keptAside())
                .singleElement()
                .satisfies(kept -> assertThat(kept).hasContent("torn"));
        assertThat(store.keys()).containsExactly(ALICE);
    }

    @Test
    void anUnreadableRecordThatIsRemovedIsKeptToo() throws IOException {
        Files.writeString(file, "torn");

        assertThat(store.remove(ALICE, TokenStore.UNREADABLE)).isTrue();

        assertThat(store.load(ALICE)).isEmpty();
        assertThat(keptAside())
                .singleElement()
                .satisfies(kept -> assertThat(kept).hasContent("torn"));
    }

    @Test
    @Fault("N12")
    void theCopyOfAnUnreadableRecordGoesWhenItsAccountIsDisconnected() throws IOException {
        store.compareAndSet(BOB, TokenStore.ABSENT, SampleRecords.full(BOB));
        Files.writeString(StoredFiles.record(store, BOB), "torn");
        store.compareAndSet(BOB, TokenStore.UNREADABLE, SampleRecords.full(BOB));
        Files.writeString(file, "torn");
        TokenRecord next = SampleRecords.next(record);
        store.compareAndSet(ALICE, TokenStore.UNREADABLE, next);
        Path leftover = Files.writeString(file.resolveSibling(RecordFolder.stripe(ALICE) + ".tmp"), "{");
        Path ofAnEarlierVersion = Files.writeString(pending(RecordFolder.stripe(ALICE)), "{");
        assertThat(keptAside()).hasSize(1);

        assertThat(store.remove(ALICE, next.revision())).isTrue();

        assertThat(keptAside()).isEmpty();
        assertThat(leftover).doesNotExist();
        assertThat(ofAnEarlierVersion).doesNotExist();
        assertThat(StoredFiles.below(store.folder()))
                .as("the copy of another account")
                .anyMatch(one -> one.getFileName().toString().startsWith("google@bob.json.corrupt-"));
    }

    @Test
    @Fault("N12")
    void theCopyOfAnUnreadableRecordIsDeletedAfterAMonth() throws IOException {
        ManualClock clock = ManualClock.start();
        FileTokenStore aged = FileTokenStore.open(folder.resolve("tokens"), "crm", clock);
        Files.writeString(file, "torn");
        assertThat(aged.remove(ALICE, TokenStore.UNREADABLE)).isTrue();
        clock.advance(Duration.ofDays(29));
        FileTokenStore.open(folder.resolve("tokens"), "crm", clock).close();
        assertThat(keptAside()).hasSize(1);

        clock.advance(Duration.ofDays(2));
        assertThat(aged.compareAndSet(BOB, TokenStore.ABSENT, SampleRecords.full(BOB)))
                .as("a store that is open all the time")
                .isTrue();
        assertThat(keptAside()).isEmpty();
    }

    @Test
    @Fault("N12")
    void anOldCopyIsDeletedWhenTheStoreIsOpened() throws IOException {
        ManualClock clock = ManualClock.start();
        FileTokenStore before = FileTokenStore.open(folder.resolve("tokens"), "crm", clock);
        Files.writeString(file, "torn");
        assertThat(before.remove(ALICE, TokenStore.UNREADABLE)).isTrue();
        clock.advance(Duration.ofDays(31));

        FileTokenStore.open(folder.resolve("tokens"), "crm", clock).close();

        assertThat(keptAside()).isEmpty();
    }

    @Test
    void aDamagedRecordOfAVeryLongKeyIsStillFoundUnderItsKey() throws IOException {
        TokenKey longKey = TokenKey.of("google", "€".repeat(TokenKey.MAX_LENGTH));
        store.compareAndSet(longKey, TokenStore.ABSENT, SampleRecords.full(longKey));
        Files.writeString(StoredFiles.record(store, longKey), "torn");

        assertThat(store.keys()).containsExactlyInAnyOrder(ALICE, longKey);
        assertThatThrownBy(() -> store.load(longKey)).isInstanceOf(UnreadableRecordException.class);
    }

    @Test
    @Fault("F11")
    void aFileHalfWrittenAtACrashIsNeverReadAndIsRemovedAtTheNextStart() throws IOException {
        int stripe = RecordFolder.stripe(ALICE);
        Path sameStripe = Files.writeString(file.resolveSibling(stripe + ".tmp"), "{\"format\":1,");
        Path otherStripe = Files.writeString(file.resolveSibling((stripe + 1) % 64 + ".tmp"), "{");
        Path ofAnEarlierVersion = Files.writeString(pending((stripe + 1) % 64), "{");
        Path foreign = Files.writeString(file.resolveSibling("64.tmp"), "{");

        assertThat(store.load(ALICE)).contains(record);
        assertThat(store.keys()).containsExactly(ALICE);
        TokenRecord next = SampleRecords.next(record);
        assertThat(store.compareAndSet(ALICE, record.revision(), next)).isTrue();
        assertThat(sameStripe).doesNotExist();
        assertThat(otherStripe).exists();

        FileTokenStore.open(folder.resolve("tokens"), "crm");
        assertThat(otherStripe).doesNotExist();
        assertThat(ofAnEarlierVersion).doesNotExist();
        assertThat(foreign).exists();
        assertThat(store.load(ALICE)).contains(next);
    }

    @Test
    @Fault("F11")
    void theTemporaryFileOfAWriteInProgressStaysWhenTheStoreIsOpened() throws IOException {
        int stripe = RecordFolder.stripe(ALICE);
        Path written = Files.writeString(file.resolveSibling(stripe + ".tmp"), "{");
        Path locks = store.folder().resolve("crm").resolve("locks");

        try (FileChannel lock = FileChannel.open(locks.resolve(stripe + ".lock"), StandardOpenOption.WRITE)) {
            var unused = lock.lock();
            FileTokenStore.open(folder.resolve("tokens"), "crm").close();
            assertThat(written).exists();
        }
        FileTokenStore.open(folder.resolve("tokens"), "crm").close();
        assertThat(written).doesNotExist();
    }

    @Test
    @Fault("F11")
    void aWriteThatFailsLeavesNoTemporaryFile() throws IOException {
        assertThat(store.remove(ALICE, record.revision())).isTrue();
        Files.createDirectories(file.resolve("in the way"));

        assertThatThrownBy(() -> store.compareAndSet(ALICE, TokenStore.ABSENT, record))
                .isInstanceOf(TokenStoreException.class);

        assertThat(file.resolveSibling("")).isDirectoryNotContaining(one -> !one.equals(file));
    }

    @Test
    void aDirectoryOfRecordsThatIsRemovedIsCreatedAgain() throws IOException {
        assertThat(store.remove(ALICE, record.revision())).isTrue();
        Files.delete(file.resolveSibling(""));

        assertThat(store.compareAndSet(ALICE, TokenStore.ABSENT, record)).isTrue();

        assertThat(store.load(ALICE)).contains(record);
    }

    @Test
    void aRecordThatCannotBeEncodedIsRefusedAndTheStoredOneIsKept() {
        TokenRecord unencodable = SampleRecords.next(record).toBuilder()
                .subject(Optional.of("\ud800"))
                .build();

        assertThatThrownBy(() -> store.compareAndSet(ALICE, record.revision(), unencodable))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("subject has an unpaired surrogate and cannot be stored");
        assertThat(store.load(ALICE)).contains(record);
    }

    /** The temporary file of a stripe in the folder that earlier versions used. */
    private Path pending(int stripe) {
        return store.folder().resolve("crm").resolve("pending").resolve(stripe + ".tmp");
    }

    private List<Path> keptAside() throws IOException {
        return StoredFiles.below(store.folder()).stream()
                .filter(one -> one.getFileName().toString().startsWith("google@alice.json.corrupt-"))
                .toList();
    }

    private UnreadableRecordException unreadable() {
        UnreadableRecordException e = catchThrowableOfType(UnreadableRecordException.class, () -> store.load(ALICE));
        assertThat(e).as("unreadable").isNotNull();
        assertThat(e.toString()).doesNotContain(SampleRecords.PREFIX);
        return e;
    }
}
