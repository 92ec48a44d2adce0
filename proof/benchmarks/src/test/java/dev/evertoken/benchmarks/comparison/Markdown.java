package dev.evertoken.benchmarks.comparison;

import dev.evertoken.benchmarks.comparison.Report.Costs;
import dev.evertoken.benchmarks.comparison.Report.Played;
import dev.evertoken.benchmarks.comparison.Report.Ratio;
import dev.evertoken.benchmarks.comparison.Report.Table;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Writes results as Markdown. */
final class Markdown {

    private Markdown() {}

    /** Returns a table with its title as a line of its own. */
    static String of(Table table) {
        return "\n" + table.title() + "\n" + body(table);
    }

    /** Returns the whole report: the goals first, then what was measured. */
    static String of(
            String environment,
            List<Ratio> ratios,
            List<Played> trials,
            Map<String, List<Table>> sections,
            List<Costs> costs) {
        StringBuilder text =
                new StringBuilder("# Comparison\n\n").append(environment).append("\n");
        List<Ratio> goals =
                ratios.stream().filter(ratio -> ratio.goal() != null).toList();
        section(text, "Goals", List.of("Ratio", "Value", "Goal", ""), goals(goals));
        section(text, "Trials of Evertoken", List.of("Trial", "Expected", "", "Outcome"), trials(trials));
        List<Ratio> others =
                ratios.stream().filter(ratio -> ratio.goal() == null).toList();
        section(text, "Other ratios", List.of("Ratio", "Value"), others(others));
        sections.forEach((name, tables) -> {
            text.append("\n## ").append(name).append("\n");
            tables.forEach(table -> text.append(measured(table, costs)));
        });
        return text.toString();
    }

    private static void section(StringBuilder text, String title, List<String> columns, List<List<String>> rows) {
        if (!rows.isEmpty()) {
            text.append("\n## ").append(title).append("\n").append(body(new Table(title, columns, rows)));
        }
    }

    private static List<List<String>> goals(List<Ratio> goals) {
        return goals.stream()
                .map(ratio -> List.of(
                        ratio.name(),
                        value(ratio),
                        String.valueOf(ratio.goal()),
                        ratio.isMissed() ? "**missed**" : "met"))
                .toList();
    }

    private static List<List<String>> others(List<Ratio> ratios) {
        return ratios.stream().map(ratio -> List.of(ratio.name(), value(ratio))).toList();
    }

    private static String value(Ratio ratio) {
        return String.format(Locale.ROOT, "%.2f", ratio.value());
    }

    private static List<List<String>> trials(List<Played> trials) {
        return trials.stream()
                .map(trial -> List.of(
                        trial.name(),
                        trial.expected().text(),
                        trial.isMissed() ? "**missed**" : "met",
                        trial.outcome()))
                .toList();
    }

    private static String measured(Table table, List<Costs> costs) {
        if (table.columns().isEmpty()) {
            return "\n" + table.title() + "\n";
        }
        return "\n### " + table.title() + "\n" + body(table) + plot(table.title(), costs);
    }

    private static String plot(String title, List<Costs> costs) {
        return costs.stream()
                .filter(one -> one.title().equals(title))
                .map(one -> "\n![" + one.title() + "](" + one.plot() + ")\n")
                .findFirst()
                .orElse("");
    }

    private static String body(Table table) {
        if (table.columns().isEmpty()) {
            return "";
        }
        String rows = table.rows().stream().map(Markdown::row).collect(Collectors.joining());
        return "\n" + row(table.columns()) + "|---".repeat(table.columns().size()) + "|\n" + rows;
    }

    private static String row(List<String> cells) {
        return cells.stream().map(Markdown::cell).collect(Collectors.joining(" | ", "| ", " |\n"));
    }

    private static String cell(String text) {
        return text.replace("|", "\\|").replace('\n', ' ');
    }
}
