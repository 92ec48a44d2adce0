package dev.evertoken.benchmarks.comparison;

import java.util.Locale;

/** The bound of a ratio. Immutable. */
record Goal(boolean upper, double bound) {

    static Goal atMost(double bound) {
        return new Goal(true, bound);
    }

    static Goal atLeast(double bound) {
        return new Goal(false, bound);
    }

    boolean isMet(double value) {
        return upper ? value <= bound : value >= bound;
    }

    @Override
    public String toString() {
        return (upper ? "≤ " : "≥ ") + String.format(Locale.ROOT, "%.4g", bound).replaceAll("\\.?0+$", "");
    }
}
