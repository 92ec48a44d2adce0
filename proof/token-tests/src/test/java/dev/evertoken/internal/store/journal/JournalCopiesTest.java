package dev.evertoken.internal.store.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.faults.Fault;
import dev.evertoken.model.TokenKey;
import dev.evertoken.store.ChildProcess;
import dev.evertoken.store.LibraryCopy;
import dev.evertoken.store.StoredFiles;
import java.nio.file.Path;
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

    static void reserve(Path folder) {
        Journal.in(folder, "crm").reserve(KEY);
    }

    static void open(Path folder) {
        Journal.in(folder, "crm");
    }
}
