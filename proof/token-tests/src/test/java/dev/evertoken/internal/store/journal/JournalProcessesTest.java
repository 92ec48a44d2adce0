package dev.evertoken.internal.store.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.store.ChildProcess;
import dev.evertoken.store.StoredFiles;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A journal that is shared by the processes of one host. */
class JournalProcessesTest {

    @TempDir
    private Path temporary;

    @Test
    void aKilledProcessLeavesItsResponsesAndNothingElse() throws Exception {
        Path folder = temporary.resolve("journal");
        try (ChildProcess writer = ChildProcess.start(JournalWriter.class, folder)) {
            assertThat(writer.line()).contains("ready");

            Journal whileRunning = Journal.in(folder, "crm");
            assertThat(whileRunning.all()).hasSize(1);
            assertThat(StoredFiles.below(folder.resolve("crm/journal/entries")))
                    .as("the files of a running process are not cleaned up")
                    .hasSize(3);

            writer.kill();
        }

        Journal after = Journal.in(folder, "crm");
        assertThat(after.entries(JournalWriter.WRITTEN))
                .singleElement()
                .satisfies(entry -> assertThat(entry.claimId()).isEqualTo("claim-1"));
        assertThat(after.all()).hasSize(1);
        assertThat(StoredFiles.below(folder.resolve("crm/journal/entries"))).hasSize(1);
        assertThat(StoredFiles.below(folder.resolve("crm/journal/torn"))).hasSize(1);
        assertThat(StoredFiles.below(folder.resolve("crm/journal/owners")))
                .as("only this process is left")
                .hasSize(1);

        after.delete(after.entries(JournalWriter.WRITTEN).get(0));
        assertThat(Journal.in(folder, "crm").all()).isEmpty();
    }
}
