package dev.evertoken.examples;

import java.io.PrintStream;
import java.util.List;

/** Prints the steps and the table of the quickstart, and checks its results. Not thread-safe. */
final class QuickstartOutput {

    private static final String ROW = "%-9s %-10s %10s  %-13s %s%n";

    private final PrintStream out;
    private int steps;

    QuickstartOutput(PrintStream out) {
        this.out = out;
    }

    void title(String text) {
        out.println(text);
        out.println();
    }

    void step(String name, String text) {
        steps++;
        out.printf("%d  %-11s %s%n", steps, name, text);
    }

    void more(String text) {
        out.printf("   %-11s %s%n", "", text);
    }

    void table(List<Row> rows) {
        out.println();
        out.printf(ROW, "account", "provider", "generation", "state", "what to do");
        rows.forEach(row -> out.printf(
                ROW, row.account(), row.provider(), Long.toString(row.generation()), row.state(), row.advice()));
        out.println();
    }

    /** One row of the final table. */
    record Row(String account, String provider, long generation, String state, String advice) {}

    void line(String text) {
        out.println(text);
    }

    /** @throws AssertionError if the values differ; the message contains both */
    static void expect(String description, Object expected, Object found) {
        if (!expected.equals(found)) {
            throw new AssertionError(description + ": expected " + expected + ", found " + found);
        }
    }
}
