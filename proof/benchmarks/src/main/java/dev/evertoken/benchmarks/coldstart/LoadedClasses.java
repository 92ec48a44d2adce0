package dev.evertoken.benchmarks.coldstart;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Counts classes by package. */
final class LoadedClasses {

    private static final String HIDDEN = "lambdas and other hidden classes";

    private LoadedClasses() {}

    /** Returns the number of classes that one program loads and another does not, by package; the largest first. */
    static Map<String, Integer> more(List<String> of, List<String> than) {
        Map<String, Integer> counts = new HashMap<>();
        Set<String> known = new HashSet<>(than);
        for (String name : of) {
            if (isHidden(name)) {
                counts.merge(HIDDEN, 1, Integer::sum);
            } else if (!known.contains(name)) {
                counts.merge(packageOf(name), 1, Integer::sum);
            }
        }
        counts.computeIfPresent(
                HIDDEN,
                (name, count) -> count
                        - (int) than.stream().filter(LoadedClasses::isHidden).count());
        return sorted(counts);
    }

    /** The names of hidden classes contain an address or a number that differs in each run. */
    private static boolean isHidden(String name) {
        return name.contains("/0x") || name.contains("+0x") || name.contains("$$Lambda") || name.contains("LambdaForm");
    }

    private static String packageOf(String name) {
        return name.substring(0, Math.max(0, name.lastIndexOf('.')));
    }

    private static Map<String, Integer> sorted(Map<String, Integer> counts) {
        Map<String, Integer> sorted = new LinkedHashMap<>();
        counts.entrySet().stream()
                .sorted(Map.Entry.<String, Integer>comparingByValue()
                        .reversed()
                        .thenComparing(Map.Entry.comparingByKey()))
                .forEach(one -> sorted.put(one.getKey(), one.getValue()));
        return sorted;
    }
}
