package dev.evertoken.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.faults.Fault;
import dev.evertoken.internal.store.file.NetworkFileSystems;
import dev.evertoken.internal.store.journal.Journal;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenStoreException;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.testing.SampleRecords;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Folders in which the file store and the journal keep secrets, and folders that they refuse. */
class FileStoreFolderTest {

    private static final TokenKey ALICE = TokenKey.of("google", "alice");

    @TempDir
    private Path temporary;

    @Test
    @Fault("F12")
    void everyFileAndFolderIsAccessibleToItsOwnerOnly() throws IOException {
        Path folder = temporary.resolve("above").resolve("tokens");
        FileTokenStore store = FileTokenStore.open(folder, "crm");
        store.compareAndSet(ALICE, TokenStore.ABSENT, SampleRecords.full(ALICE));
        TokenKey longKey = TokenKey.of("google", "x".repeat(500));
        store.compareAndSet(longKey, TokenStore.ABSENT, SampleRecords.full(longKey));
        Journal journal = Journal.in(folder, "crm");
        journal.reserve(ALICE).write("claim-1", SampleRecords.full(ALICE));

        assertThat(StoredFiles.below(folder))
                .hasSizeGreaterThanOrEqualTo(6)
                .allSatisfy(file -> assertThat(rights(file)).isEqualTo("rw-------"));
        assertThat(StoredFiles.folders(folder.getParent()))
                .allSatisfy(one -> assertThat(rights(one)).isEqualTo("rwx------"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"rwxr-xr-x", "rwxr-----", "rwx---r--", "rwx--x--x"})
    @Fault("F12")
    void aFolderAccessibleToOtherUsersIsRefusedWithTheCommandThatFixesIt(String rights) throws IOException {
        Path folder = Files.createDirectory(temporary.resolve("open"));
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString(rights));
        Path real = folder.toRealPath();

        assertThatThrownBy(() -> FileTokenStore.open(folder, "crm"))
                .isInstanceOf(TokenStoreException.class)
                .hasMessage("the token store cannot be opened: " + real
                        + " is accessible to other users; run: chmod 700 " + real);
        assertThatThrownBy(() -> Journal.in(folder, "crm"))
                .isInstanceOfSatisfying(
                        TokenException.class, e -> assertThat(e.problem()).isEqualTo(Problem.JOURNAL_UNAVAILABLE))
                .hasMessage("the journal cannot be opened: " + real + " is accessible to other users; run: chmod 700 "
                        + real);
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void aFileInPlaceOfTheFolderIsRefused() throws IOException {
        Path file = Files.createFile(temporary.resolve("tokens"));

        assertThatThrownBy(() -> FileTokenStore.open(file, "crm"))
                .isInstanceOf(TokenStoreException.class)
                .hasMessage("the token store cannot be opened: " + file.toRealPath() + " is not a directory");
    }

    @Test
    void aFolderThatCannotBeCreatedIsRefused() throws IOException {
        Path below = Files.createFile(temporary.resolve("file")).resolve("tokens");

        assertThatThrownBy(() -> FileTokenStore.open(below, "crm"))
                .isInstanceOfSatisfying(
                        TokenStoreException.class, e -> assertThat(e.problem()).isEqualTo(Problem.STORE_REFUSED))
                .hasMessageContaining(below.getParent().toString());
    }

    @Test
    void twoNamespacesInOneFolderAreSeparate() {
        try (FileTokenStore crm = FileTokenStore.open(temporary.resolve("t"), "crm");
                FileTokenStore shop = FileTokenStore.open(temporary.resolve("t"), "CRM")) {
            crm.compareAndSet(ALICE, TokenStore.ABSENT, SampleRecords.full(ALICE));

            assertThat(shop.load(ALICE)).isEmpty();
            assertThat(shop.keys()).isEmpty();
        }
    }

    @Test
    void aNamespaceCannotLeaveTheFolder() throws IOException {
        Path folder = temporary.resolve("t");
        FileTokenStore store = FileTokenStore.open(folder, "../../up");

        assertThat(store.folder()).isEqualTo(folder.toRealPath());
        assertThat(temporary).isDirectoryNotContaining(path -> !path.endsWith("t"));
        assertThatThrownBy(() -> FileTokenStore.open(folder, " "))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the namespace is blank");
    }

    @Test
    void aMissingFolderIsReportedAsAStoreFailureNotAsAMissingAccount() throws IOException {
        FileTokenStore store = FileTokenStore.open(temporary.resolve("t"), "crm");
        store.compareAndSet(ALICE, TokenStore.ABSENT, SampleRecords.full(ALICE));
        Path records = store.folder().resolve("crm").resolve("records");
        Files.move(store.folder(), temporary.resolve("unmounted"));

        assertThatThrownBy(() -> store.load(ALICE))
                .isInstanceOf(TokenStoreException.class)
                .hasMessage("google/alice: the record cannot be read: " + records + " does not exist");
        assertThatThrownBy(store::keys).isInstanceOf(TokenStoreException.class);
        assertThatThrownBy(() -> store.compareAndSet(ALICE, TokenStore.ABSENT, SampleRecords.full(ALICE)))
                .isInstanceOf(TokenStoreException.class);
        assertThat(store.folder()).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource({
        "nfs, true",
        "nfs4, true",
        "NFS, true",
        "cifs, true",
        "smb3, true",
        "9p, true",
        "fuse.sshfs, true",
        "fuse.glusterfs, true",
        "ext4, false",
        "xfs, false",
        "btrfs, false",
        "tmpfs, false",
        "overlay, false",
        "apfs, false",
        "NTFS, false",
        "fuse.ext4, false"
    })
    void networkFileSystemsAreRecognizedByTheirType(String type, boolean refused) {
        assertThat(NetworkFileSystems.include(type)).isEqualTo(refused);
    }

    @Test
    void foreignFilesInTheFolderAreNeitherListedNorChanged() throws IOException {
        FileTokenStore store = FileTokenStore.open(temporary.resolve("t"), "crm");
        store.compareAndSet(ALICE, TokenStore.ABSENT, SampleRecords.full(ALICE));
        Path shard = StoredFiles.record(store, ALICE).getParent();
        List<Path> foreign = List.of(
                shard.resolve("notes.txt"),
                shard.resolve("notes.json"),
                shard.resolve("google@bob.json"), // a real name, in the wrong place
                shard.resolve("~" + "0".repeat(64) + ".json"),
                shard.resolve("goo%.json"));
        for (Path file : foreign) {
            Files.writeString(file, "{}");
        }

        assertThat(store.keys()).containsExactly(ALICE);
        assertThat(foreign).allSatisfy(file -> assertThat(file).hasContent("{}"));
    }

    private static String rights(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}
