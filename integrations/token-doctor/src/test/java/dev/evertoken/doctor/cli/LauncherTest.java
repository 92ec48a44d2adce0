package dev.evertoken.doctor.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The script of the archive starts the command with the libraries beside it, from any folder and through a link. */
class LauncherTest {

    private static final Path SCRIPTS = Path.of(System.getProperty("basedir", "."), "src", "main", "launcher");

    @TempDir
    private Path folder;

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void theScriptFindsItsLibrariesThroughALinkAndPassesItsArguments() throws Exception {
        Path home = Files.createDirectories(folder.resolve("a folder"));
        Path script = home.resolve("bin/token-doctor");
        Files.createDirectories(script.getParent());
        Files.copy(SCRIPTS.resolve("token-doctor"), script);
        executable(script);
        Path link = Files.createSymbolicLink(folder.resolve("doctor"), script);
        Path java = Files.createDirectories(folder.resolve("jdk/bin")).resolve("java");
        Files.writeString(java, "#!/bin/sh\nfor one in \"$@\"; do echo \"$one\"; done\nexit 2\n");
        executable(java);

        ProcessBuilder start = new ProcessBuilder("/bin/sh", link.toString(), "clear", "google/anna smith");
        start.environment().put("JAVA_HOME", folder.resolve("jdk").toString());
        start.environment().remove("JAVA_OPTS");
        Process process = start.redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);

        assertThat(process.waitFor()).isEqualTo(2);
        assertThat(output.lines())
                .containsExactly(
                        "-cp",
                        home.toRealPath().resolve("lib") + "/*",
                        DoctorMain.class.getName(),
                        "clear",
                        "google/anna smith");
    }

    @Test
    void theScriptForWindowsStartsTheSameClass() throws IOException {
        assertThat(Files.readString(SCRIPTS.resolve("token-doctor.bat")))
                .contains(" " + DoctorMain.class.getName() + " %*", "%~dp0..\\lib\\*", "exit /b %ERRORLEVEL%");
    }

    private static void executable(Path file) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
