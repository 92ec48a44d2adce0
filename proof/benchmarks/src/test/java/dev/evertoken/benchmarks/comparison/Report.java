package dev.evertoken.benchmarks.comparison;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The results of a run. Ratios, trials and tables are printed when they are added; {@link #write} stores all of them.
 * Not thread-safe.
 */
final class Report {

    /** A ratio and, if there is one, its goal. */
    record Ratio(String name, double value, @Nullable Goal goal) {
        boolean isMissed() {
            return goal != null && !goal.isMet(value);
        }

        @Override
        public String toString() {
            String line = String.format(Locale.ROOT, "ratio %s %.2f", name, value);
            return line + (goal == null ? "" : " (goal " + goal + (isMissed() ? ", missed)" : ")"));
        }
    }

    /** The outcome of a trial for Evertoken. */
    record Played(String name, Expectation expected, String outcome) {
        boolean isMissed() {
            return !expected.isMetBy(outcome);
        }

        @Override
        public String toString() {
            return "torture " + name + (isMissed() ? " missed: " + outcome : " met") + " (expected: " + expected.text()
                    + ")";
        }
    }

    /** A table of texts. */
    record Table(String title, List<String> columns, List<List<String>> rows) {}

    /** The costs of variants of one task, for a plot. */
    record Costs(String title, String unit, Map<String, Double> byVariant) {
        String plot() {
            return "plots/" + Text.fileName(title) + ".svg";
        }
    }

    private final Extent extent;
    private final List<Ratio> ratios = new ArrayList<>();
    private final List<Played> trials = new ArrayList<>();
    private final Map<String, List<Table>> sections = new LinkedHashMap<>();
    private final List<Costs> costs = new ArrayList<>();
    private List<Table> tables = new ArrayList<>();

    /** Creates an empty report of a run of this extent. */
    Report(Extent extent) {
        this.extent = extent;
    }

    /** Begins the results of a measurement. */
    void begin(String measurement) {
        tables = sections.computeIfAbsent(measurement, name -> new ArrayList<>());
        System.out.println("\n## " + measurement);
    }

    /** Adds a ratio with its goal, which is null if there is none. */
    void ratio(String name, double value, @Nullable Goal goal) {
        Ratio ratio = new Ratio(name, value, goal);
        ratios.add(ratio);
        System.out.println(ratio);
    }

    /** Adds a ratio with its goal; if it is missed, with the profile. */
    void ratio(String name, double value, @Nullable Goal goal, Profile profile) {
        ratio(name, value, goal);
        if (goal == null || goal.isMet(value)) {
            return;
        }
        try {
            table(profile.of(name, extent));
        } catch (Exception e) {
            note("The profile of " + name + " failed: " + e);
        }
    }

    /** Adds a ratio of a peer or one for orientation, which has no goal. */
    void ratio(String name, double value) {
        ratio(name, value, null);
    }

    /** Adds the outcome of a trial for Evertoken. */
    void trial(String name, Expectation expected, String outcome) {
        Played played = new Played(name, expected, outcome);
        trials.add(played);
        System.out.println(played);
    }

    void table(Table table) {
        tables.add(table);
        System.out.println(Markdown.of(table));
    }

    /** Adds the costs of variants, as a table with the ratios to the first variant. */
    void costs(Costs variants) {
        costs.add(variants);
        double base = variants.byVariant().values().iterator().next();
        List<List<String>> rows = new ArrayList<>();
        variants.byVariant()
                .forEach((variant, cost) -> rows.add(List.of(variant, Text.of(cost), Text.of(cost / base))));
        table(new Table(variants.title(), List.of("", variants.unit(), "Ratio"), rows));
    }

    void note(String text) {
        tables.add(new Table(text, List.of(), List.of()));
        System.out.println(text);
    }

    /** Writes the results as JSON and Markdown, and a plot of each task. */
    void write(Path folder, String environment) throws IOException {
        Files.createDirectories(folder.resolve("plots"));
        List<Table> all = sections.values().stream().flatMap(List::stream).toList();
        Files.writeString(folder.resolve("comparison.json"), Json.of(environment, ratios, trials, all, costs));
        Files.writeString(folder.resolve("comparison.md"), Markdown.of(environment, ratios, trials, sections, costs));
        for (Costs one : costs) {
            Files.writeString(folder.resolve(one.plot()), Plot.of(one));
        }
    }
}
