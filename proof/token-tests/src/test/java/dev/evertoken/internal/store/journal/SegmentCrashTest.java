package dev.evertoken.internal.store.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.faults.Fault;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.store.StoredFiles;
import dev.evertoken.testing.SampleRecords;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A segment whose process or machine ended at any byte of an entry. */
class SegmentCrashTest {

    private static final TokenKey ALICE = TokenKey.of("google", "alice");
    private static final TokenRecord FIRST = SampleRecords.sparse(ALICE);
    private static final TokenRecord SECOND = SampleRecords.next(FIRST);
    private static final TokenRecord THIRD = SampleRecords.next(SECOND);
    private static final byte[] BEFORE = joined(SegmentScan.START, frame(1, FIRST));
    private static final byte[] TORN = frame(2, SECOND);
    private static final byte[] AFTER = frame(3, THIRD);
    private static final byte[] ZEROS = new byte[64];

    @TempDir
    private Path folder;

    private Journal journal;
    private Path segments;
    private int number;

    @BeforeEach
    void open() throws IOException {
        journal = Journal.in(folder, "crm");
        segments = folder.toRealPath().resolve("crm/journal/segments");
    }

    @Test
    @Fault("B2")
    void anEntryThatIsCutOffAtAnyByteIsNoEntryAndHidesNone() throws IOException {
        for (int cut = 1; cut < TORN.length; cut++) { // a hole of zeros is found when the segment is taken over
            byte[] torn = Arrays.copyOf(TORN, cut);
            assertEntries("cut off at " + cut, joined(BEFORE, torn), FIRST);
            byte[] zeros = new byte[TORN.length - cut];
            assertEntries("zeros from " + cut, joined(BEFORE, torn, zeros, AFTER, ZEROS), FIRST, THIRD);
        }
        assertEntries("whole", joined(BEFORE, TORN, AFTER), FIRST, SECOND, THIRD);
    }

    @Test
    @Fault("B2")
    void anEntryWithOneWrongBitIsNoEntryAndHidesNone() throws IOException {
        for (int at = 0; at < TORN.length; at++) {
            byte[] wrong = TORN.clone();
            wrong[at] ^= 4;
            assertEntries("a bit of byte " + at, joined(BEFORE, wrong, AFTER, ZEROS), FIRST, THIRD);
        }
    }

    @Test
    @Fault("B2")
    void aSegmentThatIsTakenOverKeepsItsEntriesAndTheDamagedBytesAreSetAside() throws IOException {
        for (int cut = 0; cut < TORN.length; cut += 97) {
            Path ended = write(joined(BEFORE, Arrays.copyOf(TORN, cut), new byte[TORN.length - cut], AFTER, ZEROS));

            journal = Journal.in(folder, "crm");

            assertThat(ended).doesNotExist();
            assertThat(records()).as("cut off at %s", cut).containsExactly(FIRST, THIRD);
            assertThat(StoredFiles.below(segments.resolveSibling("torn"))).hasSize(cut == 0 ? 0 : 1);
            TokenRecord later = SampleRecords.next(THIRD);
            try (Journal.Slot slot = journal.reserve(ALICE)) {
                assertThat(slot.write("claim-1", later).answered()).isEqualTo(later);
            }
            assertThat(records()).containsExactly(FIRST, THIRD, later);
            journal.all().forEach(journal::delete);
            assertThat(StoredFiles.below(segments))
                    .as("only that which is in use")
                    .hasSizeLessThanOrEqualTo(1);
            for (Path file : StoredFiles.below(segments.resolveSibling("torn"))) {
                Files.delete(file);
            }
        }
    }

    @Test
    void aSettledEntryLeavesNoTextAndIsNoEntryAfterARestart() throws IOException {
        write(joined(BEFORE, TORN));
        journal = Journal.in(folder, "crm");
        journal.delete(journal.entries(ALICE).get(0));
        Path segment = StoredFiles.below(segments).get(0);

        byte[] content = Files.readAllBytes(segment);

        assertThat(new String(content, StandardCharsets.ISO_8859_1)).containsOnlyOnce("\"claim\"");
        Path restarted = folder.resolve("restarted");
        journal = Journal.in(restarted, "crm");
        Files.write(restarted.resolve("crm/journal/segments/0123456789abcdef-1.log"), content);
        journal = Journal.in(restarted, "crm");
        assertThat(records()).containsExactly(SECOND);
    }

    @Test
    void anEntryWhoseTextNeverReachedTheDiskIsDroppedWithoutAnAlarm() throws IOException {
        byte[] blank = Arrays.copyOf(Arrays.copyOf(TORN, Frame.HEAD), TORN.length);
        write(joined(BEFORE, blank));

        journal = Journal.in(folder, "crm");

        assertThat(records()).containsExactly(FIRST);
        assertThat(StoredFiles.below(segments.resolveSibling("torn"))).isEmpty();
    }

    @Test
    void anEntryOfANewerKindIsKept() throws IOException {
        byte[] newer = TORN.clone();
        ByteBuffer.wrap(newer).putInt(4, 7);
        CRC32C sum = new CRC32C();
        sum.update(newer, 0, 84);
        ByteBuffer.wrap(newer).putInt(84, (int) sum.getValue());
        write(joined(BEFORE, newer, AFTER));

        journal = Journal.in(folder, "crm");
        assertThat(records()).containsExactly(FIRST, THIRD);
        journal.all().forEach(journal::delete);

        assertThat(Files.readAllBytes(StoredFiles.below(segments).get(0))).containsSequence(newer);
    }

    @Test
    void aSegmentOfANewerVersionIsLeftInPlace() throws IOException {
        byte[] newer = joined("evertoken journal 3\n".getBytes(StandardCharsets.US_ASCII), frame(1, FIRST));
        Path file = write(newer);

        journal = Journal.in(folder, "crm");

        assertThat(journal.all()).isEmpty();
        assertThat(file).hasBinaryContent(newer);
    }

    @Test
    void whoSettlesAnEntryOfAnEndedProcessTakesOverItsSegment() throws IOException {
        Path file = write(joined(BEFORE, TORN));
        Journal.Entry first = journal.entries(ALICE).get(0);

        journal.delete(first);

        assertThat(records()).containsExactly(SECOND);
        assertThat(file).doesNotExist();
        journal.park(journal.entries(ALICE).get(0));
        assertThat(journal.parked()).extracting(Journal.Entry::answered).containsExactly(SECOND);
        assertThat(StoredFiles.below(segments)).isEmpty();
    }

    private void assertEntries(String what, byte[] content, TokenRecord... expected) throws IOException {
        Path file = write(content);
        assertThat(records()).as(what).containsExactly(expected);
        Files.delete(file);
    }

    private List<TokenRecord> records() {
        return journal.entries(ALICE).stream().map(Journal.Entry::answered).toList();
    }

    /** Leaves a segment of a process that has ended. */
    private Path write(byte[] content) throws IOException {
        number++;
        return Files.write(segments.resolve("0123456789abcdef-" + Integer.toHexString(number) + ".log"), content);
    }

    private static byte[] frame(int number, TokenRecord record) {
        String id = EntryNames.keyDigits(ALICE) + "-0123456789abcdef-" + number;
        return Frame.encode(id, JournalEntry.text("claim-1", record));
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
