package dev.evertoken.store.tiered;

import static dev.evertoken.internal.record.SampleRecords.ALICE;
import static dev.evertoken.internal.record.SampleRecords.BOB;
import static dev.evertoken.internal.record.SampleRecords.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.faults.Fault;
import dev.evertoken.model.Grant;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenStoreException;
import dev.evertoken.store.tiered.Tombstone.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Removed grants are recorded on disk. */
class TombstoneFilesTest {

    @TempDir
    private Path temporary;

    private static Tombstone of(TokenKey key, String grant) {
        return new Tombstone(key, new Grant(grant, NOW.plusNanos(1)), Kind.REMOVED, NOW);
    }

    private TombstoneFiles open() {
        return TombstoneFiles.in(temporary.resolve("gone"));
    }

    @Test
    void tombstonesOutliveTheProcessAndAnAccountHasOne() {
        open().put(of(ALICE, "grant-1"));
        open().put(of(ALICE, "grant-2"));
        open().put(of(BOB, "grant-3"));

        assertThat(open().of(ALICE)).contains(of(ALICE, "grant-2"));
        assertThat(open().all()).containsExactlyInAnyOrder(of(ALICE, "grant-2"), of(BOB, "grant-3"));
    }

    @Test
    void onlyTheGivenTombstoneIsDropped() {
        TombstoneFiles files = open();
        files.put(of(ALICE, "grant-2"));

        files.drop(of(ALICE, "grant-1"));
        assertThat(files.of(ALICE)).isPresent();
        files.drop(of(ALICE, "grant-2"));
        assertThat(files.of(ALICE)).isEmpty();
        files.drop(of(ALICE, "grant-2"));
    }

    @Test
    void unusualAccountsAreDistinguished() {
        List<TokenKey> keys = Stream.of("user", "User", "a/b", "..", "ü 漢", "x".repeat(300), "x".repeat(301))
                .map(account -> TokenKey.of("google", account))
                .toList();
        TombstoneFiles files = open();
        keys.forEach(key -> files.put(of(key, "grant")));

        assertThat(keys).allMatch(key -> files.of(key).equals(Optional.of(of(key, "grant"))));
    }

    @Test
    @Fault("L10")
    void twoInstancesThatWriteAtTheSameTimeBothReachTheDisk() throws Exception {
        TombstoneFiles one = open();
        TombstoneFiles other = open();
        for (int round = 0; round < 40; round++) {
            Tombstone mine = of(ALICE, "one-" + round);
            Tombstone theirs = of(ALICE, "other-" + round);
            CompletableFuture<Void> concurrent = CompletableFuture.runAsync(() -> other.put(theirs));
            one.put(mine);
            concurrent.get();

            assertThat(one.of(ALICE)).isEqualTo(other.of(ALICE)).isPresent();
        }
    }

    @Test
    void aTombstoneThatCannotBeWrittenIsKeptInMemory() throws IOException {
        TombstoneFiles files = open();
        Path folder = temporary.resolve("gone").resolve("tombstones");
        Files.delete(folder);
        Files.createFile(folder);

        files.put(of(ALICE, "grant-1"));

        assertThat(files.of(ALICE)).contains(of(ALICE, "grant-1"));
    }

    @Test
    void anUnreadableTombstoneIsIgnored() throws IOException {
        TombstoneFiles files = open();
        files.put(of(ALICE, "grant-1"));
        try (Stream<Path> all = Files.list(temporary.resolve("gone").resolve("tombstones"))) {
            Files.writeString(all.findFirst().orElseThrow(), "{\"format\":1}");
        }

        assertThat(files.of(ALICE)).isEmpty();
        assertThat(files.all()).isEmpty();
        files.put(of(ALICE, "grant-2"));
        assertThat(files.of(ALICE)).contains(of(ALICE, "grant-2"));
    }

    @Test
    void anUnusableFolderIsRejected() throws IOException {
        Path file = Files.createFile(temporary.resolve("file"));
        assertThatThrownBy(() -> TombstoneFiles.in(file))
                .isInstanceOf(TokenStoreException.class)
                .hasMessageStartingWith("the folder for tombstones cannot be opened: ");
    }
}
