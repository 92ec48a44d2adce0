package dev.evertoken.internal.store.file;

import dev.evertoken.spi.store.StoreFact;
import dev.evertoken.spi.store.StoreFact.Topic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The permissions of the directory of a store, which may have changed since it was opened. Stateless. Thread-safe. */
public final class FolderFacts {

    private FolderFacts() {}

    /** Returns the facts; changes nothing and reads no file of the directory. */
    public static List<StoreFact> of(Path folder) {
        List<StoreFact> facts = new ArrayList<>();
        try {
            facts.add(
                    PrivateFiles.othersMayEnter(folder)
                            ? bad(folder, "the folder is accessible to other users; run: chmod 700 " + folder)
                            : StoreFact.good(
                                    Topic.PERMISSIONS,
                                    folder.toString(),
                                    "the folder is accessible to its owner only"));
            if (!Files.isWritable(folder)) {
                facts.add(bad(folder, "the folder cannot be written by this user"));
            }
        } catch (IOException e) {
            facts.add(bad(folder, PrivateFiles.sentence(e)));
        }
        return facts;
    }

    private static StoreFact bad(Path folder, String sentence) {
        return StoreFact.bad(Topic.PERMISSIONS, folder.toString(), sentence);
    }
}
