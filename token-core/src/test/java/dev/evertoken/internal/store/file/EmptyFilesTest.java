package dev.evertoken.internal.store.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmptyFilesTest {

    @TempDir
    private Path folder;

    @Test
    void allFilesAreLinksOfOneFileThatIsAccessibleToItsOwnerOnly() throws IOException {
        EmptyFiles files = new EmptyFiles(folder.resolve("source"));

        files.create(folder.resolve("one"));
        files.create(folder.resolve("two"));
        files.create(folder.resolve("two"));
        new EmptyFiles(folder.resolve("source")).create(folder.resolve("of another process"));

        assertThat(links(folder.resolve("two"))).isEqualTo(4);
        assertThat(folder.resolve("two")).isEmptyFile();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("two"))))
                .isEqualTo("rw-------");
    }

    @Test
    void aFileThatCannotBeLinkedAnyMoreIsReplacedByANewOne() throws IOException {
        EmptyFiles files = new EmptyFiles(folder.resolve("source"));
        files.create(folder.resolve("one"));
        Files.delete(folder.resolve("source"));
        Files.createDirectory(folder.resolve("source")); // a directory has no links

        files.create(folder.resolve("two"));
        files.create(folder.resolve("three"));

        assertThat(links(folder.resolve("one"))).isEqualTo(1);
        assertThat(links(folder.resolve("three"))).isEqualTo(3);
    }

    @Test
    void filesAreOrdinaryWhereNoLinkCanBeCreated() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        EmptyFiles files = new EmptyFiles(file.resolve("below a file"));

        files.create(folder.resolve("one"));
        files.create(folder.resolve("two"));

        assertThat(links(folder.resolve("one"))).isEqualTo(1);
        assertThat(links(folder.resolve("two"))).isEqualTo(1);
    }

    @Test
    void aMissingDirectoryIsReported() {
        EmptyFiles files = new EmptyFiles(folder.resolve("source"));

        assertThatThrownBy(() -> files.create(folder.resolve("missing").resolve("one")))
                .isInstanceOf(NoSuchFileException.class);
    }

    private static int links(Path file) throws IOException {
        return (int) Files.getAttribute(file, "unix:nlink");
    }
}
