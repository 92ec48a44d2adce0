package dev.evertoken.internal.record;

import static dev.evertoken.internal.record.SampleKeys.ring;
import static dev.evertoken.internal.record.SampleRecords.ALICE;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.faults.Fault;
import dev.evertoken.internal.store.journal.Journal;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.SecretPart;
import dev.evertoken.spi.store.TokenRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The journal of an account whose store keeps clear text: sealed on the disk, clear for the store. */
class SealedJournalTest {

    private static final String CANARY = "evertoken-test-canary";
    private static final TokenRecord CLEAR = SampleRecords.record().toBuilder()
            .secrets(new SecretPart.Clear(CANARY.getBytes(UTF_8)))
            .build();

    @TempDir
    Path folder;

    @Test
    @Fault("N11")
    void aResponseIsSealedInTheJournalAndReturnedAsTheStoreKeepsIt() {
        Journal journal = journal(1);

        Journal.Entry written = write(journal);

        assertThat(written.answered()).isEqualTo(CLEAR);
        assertThat(journal.entries(ALICE)).extracting(Journal.Entry::answered).containsExactly(CLEAR);
        assertThat(journal.all()).extracting(Journal.Entry::answered).containsExactly(CLEAR);
        String encoded = Base64.getEncoder().encodeToString(CANARY.getBytes(UTF_8));
        assertThat(files()).isNotEmpty().noneMatch(text -> text.contains(CANARY) || text.contains(encoded));
    }

    @Test
    void anEntryThatCannotBeOpenedIsLeftInPlace() {
        write(journal(1));

        assertThat(journal(2).entries(ALICE)).isEmpty();
        assertThat(journal(1).entries(ALICE)).hasSize(1);
    }

    @Test
    void anEntryIsDeletedByTheEntryThatWasReturned() {
        Journal journal = journal(1);
        write(journal);

        journal.entries(ALICE).forEach(journal::delete);

        assertThat(journal.all()).isEmpty();
    }

    private Journal journal(int filling) {
        Sealer sealer = new Sealer(ring("k1", filling), "crm", "prod", ClearText.REFUSED, ALICE::equals);
        return new SealedJournal(Journal.in(folder.resolve("journal"), "crm"), sealer);
    }

    private static Journal.Entry write(Journal journal) {
        TokenKey key = CLEAR.key();
        try (Journal.Slot slot = journal.reserve(key)) {
            return slot.write("claim-1", CLEAR);
        }
    }

    private List<String> files() {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile).map(SealedJournalTest::text).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file, ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
