package dev.evertoken.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.faults.Fault;
import dev.evertoken.model.Lifetime;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.DueIndex;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.testing.DueIndexContract;
import dev.evertoken.testing.SampleRecords;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileDueIndexTest extends DueIndexContract {

    private static final Instant NOON = Instant.parse("2026-06-01T12:00:00Z");
    private static final TokenKey ALICE = TokenKey.of("google", "alice");
    private static final TokenKey LONG = TokenKey.of("google", "a".repeat(300));

    @TempDir
    private Path folder;

    @Override
    protected TokenStore newStore() {
        return FileTokenStore.open(folder, "contract");
    }

    @Test
    @Fault("J9")
    void hintsThatWereLostOrAreOutdatedAreRepairedFromTheRecord() throws IOException {
        TokenStore store = newStore();
        DueIndex index = (DueIndex) store;
        save(store, ALICE, NOON);
        save(store, LONG, NOON.plusSeconds(1));
        Path hints = folder.resolve("contract").resolve("due");
        deleteAll(hints);
        assertThat(index.due("google", NOON.plusSeconds(9), Optional.empty(), 9))
                .isEmpty();

        index.repair(ALICE);
        index.repair(LONG);
        assertThat(index.due("google", NOON.plusSeconds(9), Optional.empty(), 9))
                .containsExactly(ALICE, LONG);
        assertThat(index.oldestDue("google")).contains(NOON);

        Path right = onlyFile(hints, "alice");
        Path wrong = right.resolveSibling(
                "8000000000000001" + right.getFileName().toString().substring(16));
        Files.createFile(wrong);
        index.repair(ALICE);
        assertThat(index.oldestDue("google")).contains(NOON);
        assertThat(wrong).doesNotExist();
    }

    @Test
    void aRecordThatCannotBeReadKeepsItsPlaceInThePages() throws IOException {
        TokenStore store = newStore();
        save(store, ALICE, NOON);
        save(store, LONG, NOON.plusSeconds(1));
        Path record = onlyFile(folder.resolve("contract").resolve("records"), "alice");
        Files.writeString(record, "damaged");

        assertThat(((DueIndex) store).due("google", NOON.plusSeconds(9), Optional.of(ALICE), 9))
                .containsExactly(LONG);
    }

    private static void save(TokenStore store, TokenKey key, Instant due) {
        TokenRecord record = SampleRecords.sparse(key);
        Lifetime times = record.lifetime();
        TokenRecord dated = record.toBuilder()
                .lifetime(new Lifetime(
                        times.issuedAt(),
                        Optional.of(due.plusSeconds(60)),
                        false,
                        Optional.empty(),
                        Optional.of(due),
                        Optional.empty()))
                .build();
        assertThat(store.compareAndSet(key, TokenStore.ABSENT, dated)).isTrue();
    }

    private static Path onlyFile(Path root, String part) throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            return all.filter(Files::isRegularFile)
                    .filter(file -> file.getFileName().toString().contains(part))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static void deleteAll(Path root) throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            for (Path file : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
