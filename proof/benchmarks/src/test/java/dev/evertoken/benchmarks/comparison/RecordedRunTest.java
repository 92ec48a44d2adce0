package dev.evertoken.benchmarks.comparison;

import static org.assertj.core.api.Assertions.assertThat;

import com.squareup.moshi.JsonReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import okio.Buffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Test;

/** What the texts say of the recorded run is what it measured. */
class RecordedRunTest {

    private static final Path MODULE = Path.of(System.getProperty("basedir", "."));
    private static final Path GUIDE = MODULE.resolve("README.md");
    private static final String MISSED_GOALS = "### Goals that are missed";
    private static final Pattern MISSED =
            Pattern.compile("^- ((?:`[a-z0-9-]+`(?:, | and )?)+): \\S", Pattern.MULTILINE);
    private static final Pattern NAME = Pattern.compile("`([a-z0-9-]+)`");
    private static final Pattern QUOTED = Pattern.compile("^ratio (\\S+) ([0-9.]+)", Pattern.MULTILINE);
    private static final Path STARTS = MODULE.resolve("results").resolve("cold-start.txt");
    private static final int WALL = 1;
    private static final int CPU = 2;

    private final Map<String, Double> ratios = new LinkedHashMap<>();
    private final Set<String> missed = new TreeSet<>();

    @BeforeEach
    void read() throws IOException {
        String text = Files.readString(MODULE.resolve("results").resolve("comparison.json"));
        Map<?, ?> record =
                (Map<?, ?>) JsonReader.of(new Buffer().writeUtf8(text)).readJsonValue();
        for (Object each : (List<?>) record.get("ratios")) {
            Map<?, ?> ratio = (Map<?, ?>) each;
            String name = (String) ratio.get("name");
            ratios.put(name, (Double) ratio.get("value"));
            if (Boolean.TRUE.equals(ratio.get("missed"))) {
                missed.add(name);
            }
        }
    }

    @Test
    void theGuideGivesTheReasonForEachGoalThatIsMissedAndNoOther() throws IOException {
        String guide = Files.readString(GUIDE);
        String section = guide.substring(guide.indexOf(MISSED_GOALS) + MISSED_GOALS.length());
        Set<String> explained = MISSED.matcher(section.substring(0, section.indexOf("\n#")))
                .results()
                .flatMap(line -> NAME.matcher(line.group(1)).results())
                .map(name -> name.group(1))
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(explained).isEqualTo(missed);
    }

    @Test
    void theFirstPageHasTheRatiosOfTheRecordedRun() throws IOException {
        assertThat(words(MODULE.resolve("../../README.md")))
                .contains("A valid token takes " + figure("hot-path") + " of a volatile read with a look at the clock")
                .contains("google-auth-library " + figure("hot-path-google-auth-library"))
                .contains("AWS `CachedSupplier` " + figure("hot-path-aws-cachedsupplier"))
                .contains("google-oauth-client " + figure("hot-path-google-oauth-client"))
                .contains("azure-core " + figure("hot-path-azure-core"))
                .contains("Spring Security " + figure("hot-path-spring-security"))
                .contains("An HTTP call takes " + figure("http-call") + " of one with an interceptor")
                .contains("takes 100 ms with " + figure("refresh-memory-100") + " of the speed of a client that stores "
                        + "nothing; " + figure("refresh-files-100") + " into files, " + figure("refresh-redis-100")
                        + " into Redis, " + figure("refresh-postgres-100") + " into PostgreSQL");
    }

    @Test
    void theTextsHaveTheStartsOfTheirOwnRun() throws IOException {
        String starts = Files.readString(STARTS);

        assertThat(Files.readString(GUIDE))
                .contains("\n" + table(starts) + "\n")
                .contains("\n" + figures(starts));
        assertThat(words(MODULE.resolve("../../README.md")))
                .contains("[The first token of a process](proof/benchmarks/README.md#a-cold-start) takes "
                        + start(starts, "cold-start")
                        + " of the time of OkHttp alone, and " + start(starts, "cold-start-cds")
                        + " if both start from an archive");
        assertThat(words(MODULE.resolve("../../docs/start.md")))
                .contains("took " + share(starts, WALL) + " of the time of a start without it, and "
                        + share(starts, CPU) + " of the CPU time");
    }

    @Test
    @Disabled(
            "beside the operations of the bare disk there are a lock, a hint, digests and JSON, on the same two cores")
    void anImportIntoFilesHasNineTenthsOfTheSpeedOfTheBareDisk() {
        assertThat(ratios.get("import")).isGreaterThanOrEqualTo(0.9);
    }

    private String figure(String ratio) {
        assertThat(ratios).containsKey(ratio);
        return text(ratios.get(ratio));
    }

    private static String start(String starts, String ratio) {
        return QUOTED.matcher(starts)
                .results()
                .filter(line -> line.group(1).equals(ratio))
                .map(line -> line.group(2))
                .findFirst()
                .orElseThrow();
    }

    private static String share(String starts, int column) {
        return text(number(starts, "Evertoken, file store, AppCDS", column)
                / number(starts, "Evertoken, file store", column));
    }

    private static double number(String starts, String program, int column) {
        return table(starts)
                .lines()
                .map(line -> line.split(" \\| ", -1))
                .filter(cells -> cells[0].equals("| " + program))
                .mapToDouble(cells -> Double.parseDouble(cells[column]))
                .findFirst()
                .orElseThrow();
    }

    private static String table(String starts) {
        return starts.substring(0, starts.indexOf("\nratio "));
    }

    private static String figures(String starts) {
        return starts.substring(starts.indexOf("ratio "));
    }

    private static String text(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }

    /** Returns a text in one line. */
    private static String words(Path file) throws IOException {
        return Files.readString(file).replaceAll("\\s+", " ");
    }
}
