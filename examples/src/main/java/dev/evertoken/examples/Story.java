package dev.evertoken.examples;

import java.io.PrintStream;
import java.util.List;

/** Prints the quickstart's steps and table, and stops it where something is not as it should be. Not thread-safe. */
final class Story {

    private static final String ROW = "%-9s %-10s %10s  %-13s %s%n";

    private final PrintStream out;
    private int steps;

    Story(PrintStream out) {
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

    /** One line of the closing table. */
    record Row(String account, String provider, long generation, String state, String advice) {}

    void line(String text) {
        out.println(text);
    }

    /** @throws AssertionError if it is not so, with what was expected and what was found */
    static void expect(String what, Object expected, Object found) {
        if (!expected.equals(found)) {
            throw new AssertionError(what + ": expected " + expected + ", found " + found);
        }
    }
}
