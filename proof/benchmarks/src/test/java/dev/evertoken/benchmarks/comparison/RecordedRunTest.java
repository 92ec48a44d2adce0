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
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import okio.Buffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the texts say of the recorded run is what it measured. */
class RecordedRunTest {

    private static final Path MODULE = Path.of(System.getProperty("basedir", "."));
    private static final Path GUIDE = MODULE.resolve("README.md");
    private static final String MISSED_GOALS = "### Goals that are missed";
    private static final Pattern MISSED =
            Pattern.compile("^- ((?:`[a-z0-9-]+`(?:, | and )?)+): \\S", Pattern.MULTILINE);
    private static final Pattern NAME = Pattern.compile("`([a-z0-9-]+)`");
    private static final Pattern QUOTED = Pattern.compile("^ratio (\\S+) (\\S+)", Pattern.MULTILINE);

    private final Map<String, Double> ratios = new LinkedHashMap<>();
    private final Set<String> missed = new TreeSet<>();
    private Map<?, ?> record;

    @BeforeEach
    void read() throws IOException {
        String text = Files.readString(MODULE.resolve("results").resolve("comparison.json"));
        record = (Map<?, ?>) JsonReader.of(new Buffer().writeUtf8(text)).readJsonValue();
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
    void theLinesThatTheGuideQuotesAreOfTheRecordedRun() throws IOException {
        List<MatchResult> quoted =
                QUOTED.matcher(Files.readString(GUIDE)).results().toList();

        assertThat(quoted).isNotEmpty();
        assertThat(quoted)
                .allSatisfy(line -> assertThat(line.group(2)).as(line.group(1)).isEqualTo(figure(line.group(1))));
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
                        + " into Redis, " + figure("refresh-postgres-100") + " into PostgreSQL")
                .contains("The first token of a process takes " + figure("cold-start") + " of OkHttp alone, and "
                        + figure("cold-start-cds") + " if both start from an archive");
    }

    @Test
    void theStartGuideHasTheShareOfAStartFromAnArchive() throws IOException {
        List<?> plain = firstTokens("Evertoken, file store");
        List<?> archived = firstTokens("Evertoken, file store, AppCDS");

        assertThat(words(MODULE.resolve("../../docs/start.md")))
                .contains("took " + share(archived, plain, 1) + " of the time of a start without it, and "
                        + share(archived, plain, 2) + " of the CPU time");
    }

    private String figure(String ratio) {
        assertThat(ratios).containsKey(ratio);
        return text(ratios.get(ratio));
    }

    private static String share(List<?> part, List<?> whole, int column) {
        return text(number(part, column) / number(whole, column));
    }

    private static double number(List<?> row, int column) {
        return Double.parseDouble((String) row.get(column));
    }

    private static String text(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }

    private List<?> firstTokens(String program) {
        return ((List<?>) record.get("tables"))
                .stream()
                        .map(table -> (Map<?, ?>) table)
                        .filter(table -> "First token of a process".equals(table.get("title")))
                        .flatMap(table -> ((List<?>) table.get("rows")).stream())
                        .map(row -> (List<?>) row)
                        .filter(row -> program.equals(row.get(0)))
                        .findFirst()
                        .orElseThrow();
    }

    /** Returns a text in one line. */
    private static String words(Path file) throws IOException {
        return Files.readString(file).replaceAll("\\s+", " ");
    }
}
