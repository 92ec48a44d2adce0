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
 * A process that leaves three files in a journal (one written, one reserved, one partly written) and then
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
        List<Path> before = StoredFiles.below(folder);
        journal.reserve(TORN);
        Path torn = StoredFiles.below(folder).stream()
                .filter(file -> !before.contains(file))
                .findFirst()
                .orElseThrow();
        byte[] page = JournalEntry.encode("claim-2", SampleRecords.full(TORN));
        Files.write(torn, Arrays.copyOf(Arrays.copyOf(page, page.length / 2), JournalEntry.ROOM));
        journal.reserve(RESERVED);
        var unused = journal.consents().keep("round-1", "SAME_USER", SampleRecords.full(WRITTEN));
        System.out.println("ready");
        System.in.read(); // until the process is killed
    }
}
