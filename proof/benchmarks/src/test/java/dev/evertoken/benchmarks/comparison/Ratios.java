package dev.evertoken.benchmarks.comparison;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Variants of one task, measured in interleaved rounds: a disturbance of the machine affects all of them. The median of
 * a variant counts. Not thread-safe.
 */
final class Ratios {

    private final Map<String, Round> variants = new LinkedHashMap<>();
    private final Map<String, Double> medians = new LinkedHashMap<>();

    void add(String variant, Round round) {
        variants.put(variant, round);
    }

    /** Runs one round that does not count, then the rounds that count. */
    void run(int rounds) throws Exception {
        Map<String, List<Double>> costs = new LinkedHashMap<>();
        for (int round = -1; round < rounds; round++) {
            for (Map.Entry<String, Round> variant : variants.entrySet()) {
                double cost = variant.getValue().cost();
                if (round >= 0) {
                    costs.computeIfAbsent(variant.getKey(), name -> new ArrayList<>())
                            .add(cost);
                }
            }
        }
        costs.forEach((variant, all) -> medians.put(variant, median(all)));
    }

    /** Returns the medians, in the order of the variants. */
    Map<String, Double> medians() {
        return medians;
    }

    /** Returns the profile of a variant whose rounds run in this JVM. */
    Profile profile(String variant) {
        return TimeProfile.ofRounds(Objects.requireNonNull(variants.get(variant)));
    }

    double of(String variant, String base) {
        return medians.get(variant) / medians.get(base);
    }

    static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        return (sorted.get((sorted.size() - 1) / 2) + sorted.get(sorted.size() / 2)) / 2;
    }
}
