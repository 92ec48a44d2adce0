package dev.evertoken.benchmarks.comparison;

import dev.evertoken.benchmarks.comparison.Report.Ratio;
import dev.evertoken.benchmarks.comparison.Report.Table;
import java.util.List;
import java.util.stream.Collectors;

/** Writes results as Markdown. */
final class Markdown {

    private Markdown() {}

    static String of(Table table) {
        StringBuilder text = new StringBuilder(table.title()).append('\n');
        if (!table.columns().isEmpty()) {
            text.append('\n').append(row(table.columns()));
            text.append("|---".repeat(table.columns().size())).append("|\n");
            table.rows().forEach(row -> text.append(row(row)));
        }
        return text.toString();
    }

    static String of(String environment, List<Ratio> ratios, List<Table> tables) {
        String lines = ratios.stream().map(ratio -> ratio + "\n").collect(Collectors.joining());
        String all = tables.stream().map(table -> "\n" + of(table)).collect(Collectors.joining());
        return "# Comparison\n\n" + environment + "\n\n```text\n" + lines + "```\n" + all;
    }

    private static String row(List<String> cells) {
        return cells.stream().collect(Collectors.joining(" | ", "| ", " |\n"));
    }
}
