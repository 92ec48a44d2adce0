package dev.evertoken.consumers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Projects outside this build, with the versions that applications have, compile and run with the published modules. */
class ConsumersTest {

    private static MavenRun run;

    @BeforeAll
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    static void buildsAllProjects() throws IOException, InterruptedException {
        Path projects = Folders.empty("projects");
        Folders.copy(Folders.MODULE.resolve("projects"), projects);
        run = MavenRun.in(projects, LocalRepository.in(Folders.empty("repository")), "--fail-at-end", "test");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "junit5",
                "junit6",
                "module-path",
                "okhttp4",
                "boot35",
                "boot4",
                "boot35-app",
                "boot4-app",
                "gcp-connectorj"
            })
    void theProjectCompilesAndRuns(String project) {
        assertThat(run.output())
                .containsPattern(Pattern.compile("^\\[INFO\\] " + project + " \\.* *SUCCESS", Pattern.MULTILINE));
    }

    @Test
    void noProjectFails() {
        assertThat(run.exitCode()).as(run.output()).isZero();
    }

    @Test
    void theProgramOnTheModulePathPrintsTheSecondGeneration() {
        assertThat(run.output()).contains("module com.example.walk: generation 2");
    }

    @Test
    void theProgramOnTheModulePathUsesTheCatalogueAndTheMetrics() {
        assertThat(run.output())
                .contains("module dev.evertoken.catalogue: a provider is found")
                .contains("module dev.evertoken.micrometer: refreshes measured 1");
    }
}
