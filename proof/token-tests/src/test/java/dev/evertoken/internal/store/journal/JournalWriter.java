package dev.evertoken.internal.store.journal;

import dev.evertoken.model.TokenKey;
import dev.evertoken.store.StoredFiles;
import dev.evertoken.testing.SampleRecords;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * A process that leaves three responses in a journal (one written, one reserved, one partly written) and then
 * waits to be killed.
 */
final class JournalWriter {

    static final TokenKey WRITTEN = TokenKey.of("google", "written");
    static final TokenKey RESERVED = TokenKey.of("google", "reserved");
    static final TokenKey TORN = TokenKey.of("google", "torn");

    private JournalWriter() {}

    /** Argument: the folder. */
    public static void main(String[] args) throws IOException {
        Path folder = Path.of(args[0]);
        Journal journal = Journal.in(folder, "crm");
        journal.reserve(WRITTEN).write("claim-1", SampleRecords.full(WRITTEN));
        Path segment = StoredFiles.below(folder.resolve("crm/journal/segments")).get(0);
        byte[] frame = Frame.encode(
                EntryNames.keyDigits(TORN) + "-0123456789abcdef-1",
                JournalEntry.text("claim-2", SampleRecords.full(TORN)));
        append(segment, Arrays.copyOf(frame, frame.length / 2));
        journal.reserve(RESERVED);
        var unused = journal.consents().keep("round-1", "SAME_USER", SampleRecords.full(WRITTEN));
        System.out.println("ready");
        System.in.read(); // until the process is killed
    }

    /** Writes after the last entry of a segment. */
    static void append(Path segment, byte[] bytes) throws IOException {
        byte[] all = Files.readAllBytes(segment);
        List<SegmentScan.Found> frames =
                SegmentScan.of(all, SegmentScan.START.length).frames();
        SegmentScan.Found last = frames.get(frames.size() - 1);
        System.arraycopy(bytes, 0, all, last.at() + last.frame().size(), bytes.length);
        Files.write(segment, all);
    }
}
