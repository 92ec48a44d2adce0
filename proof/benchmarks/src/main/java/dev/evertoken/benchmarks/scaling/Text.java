package dev.evertoken.benchmarks.scaling;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** The forms of figures and tables in the document. */
final class Text {

    private static final int DIGITS = 3;
    private static final int WIDTH = 120;

    private Text() {}

    /** Returns a number with three significant digits, and commas between thousands. */
    static String of(double number) {
        return rounded(number, RoundingMode.HALF_UP);
    }

    /** Returns a number that is counted in units, rounded up, and at least one. */
    static String units(double number) {
        return rounded(Math.max(1, Math.ceil(number)), RoundingMode.CEILING);
    }

    private static String rounded(double number, RoundingMode mode) {
        return plain(new BigDecimal(number).round(new MathContext(DIGITS, mode)));
    }

    /** Returns a measured number with at most two decimals. */
    static String exact(double number) {
        return plain(new BigDecimal(number).setScale(2, RoundingMode.HALF_UP));
    }

    private static String plain(BigDecimal number) {
        int decimals = Math.max(0, number.stripTrailingZeros().scale());
        return String.format(Locale.ROOT, "%,." + decimals + "f", number);
    }

    /** Returns a measured number of things, for example {@code 1 read} or {@code 2 reads}. */
    static String counted(double number, String things) {
        return exact(number) + " " + (number == 1 ? things : things + (things.endsWith("s") ? "es" : "s"));
    }

    static String percent(double share) {
        return of(share * 100) + " %";
    }

    /** Returns a number of bytes in GB, or in MB if it is less than one. */
    static String bytes(double bytes) {
        return bytes < 1e9 ? of(bytes / 1e6) + " MB" : of(bytes / 1e9) + " GB";
    }

    /** Returns a table; the first row is its header. */
    static List<String> table(List<List<String>> rows) {
        List<String> lines = new ArrayList<>();
        rows.forEach(cells -> lines.add("| " + String.join(" | ", cells) + " |"));
        lines.add(1, "|" + String.join("|", Collections.nCopies(rows.get(0).size(), "---")) + "|");
        lines.add("");
        return lines;
    }

    /** Returns a paragraph in lines of the usual width, each after a prefix. */
    static List<String> paragraph(String text) {
        return wrapped(text, "");
    }

    /** Returns an item of a list in lines of the usual width. */
    static List<String> item(String text) {
        List<String> lines = wrapped("- " + text, "  ");
        return lines.subList(0, lines.size() - 1);
    }

    private static List<String> wrapped(String text, String indent) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : Arrays.asList(text.split(" ", -1))) {
            if (line.length() + 1 + word.length() > WIDTH) {
                lines.add(line.toString());
                line.setLength(0);
                line.append(indent).append(word);
            } else {
                line.append(line.length() == 0 ? "" : " ").append(word);
            }
        }
        lines.add(line.toString());
        lines.add("");
        return lines;
    }
}
