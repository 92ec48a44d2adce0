package dev.evertoken.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.internal.json.JsonArray;
import dev.evertoken.internal.json.JsonException;
import dev.evertoken.internal.json.JsonLimits;
import dev.evertoken.internal.json.JsonObject;
import dev.evertoken.internal.json.JsonParser;
import dev.evertoken.internal.json.JsonValue;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.Problem;
import dev.evertoken.spi.operations.RefreshEnd;
import dev.evertoken.spi.operations.StoreCall;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The guide, the dashboard and the alert rules use the meters that an engine has. */
class OperatingGuideTest {

    private static final Path DOCS = Path.of(System.getProperty("basedir", "."), "..", "..", "docs");
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");
    private static final Pattern ALERT = Pattern.compile("      - alert: (\\w+)");
    private static final Pattern FIELD = Pattern.compile(" {8}(expr|for): (.+)");
    private static final Pattern SEVERITY = Pattern.compile(" {10}severity: (critical|warning)");
    private static final Pattern SUMMARY = Pattern.compile(" {10}summary: \"([^\"]+)\"");
    private static final Pattern LABEL = Pattern.compile("\\$labels\\.(\\w+)");

    private static ScrapedEngine engine;

    /** An alert rule: its expression, duration, severity and summary, by name. */
    private record Rule(Map<String, String> fields) {
        PromQuery query() {
            return new PromQuery(fields.get("expr"));
        }
    }

    @BeforeAll
    static void scrape() {
        engine = ScrapedEngine.scrape();
    }

    @Test
    void theTableOfTheGuideListsExactlyTheMetersWithTheirTags() throws IOException {
        Map<String, Set<String>> registered = new TreeMap<>();
        for (Meter meter : engine.meters()) {
            registered
                    .computeIfAbsent(meter.getId().getName(), name -> new TreeSet<>())
                    .addAll(meter.getId().getTags().stream().map(Tag::getKey).toList());
        }

        Map<String, Set<String>> listed = new TreeMap<>();
        for (List<String> row : table("Meter")) {
            listed.put(codes(row.get(0)).get(0), new TreeSet<>(codes(row.get(4))));
        }

        assertThat(listed).isEqualTo(registered);
    }

    @Test
    void theNamesInPrometheusAreThoseOfAScrape() throws IOException {
        Set<String> families = engine.samples().keySet().stream()
                .map(sample -> sample.replaceFirst("_(count|sum|max)$", ""))
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(table("Meter").stream().map(row -> codes(row.get(1)).get(0)))
                .containsExactlyInAnyOrderElementsOf(families);
    }

    @Test
    void theValuesOfTagsAreListed() throws IOException {
        Map<String, List<String>> listed =
                table("Tag").stream().collect(Collectors.toMap(row -> row.get(0), row -> codes(row.get(1))));

        assertThat(listed.get("`operation`")).isEqualTo(values(StoreCall.Operation.values()));
        assertThat(listed.get("`outcome` of `evertoken.refresh`")).isEqualTo(values(RefreshEnd.Outcome.values()));
    }

    @Test
    void everyAlertRuleIsCompleteAndUsesSamplesAndLabelsThatExist() throws IOException {
        Map<String, Rule> rules = rules();

        assertThat(rules).hasSizeGreaterThan(10);
        assertThat(rules).allSatisfy((name, rule) -> {
            assertThat(rule.fields()).as(name).containsOnlyKeys("expr", "for", "severity", "summary");
            assertThat(rule.query().errors(engine.samples())).as(name).isEmpty();
            assertThat(rule.fields().get("for")).as(name).matches("\\d+[smh]");
            assertThat(unknownLabels(rule)).as(name).isEmpty();
        });
    }

    /** Returns the labels in a summary that the expression does not keep. */
    private static List<String> unknownLabels(Rule rule) {
        String expression = rule.fields().get("expr");
        boolean grouped = expression.contains(" by (");
        return LABEL.matcher(rule.fields().get("summary"))
                .results()
                .map(label -> label.group(1))
                .filter(label ->
                        grouped ? !expression.matches(".*by \\([^)]*\\b" + label + "\\b.*") : !label.equals("instance"))
                .toList();
    }

    @Test
    void everyAlertIsExplainedWithItsSeverity() throws IOException {
        Map<String, String> explained = table("Alert").stream()
                .collect(Collectors.toMap(row -> codes(row.get(0)).get(0), row -> row.get(1)));

        assertThat(explained)
                .isEqualTo(rules().entrySet().stream()
                        .collect(Collectors.toMap(
                                Map.Entry::getKey,
                                rule -> rule.getValue().fields().get("severity"))));
    }

    @Test
    void theDashboardUsesSamplesAndLabelsThatExist() throws Exception {
        List<String> expressions = expressions(dashboard());

        assertThat(expressions)
                .hasSizeGreaterThan(15)
                .allSatisfy(expression -> assertThat(new PromQuery(expression).errors(engine.samples()))
                        .as(expression)
                        .isEmpty());
    }

    @Test
    void theDashboardShowsEveryMeter() throws Exception {
        Set<String> shown = expressions(dashboard()).stream()
                .flatMap(expression -> new PromQuery(expression).selectors().stream())
                .map(PromQuery.Selector::sample)
                .collect(Collectors.toSet());

        assertThat(table("Meter").stream().map(row -> codes(row.get(1)).get(0)))
                .allSatisfy(name -> assertThat(shown).anyMatch(sample -> sample.startsWith(name)));
    }

