package dev.evertoken.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

class FaultReportTest {
    @TempDir
    Path folder;

    @Test
    void aReportHasALineForEachIdOfATest() throws IOException {
        run(FaultSamples.Methods.class);

        assertThat(lines())
                .containsExactlyInAnyOrder(
                        "A1\tgreen\tFaultSamples$Methods.passes\t",
                        "A2\tred\tFaultSamples$Methods.fails\tIllegalStateException: two POSTs for one account",
                        "A3\tred\tFaultSamples$Methods.fails\tIllegalStateException: two POSTs for one account",
                        "A4\tdisabled\tFaultSamples$Methods.isDisabled\tnot built yet",
                        "A5\tdisabled\tFaultSamples$Methods.isAborted\tTestAbortedException: Assumption failed: no second disk",
                        "A6\tgreen\tFaultSamples$Methods.failsOnceIn [1] number = 1\t",
                        "A6\tred\tFaultSamples$Methods.failsOnceIn [2] number = 2\tAssertionFailedError: expected: 1 but was: 2",
                        "A7\tgreen\tFaultSamples$Methods.makesOne made\t");
    }

    @Test
    void idsOfAClassApplyToEachOfItsTests() throws IOException {
        run(FaultSamples.OnTheClass.class);

        assertThat(lines())
                .containsExactlyInAnyOrder(
                        "B1\tgreen\tFaultSamples$OnTheClass.passes\t",
                        "B1\tgreen\tFaultSamples$OnTheClass$Inside.passesToo\t",
                        "B2\tgreen\tFaultSamples$OnTheClass$Inside.passesToo\t");
    }

    @Test
    void idsOfAnInheritedContractAreReported() throws IOException {
        run(FaultSamples.Kept.class);

        assertThat(lines())
                .containsExactlyInAnyOrder(
                        "C1\tgreen\tFaultSamples$Kept.holds\t", "C2\tgreen\tFaultSamples$Kept.holds\t");
    }

    @Test
    void testsOfAClassThatNeverStartedAreReported() throws IOException {
        run(FaultSamples.WhollyDisabled.class, FaultSamples.BrokenBefore.class);

        assertThat(lines())
                .containsExactlyInAnyOrder(
                        "D1\tdisabled\tFaultSamples$WhollyDisabled.neverRuns\tno server here",
                        "E1\tred\tFaultSamples$BrokenBefore.neverRuns\tIllegalStateException: no port");
    }

    @Test
    void aNameThatCannotBeEncodedLosesNoLine() throws IOException {
        run(FaultSamples.Unencodable.class);

        assertThat(lines()).containsExactly("F1\tgreen\tFaultSamples$Unencodable.makesOne half ? of \uD83D\uDE42\t");
    }

    @Test
    void noReportIsWrittenWithoutAFolder() throws IOException {
        run(new FaultReport((Path) null), FaultSamples.Methods.class);

        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void theReportIsFoundByTheJUnitPlatform() {
        assertThat(ServiceLoader.load(TestExecutionListener.class)).hasAtLeastOneElementOfType(FaultReport.class);
    }

    private void run(Class<?>... tests) {
        run(new FaultReport(folder), tests);
    }

    private static void run(FaultReport report, Class<?>... tests) {
        var request = LauncherDiscoveryRequestBuilder.request()
                .selectors(Stream.of(tests).map(test -> selectClass(test)).toList())
                .build();
        var onlyThisReport = LauncherConfig.builder()
                .enableTestExecutionListenerAutoRegistration(false)
                .addTestExecutionListeners(report)
                .build();
        LauncherFactory.create(onlyThisReport).execute(request);
    }

    private List<String> lines() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return Files.readAllLines(files.findFirst().orElseThrow());
        }
    }
}
