package dev.evertoken.benchmarks.scaling;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Measures what records and refreshes cost in each store, on real servers, and writes one figure a line to the file of
 * the argument: {@code mvn -q -Pstore-costs -pl proof/benchmarks -am package}.
 */
final class StoreCosts {

    private final List<String> lines = new ArrayList<>(List.of(
            "# Written by mvn -q -Pstore-costs -pl proof/benchmarks -am package",
            "# The records of all stores are sealed, and have the mix and the token lengths of ProviderShare."));

    public static void main(String[] arguments) throws Exception {
        StoreCosts costs = new StoreCosts();
        LocalCosts.memory(costs);
        LocalCosts.files(costs);
        RedisCosts.measure(costs);
        PostgresCosts.measure(costs);
        SecretManagerCosts.measure(costs);
        costs.write(Path.of(arguments[0]));
    }

    void add(String store, String name, double value) {
        String number = value == Math.rint(value)
                ? String.format(Locale.ROOT, "%.0f", value)
                : String.format(Locale.ROOT, "%.3f", value);
        lines.add(store + " " + name + " " + number);
    }

    private void write(Path file) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.write(file, lines);
    }
}
