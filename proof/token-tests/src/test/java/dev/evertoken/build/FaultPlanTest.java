package dev.evertoken.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The fault plan is complete, and its report fails on red, unknown and unassigned rows. */
class FaultPlanTest {
    private static final Path CI = Path.of(System.getProperty("basedir", "."), "..", "..", ".ci");

    @TempDir
    Path checkout;

    @Test
    void thePlanNumbersTheRowsOfEachGroupConsecutively() throws IOException {
        Map<String, Integer> rows = new TreeMap<>();
        for (String line : Files.readAllLines(CI.resolve("faults.plan"))) {
            if (!line.isBlank() && !line.startsWith("#")) {
                String group = line.substring(0, 1);
                assertThat(line).startsWith(group + rows.merge(group, 1, Integer::sum) + " ");
            }
        }
        assertThat(rows)
                .containsExactlyEntriesOf(new TreeMap<>(Map.ofEntries(
                        Map.entry("A", 21),
                        Map.entry("B", 18),
                        Map.entry("C", 24),
                        Map.entry("D", 22),
                        Map.entry("E", 10),
                        Map.entry("F", 19),
                        Map.entry("G", 12),
                        Map.entry("H", 13),
                        Map.entry("I", 11),
                        Map.entry("J", 13),
                        Map.entry("K", 8),
                        Map.entry("L", 10),
                        Map.entry("M", 7),
                        Map.entry("N", 12),
                        Map.entry("O", 8),
                        Map.entry("P", 2),
                        Map.entry("Q", 8))));
    }

    @Test
    void aMissingRowWithAnOwnerIsAccepted() throws Exception {
        plan("A1 | - | one", "A2 | - | two", "A3 | issue 9 | three");
        outcomes("A1\tgreen\tT.a\t", "A2\tgreen\tT.b\t", "A2\tdisabled\tT.c\tno disk");

        Report report = report();

        assertThat(report.lines())
                .containsSubsequence("missing, by owner", "  issue 9: A3")
                .containsSubsequence("disabled", "  A2  T.c: no disk")
                .endsWith("faults: 1 green, 1 disabled, 1 missing of 3");
        assertThat(report.exit()).isZero();
    }

    @Test
    void oneRedInvocationFailsTheReport() throws Exception {
        plan("A1 | - | one");
        outcomes("A1\tgreen\tT.a [1]\t", "A1\tred\tT.a [2]\tboom");

        Report report = report();

        assertThat(report.lines())
                .containsSubsequence("red", "  A1  T.a [2]: boom")
                .endsWith("faults: 0 green, 0 disabled, 0 missing of 1");
        assertThat(report.exit()).isEqualTo(1);
    }

    @Test
    void aRowThatIsNotInThePlanFailsTheReport() throws Exception {
        plan("A1 | issue 9 | one");
        outcomes("A7\tgreen\tT.a\t");

        Report report = report();

        assertThat(report.lines()).containsSubsequence("not in the plan, but named by a test", "  A7 in T.a");
        assertThat(report.exit()).isEqualTo(1);
    }

    @Test
    void aMissingRowWithoutAnOwnerFailsTheReport() throws Exception {
        plan("A1 | - | one");

        Report report = report();

        assertThat(report.lines()).containsSubsequence("missing, and nobody owns it", "  A1  one");
        assertThat(report.exit()).isEqualTo(1);
    }

    private void plan(String... rows) throws IOException {
        write(checkout.resolve(".ci/faults.plan"), rows);
    }

    private void outcomes(String... lines) throws IOException {
        write(checkout.resolve("module/pom.xml"), "<project/>");
        write(checkout.resolve("module/target/faults/one.tsv"), lines);
    }

    private static void write(Path file, String... lines) throws IOException {
        Files.createDirectories(file.getParent());
        Files.write(file, List.of(lines));
    }

    private Report report() throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        CI.resolve("Faults.java").toString(),
                        checkout.toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Report(process.waitFor(), output.lines().toList());
    }

    private record Report(int exit, List<String> lines) {}
}
