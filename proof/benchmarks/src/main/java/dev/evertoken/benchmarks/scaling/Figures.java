package dev.evertoken.benchmarks.scaling;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The measured figures: lines of a store, a name and a number. Immutable. */
record Figures(Map<String, Double> byName) {

    Figures {
        byName = Map.copyOf(byName);
    }

    /** Returns the figures of the lines; those that are empty or begin with a number sign are skipped. */
    static Figures of(List<String> lines) {
        Map<String, Double> figures = new HashMap<>();
        for (String line : lines) {
            if (!line.isBlank() && !line.startsWith("#")) {
                String[] words = line.split(" +", -1);
                if (words.length != 3 || figures.put(words[0] + " " + words[1], Double.valueOf(words[2])) != null) {
                    throw new IllegalArgumentException("the line is not one figure, or a second one: " + line);
                }
            }
        }
        return new Figures(figures);
    }

    /** Returns the figures of a file. */
    static Figures read(Path file) throws IOException {
        return of(Files.readAllLines(file));
    }

    /** Returns a figure of a store. */
    double of(String store, String name) {
        return Optional.ofNullable(byName.get(store + " " + name))
                .orElseThrow(() -> new IllegalArgumentException("there is no figure " + store + " " + name));
    }
}
