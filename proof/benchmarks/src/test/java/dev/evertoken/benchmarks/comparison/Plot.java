package dev.evertoken.benchmarks.comparison;

import dev.evertoken.benchmarks.comparison.Report.Costs;
import java.util.Locale;
import java.util.Map;

/** Draws the costs of variants as horizontal bars, in SVG. */
final class Plot {

    private static final int ROW = 24;
    private static final int TOP = 32;
    private static final int LEFT = 260;
    private static final int WIDTH = 400;
    private static final int RIGHT = 100;

    private Plot() {}

    static String of(Costs costs) {
        double most = costs.byVariant().values().stream()
                .filter(Double::isFinite)
                .mapToDouble(Double::doubleValue)
                .max()
                .orElse(1);
        StringBuilder svg = new StringBuilder(String.format(
                Locale.ROOT,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" font-family=\"sans-serif\""
                        + " font-size=\"13\">%n",
                LEFT + WIDTH + RIGHT,
                TOP + ROW * costs.byVariant().size() + ROW / 2));
        svg.append("<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n");
        svg.append(text(8, 20, costs.title() + ", " + costs.unit()));
        int y = TOP;
        for (Map.Entry<String, Double> variant : costs.byVariant().entrySet()) {
            svg.append(bar(y, variant.getKey(), variant.getValue(), most));
            y += ROW;
        }
        return svg.append("</svg>\n").toString();
    }

    private static String bar(int y, String variant, double cost, double most) {
        double width = Double.isFinite(cost) && most > 0 ? WIDTH * cost / most : 0;
        String color = variant.startsWith("Evertoken") ? "#1a73e8" : "#9aa0a6";
        return text(8, y + 15, variant)
                + String.format(
                        Locale.ROOT,
                        "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>%n",
                        LEFT,
                        y + 2,
                        width,
                        ROW - 6,
                        color)
                + text((int) (LEFT + width + 6), y + 15, Text.of(cost));
    }

    private static String text(int x, int y, String content) {
        String escaped = content.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
        return String.format(Locale.ROOT, "<text x=\"%d\" y=\"%d\">%s</text>%n", x, y, escaped);
    }
}
