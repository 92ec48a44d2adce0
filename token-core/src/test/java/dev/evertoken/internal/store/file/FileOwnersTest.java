package dev.evertoken.internal.store.file;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.faults.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whose directories and files are refused; only root can change an owner, so most owners are planned here. */
class FileOwnersTest {

    private static final int ALICE = 1000;
    private static final int MALLORY = 1001;
    private static final Map<Integer, String> NAMES = Map.of(0, "root", ALICE, "alice", MALLORY, "mallory");

    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void createFile() throws IOException {
        file = Files.writeString(folder.resolve("record.json"), "{}");
    }

    @Test
    @Fault("N10")
    void aDirectoryOfAnotherUserIsRefusedWithTheCommandThatFixesIt() {
        FileOwners owners = owners(MALLORY, ALICE);

        assertThatThrownBy(() -> owners.checkFolder(folder, file))
                .isInstanceOf(RefusedFileException.class)
                .hasMessage(folder + " belongs to the user mallory, but this process runs as alice; choose another"
                        + " directory, or run: chown -R alice " + folder);
    }

    @Test
    @Fault("N10")
    void rootTooIsRefusedTheDirectoryOfAUser() {
        FileOwners owners = owners(ALICE, 0);

        assertThatThrownBy(() -> owners.checkFolder(folder, file)).isInstanceOf(RefusedFileException.class);
    }

    @Test
    @Fault("N10")
    void theOwnDirectoryAndAMountedOneOfRootAreAccepted() {
        assertThatCode(() -> owners(ALICE, ALICE).checkFolder(folder, file)).doesNotThrowAnyException();
        assertThatCode(() -> owners(0, ALICE).checkFolder(folder, file)).doesNotThrowAnyException();
    }

    @Test
    @Fault("I9")
    void aFileOfAnotherUserThanItsDirectoryIsRefused() {
        FileOwners owners = owners(ALICE, MALLORY);

        assertThatThrownBy(() -> owners.checkFile(file))
                .isInstanceOf(RefusedFileException.class)
                .hasMessage(file + " belongs to the user mallory, but its directory to alice; remove it, or change its"
                        + " owner if you trust its content");
        assertThatCode(() -> owners(ALICE, ALICE).checkFile(file)).doesNotThrowAnyException();
        assertThatCode(() -> owners(ALICE, 0).checkFile(file)).doesNotThrowAnyException();
    }

    @Test
    @Fault("I9")
    void theOwnersOfRealFilesAreCompared() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("link.json"), file);

        FileOwners.system().checkFolder(folder, file);
        FileOwners.system().checkFile(file);
        assertThatThrownBy(() -> FileOwners.system().checkFile(link))
                .isInstanceOf(RefusedFileException.class)
                .hasMessage(link + " is a link, which is not followed; replace it by the file itself, or remove it");
    }

    private FileOwners owners(int ofTheFolder, int ofTheFile) {
        return new FileOwners(new FileOwners.Lookup() {
            @Override
            public FileOwners.Inode inode(Path path) {
                return new FileOwners.Inode(path.endsWith("record.json") ? ofTheFile : ofTheFolder, false);
            }

            @Override
            public String name(Path path) {
                return NAMES.getOrDefault(inode(path).uid(), "unknown");
            }
        });
    }
}
