package dev.evertoken.benchmarks.comparison;

import java.util.Locale;

/** How figures and names are written. */
final class Text {

    private static final int WHOLE_FROM = 100;

    private Text() {}

    static String of(double figure) {
        if (Double.isNaN(figure)) {
            return "–";
        }
        return String.format(Locale.ROOT, Math.abs(figure) >= WHOLE_FROM ? "%,.0f" : "%.2f", figure);
    }

    static String fileName(String title) {
        return title.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-|-$", "");
    }
}
