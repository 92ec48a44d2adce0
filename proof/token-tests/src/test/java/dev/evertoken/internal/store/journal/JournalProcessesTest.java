package dev.evertoken.internal.store.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.faults.Fault;
import dev.evertoken.internal.store.journal.ConsentJournal.KeptConsent;
import dev.evertoken.store.ChildProcess;
import dev.evertoken.store.StoredFiles;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
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
            assertThat(StoredFiles.below(folder.resolve("crm/journal/segments")))
                    .as("the files of a running process are not cleaned up")
                    .hasSize(1);
            assertThat(StoredFiles.below(folder.resolve("crm/journal/torn"))).isEmpty();

            assertThat(whileRunning.consents().unattended())
                    .as("the consents of a running process are its own")
                    .isEmpty();
            writer.kill();
        }

        Journal after = Journal.in(folder, "crm");
        assertThat(after.entries(JournalWriter.WRITTEN))
                .singleElement()
                .satisfies(entry -> assertThat(entry.claimId()).isEqualTo("claim-1"));
        assertThat(after.all()).hasSize(1);
        assertThat(StoredFiles.below(folder.resolve("crm/journal/segments"))).hasSize(1);
        assertThat(StoredFiles.below(folder.resolve("crm/journal/torn"))).hasSize(1);
        assertThat(StoredFiles.below(folder.resolve("crm/journal/owners")))
                .as("only this process is left")
                .hasSize(1);

        after.delete(after.entries(JournalWriter.WRITTEN).get(0));
        assertThat(Journal.in(folder, "crm").all()).isEmpty();
        assertThat(StoredFiles.below(folder.resolve("crm/journal/segments"))).isEmpty();
    }

    @Test
    @Fault("L3")
    void theConsentsOfAKilledProcessAreTakenOver() throws Exception {
        Path folder = temporary.resolve("journal");
        try (ChildProcess writer = ChildProcess.start(JournalWriter.class, folder)) {
            assertThat(writer.line()).contains("ready");
            writer.kill();
        }

        ConsentJournal after = Journal.in(folder, "crm").consents();
        KeptConsent left = after.unattended().get(0);
        KeptConsent taken = after.takeOver(left).orElseThrow();

        assertThat(taken.round()).isEqualTo("round-1");
        assertThat(taken.over()).isEqualTo("SAME_USER");
        assertThat(taken.first().key()).isEqualTo(JournalWriter.WRITTEN);
        assertThat(after.takeOver(left)).as("taken over already").isEmpty();
        assertThat(after.takeOver(taken)).contains(taken);
        assertThat(after.holds(taken)).isTrue();
        assertThat(StoredFiles.below(folder.resolve("crm/journal/consents"))).hasSize(1);
        after.delete(taken);
        assertThat(after.unattended()).isEmpty();
    }

    @Test
    @Fault("B2")
    void eachResponseThatWasWrittenIsFoundAfterItsProcessWasKilledWhileItsThreadsWrote() throws Exception {
        Path folder = temporary.resolve("journal");
        Set<String> written = new HashSet<>();
        Journal whileRunning = Journal.in(folder, "crm");
        try (ChildProcess load = ChildProcess.start(JournalLoad.class, folder)) {
            while (written.size() < 100) {
                written.add(load.line().orElseThrow());
            }
            assertThat(ids(whileRunning)).as("read by another process").containsAll(written);
            load.kill();
            for (Optional<String> line = load.line(); line.isPresent(); line = load.line()) {
                line.filter(EntryNames::isId).ifPresent(written::add);
            }
        }
        assertThat(ids(whileRunning)).as("before they are taken over").containsAll(written);

        Journal after = Journal.in(folder, "crm");
        assertThat(ids(after)).containsAll(written);
        after.all().forEach(after::delete);

        assertThat(Journal.in(folder, "crm").all()).isEmpty();
        assertThat(StoredFiles.below(folder.resolve("crm/journal/segments"))).isEmpty();
    }

    private static Set<String> ids(Journal journal) {
        return journal.all().stream().map(Journal.Entry::id).collect(Collectors.toSet());
    }
}