    @Test
    void theComparedValuesAreThoseOfTheTags() throws Exception {
        Map<String, List<String>> known = Map.of(
                "problem",
                        Stream.concat(Stream.of("none"), values(Problem.values()).stream())
                                .toList(),
                "state", values(ConnectionState.values()),
                "operation", values(StoreCall.Operation.values()),
                "outcome",
                        Stream.concat(
                                        values(RefreshEnd.Outcome.values()).stream(),
                                        Stream.of("ok", "failed", "token", "timeout"))
                                .toList());
        Stream<String> all = Stream.concat(
                rules().values().stream().map(rule -> rule.fields().get("expr")), expressions(dashboard()).stream());

        assertThat(all.flatMap(text -> new PromQuery(text).selectors().stream())
                        .flatMap(selector -> selector.labels().entrySet().stream())
                        .filter(label -> known.containsKey(label.getKey())))
                .isNotEmpty()
                .allSatisfy(label -> assertThat(known.get(label.getKey())).containsAll(label.getValue()));
    }

    @Test
    void anExpressionWithAnUnknownSampleOrLabelIsReported() {
        assertThat(new PromQuery("rate(evertoken_refreshes_total[5m]) > 0").errors(engine.samples()))
                .containsExactly("no sample evertoken_refreshes_total");
        assertThat(new PromQuery("sum by (account) (evertoken_unsaved{tenant=\"north\"})").errors(engine.samples()))
                .containsExactly("evertoken_unsaved has no label tenant", "no label account");
        assertThat(new PromQuery("sum(evertoken_unsaved").errors(engine.samples()))
                .containsExactly("unbalanced parentheses");
    }

    // ---- the files

    /** Reads the rules line by line; a line that is not of the known form fails the test. */
    private static Map<String, Rule> rules() throws IOException {
        List<String> lines = Files.readAllLines(DOCS.resolve("operating/alerts.yaml"));
        assertThat(lines.subList(0, 4))
                .satisfiesExactly(
                        comment -> assertThat(comment).startsWith("# "),
                        groups -> assertThat(groups).isEqualTo("groups:"),
                        name -> assertThat(name).isEqualTo("  - name: evertoken"),
                        rules -> assertThat(rules).isEqualTo("    rules:"));
        Map<String, Rule> rules = new LinkedHashMap<>();
        Map<String, String> current = new LinkedHashMap<>();
        for (String line : lines.subList(4, lines.size())) {
            Matcher alert = ALERT.matcher(line);
            if (alert.matches()) {
                current = new LinkedHashMap<>();
                assertThat(rules.put(alert.group(1), new Rule(current)))
                        .as(line)
                        .isNull();
            } else if (!List.of("        labels:", "        annotations:").contains(line)) {
                Map.Entry<String, String> field = field(line);
                assertThat(current.put(field.getKey(), field.getValue()))
                        .as(line)
                        .isNull();
            }
        }
        return rules;
    }

    private static Map.Entry<String, String> field(String line) {
        Matcher field = FIELD.matcher(line);
        Matcher severity = SEVERITY.matcher(line);
        Matcher summary = SUMMARY.matcher(line);
        if (field.matches()) {
            // A plain scalar of YAML: no comment and no second colon with a space begins in it.
            assertThat(field.group(2)).doesNotContain(" #", ": ").matches("[a-z0-9].*");
            return Map.entry(field.group(1), field.group(2));
        }
        if (severity.matches()) {
            return Map.entry("severity", severity.group(1));
        }
        assertThat(summary.matches()).as(line).isTrue();
        return Map.entry("summary", summary.group(1));
    }

    private static JsonValue dashboard() throws IOException, JsonException {
        JsonLimits limits = new JsonLimits(32, 20, JsonLimits.Repeated.REJECTED);
        return new JsonParser(limits).parse(Files.readString(DOCS.resolve("operating/grafana.json")));
    }

    /** Returns the values of all members that are named {@code expr}. */
    private static List<String> expressions(JsonValue value) {
        if (value instanceof JsonArray array) {
            return array.values().stream()
                    .flatMap(one -> expressions(one).stream())
                    .toList();
        }
        if (value instanceof JsonObject object) {
            return object.members().entrySet().stream()
                    .flatMap(member -> member.getKey().equals("expr")
                            ? member.getValue().text().stream()
                            : expressions(member.getValue()).stream())
                    .toList();
        }
        return List.of();
    }

    /** Returns the cells of the table of the guide whose first column has this name, without the header. */
    private static List<List<String>> table(String name) throws IOException {
        List<List<String>> rows = Files.readAllLines(DOCS.resolve("operating.md")).stream()
                .dropWhile(line -> !line.startsWith("| " + name + " |"))
                .takeWhile(line -> line.startsWith("|"))
                .skip(2)
                .map(line -> Arrays.stream(line.substring(1).split("\\|", -1))
                        .map(String::strip)
                        .toList())
                .toList();
        assertThat(rows).as("the table " + name).isNotEmpty();
        return rows;
    }

    private static List<String> codes(String cell) {
        return CODE.matcher(cell).results().map(code -> code.group(1)).toList();
    }

    private static List<String> values(Enum<?>[] constants) {
        return Stream.of(constants).map(MeterNames::value).toList();
    }
}
