package dev.evertoken.internal.store.journal;

import dev.evertoken.model.TokenKey;
import dev.evertoken.testing.SampleRecords;
import java.nio.file.Path;

/** A process whose threads write responses until it is killed, and print the id of each that was written. */
final class JournalLoad {

    private static final int THREADS = 4;

    private JournalLoad() {}

    /** Argument: the folder. */
    public static void main(String[] args) {
        Journal journal = Journal.in(Path.of(args[0]), "crm");
        for (int i = 0; i < THREADS; i++) {
            TokenKey key = TokenKey.of("google", "user-" + i);
            new Thread(() -> writeForEver(journal, key)).start();
        }
    }

    private static void writeForEver(Journal journal, TokenKey key) {
        for (int i = 0; ; i++) {
            try (Journal.Slot slot = journal.reserve(key)) {
                Journal.Entry entry = slot.write("claim-" + i, SampleRecords.full(key));
                if (i % 3 == 0) {
                    journal.delete(entry);
                } else {
                    System.out.println(entry.id());
                }
            }
        }
    }
}
