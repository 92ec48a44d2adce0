package dev.evertoken.internal.store.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.evertoken.faults.Fault;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which failures of a disk pass, and which need another configuration. */
class FileErrorsTest {

    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "only Linux has a device that is always full")
    @Fault("O3")
    void aDiskThatIsReallyFullIsUnavailable() {
        IOException full = catchThrowableOfType(
                IOException.class,
                () -> PrivateFiles.write(Path.of("/dev/full"), new byte[16], StandardOpenOption.CREATE));

        TokenException problem =
                FileErrors.about("the record cannot be written", full).build();

        assertThat(problem.problem()).isEqualTo(Problem.STORE_UNAVAILABLE);
        assertThat(problem)
                .hasMessage("the record cannot be written: the disk accepts no writes because it is full (No space left"
                        + " on device)");
    }

    @ParameterizedTest
    @Fault("O3")
    @CsvSource({
        "No space left on device, the disk accepts no writes because it is full",
        "There is not enough space on the disk, the disk accepts no writes because it is full",
        "Disk quota exceeded, the disk accepts no writes because the quota of this user is exhausted",
        "Read-only file system, the disk accepts no writes because its file system is read-only",
        "Too many open files, this process or its system has too many open files",
        "Input/output error, the disk reports an error",
    })
    void aStateThatPassesIsUnavailableAlsoWhenTheDirectoryIsOpened(String reason, String sentence) {
        IOException e = new FileSystemException("/data/tokens/a.tmp", null, reason);
        String detail = sentence + " (/data/tokens/a.tmp: " + reason + ")";

        assertThat(FileErrors.about("not written", e).build())
                .hasMessage("not written: " + detail)
                .extracting(TokenException::problem)
                .isEqualTo(Problem.STORE_UNAVAILABLE);
        assertThat(FileErrors.ofOpening("not opened", e).build())
                .hasMessage("not opened: " + detail)
                .extracting(TokenException::problem)
                .isEqualTo(Problem.STORE_UNAVAILABLE);
    }

    @Test
    void aDeniedAccessAndARefusedFileAreFaultsOfTheConfiguration() {
        assertThat(problem(new AccessDeniedException("/data/tokens"))).isEqualTo(Problem.STORE_REFUSED);
        assertThat(problem(new RefusedFileException("/data/a.json is a link"))).isEqualTo(Problem.STORE_REFUSED);
        assertThat(problem(new IOException("something else"))).isEqualTo(Problem.STORE_UNAVAILABLE);
        assertThat(FileErrors.ofOpening("not opened", new IOException("is not a directory"))
                        .build()
                        .problem())
                .isEqualTo(Problem.STORE_REFUSED);
    }

    private static Problem problem(IOException e) {
        return FileErrors.about("not written", e).build().problem();
    }
}
