package dev.evertoken.internal.store.journal;

import java.nio.file.Path;

/** A process that opens a journal, which clears the files of processes that have ended. */
final class JournalOpener {

    private JournalOpener() {}

    /** Argument: the folder. */
    public static void main(String[] args) {
        Journal.in(Path.of(args[0]), "crm");
        System.out.println("opened");
    }
}
