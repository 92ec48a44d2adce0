package dev.evertoken.internal.store.journal;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.faults.Fault;
import dev.evertoken.model.TokenKey;
import dev.evertoken.store.ChildProcess;
import dev.evertoken.store.LibraryCopy;
import dev.evertoken.store.StoredFiles;
import dev.evertoken.testing.SampleRecords;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A journal that is shared by copies of the library in one process. */
class JournalCopiesTest {

    private static final TokenKey KEY = TokenKey.of("google", "reserved");

    @TempDir
    private Path folder;

    @Test
    @Fault("L10")
    void aCopyThatOpensTheJournalDoesNotEndTheOwnershipOfAnotherCopy() throws Exception {
        try (LibraryCopy one = LibraryCopy.load();
                LibraryCopy other = LibraryCopy.load()) {
            one.call(JournalCopiesTest.class, "reserve", folder);
            other.call(JournalCopiesTest.class, "open", folder);
            other.call(JournalCopiesTest.class, "open", folder);
            try (ChildProcess process = ChildProcess.start(JournalOpener.class, folder)) {
                assertThat(process.line()).contains("opened");
            }
        }
        assertThat(StoredFiles.below(folder.resolve("crm/journal/segments")))
                .as("the response that the first copy waits for can still be written")
                .hasSize(1);
        assertThat(StoredFiles.below(folder.resolve("crm/journal/owners"))).hasSizeGreaterThanOrEqualTo(2);
    }

    @Test
    @Fault("B2")
    void oneOfTwoCopiesThatOpenTheJournalAtOnceTakesOverWhatAnEndedProcessHasLeft() throws Exception {
        try (LibraryCopy one = LibraryCopy.load();
                LibraryCopy other = LibraryCopy.load()) {
            for (int round = 1; round <= 4; round++) {
                leave(folder, round);
                CyclicBarrier start = new CyclicBarrier(2);
                CompletableFuture<Object> first = CompletableFuture.supplyAsync(() -> opened(one, start));
                Object second = opened(other, start);
                assertThat(first.get()).as("entries that one copy finds").isEqualTo(3 * round);
                assertThat(second).as("entries that the other copy finds").isEqualTo(3 * round);
            }
        }
    }

    @Test
    @Fault("N12")
    void anEntryThatAnotherCopyHasSettledIsNoLongerOneAndLeavesNoText() throws Exception {
        try (LibraryCopy one = LibraryCopy.load();
                LibraryCopy other = LibraryCopy.load()) {
            one.call(JournalCopiesTest.class, "write", folder);
            assertThat(other.call(JournalCopiesTest.class, "entries", folder)).isEqualTo(1);

            other.call(JournalCopiesTest.class, "settle", folder);

            assertThat(other.call(JournalCopiesTest.class, "entries", folder)).isEqualTo(0);
            assertThat(one.call(JournalCopiesTest.class, "entries", folder)).isEqualTo(0);
            assertThat(StoredFiles.below(folder.resolve("crm/journal/segments")))
                    .singleElement()
                    .satisfies(file ->
                            assertThat(Files.readString(file, ISO_8859_1)).doesNotContain("claim-1"));
            one.call(JournalCopiesTest.class, "write", folder);
            assertThat(other.call(JournalCopiesTest.class, "entries", folder)).isEqualTo(1);
        }
    }

    private Object opened(LibraryCopy copy, CyclicBarrier start) {
        try {
            start.await();
            return copy.call(JournalCopiesTest.class, "entries", folder);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** Leaves three segments of processes that have ended, with one entry each. */
    private static void leave(Path folder, int round) throws IOException {
        Path segments = Files.createDirectories(folder.resolve("crm/journal/segments"));
        for (int i = 1; i <= 3; i++) {
            String name = "0123456789abcde" + i + "-" + round;
            byte[] frame = Frame.encode(
                    EntryNames.keyDigits(KEY) + "-" + name, JournalEntry.text("claim-1", SampleRecords.sparse(KEY)));
            Files.write(
                    segments.resolve(name + ".log"),
                    ByteBuffer.allocate(SegmentScan.START.length + frame.length)
                            .put(SegmentScan.START)
                            .put(frame)
                            .array());
        }
    }

    static int entries(Path folder) {
        return Journal.in(folder, "crm").entries(KEY).size();
    }

    static void write(Path folder) {
        var unused = Journal.in(folder, "crm").reserve(KEY).write("claim-1", SampleRecords.sparse(KEY));
    }

    static void settle(Path folder) {
        Journal journal = Journal.in(folder, "crm");
        journal.all().forEach(journal::delete);
    }

    static void reserve(Path folder) {
        Journal.in(folder, "crm").reserve(KEY);
    }

    static void open(Path folder) {
        Journal.in(folder, "crm");
    }
}
