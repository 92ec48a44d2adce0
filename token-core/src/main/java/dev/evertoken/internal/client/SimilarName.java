package dev.evertoken.internal.client;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds the known name that is most similar to a misspelled name. Stateless. Thread-safe. */
public final class SimilarName {

    private static final int MOST_EDITS = 2;

    private SimilarName() {}

    /** Returns the known name that differs from a name in the fewest characters; empty if none is similar. */
    public static Optional<String> among(Collection<String> known, String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return known.stream()
                .filter(candidate -> distance(candidate, lower) <= Math.min(MOST_EDITS, candidate.length() / 3))
                .min(Comparator.comparingInt(candidate -> distance(candidate, lower)));
    }

    /** Returns the number of characters to insert, delete or replace to turn one text into the other. */
    private static int distance(String from, String to) {
        int[] row = new int[to.length() + 1];
        for (int column = 0; column < row.length; column++) {
            row[column] = column;
        }
        for (int line = 1; line <= from.length(); line++) {
            int diagonal = row[0];
            row[0] = line;
            for (int column = 1; column < row.length; column++) {
                int replaced = diagonal + (from.charAt(line - 1) == to.charAt(column - 1) ? 0 : 1);
                diagonal = row[column];
                row[column] = Math.min(replaced, 1 + Math.min(diagonal, row[column - 1]));
            }
        }
        return row[row.length - 1];
    }
}
