package dev.evertoken.internal.store.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.testing.ManualClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderListingTest {

    @TempDir
    private Path folder;

    private final ManualClock clock = ManualClock.start();

    @Test
    void aChangeThatHasTheTimeOfTheOneBeforeIsSeen() throws IOException {
        FolderListing listing = new FolderListing(folder, file -> true, clock);
        Path first = Files.createFile(folder.resolve("first"));
        changed(clock.now());
        assertThat(listing.files()).containsExactly(first);

        Path second = Files.createFile(folder.resolve("second"));
        changed(clock.now());

        assertThat(listing.files()).containsExactlyInAnyOrder(first, second);
    }

    @Test
    void aFolderThatHasNotChangedForAWhileIsNotListedAgain() throws IOException {
        FolderListing listing = new FolderListing(folder, file -> true, clock);
        Path first = Files.createFile(folder.resolve("first"));
        Instant before = clock.now().minusSeconds(10);
        changed(before);
        assertThat(listing.files()).containsExactly(first);

        Path second = Files.createFile(folder.resolve("second"));
        changed(before); // as no file system does
        assertThat(listing.files()).as("not listed").containsExactly(first);
        changed(clock.now());

        assertThat(listing.files()).containsExactlyInAnyOrder(first, second);
    }

    @Test
    void aFolderThatWasReplacedIsListed() throws IOException {
        FolderListing listing = new FolderListing(folder.resolve("one"), file -> true, clock);
        Instant before = clock.now().minusSeconds(10);
        Files.createDirectory(folder.resolve("one"));
        Path file =
                Files.createFile(Files.createDirectory(folder.resolve("other")).resolve("file"));
        Files.setLastModifiedTime(folder.resolve("one"), FileTime.from(before));
        Files.setLastModifiedTime(folder.resolve("other"), FileTime.from(before));
        assertThat(listing.files()).isEmpty();

        Files.move(folder.resolve("one"), folder.resolve("old"));
        Files.move(file.getParent(), folder.resolve("one"));

        assertThat(listing.files()).hasSize(1);
    }

    private void changed(Instant at) throws IOException {
        Files.setLastModifiedTime(folder, FileTime.from(at));
    }
}
