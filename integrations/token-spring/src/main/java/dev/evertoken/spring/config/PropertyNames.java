package dev.evertoken.spring.config;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The names of all properties {@code evertoken.*}, and the one that a misspelled name resembles. Thread-safe. */
public final class PropertyNames {

    private static final String CLIENTS = "evertoken.clients.";
    private static final String ANY_CLIENT = CLIENTS + "*.";

    private static final List<String> NAMES = List.of(
            "evertoken.namespace",
            "evertoken.environment",
            "evertoken.keys",
            "evertoken.key-file",
            "evertoken.allow-clear-text",
            "evertoken.store.type",
            "evertoken.store.file.path",
            "evertoken.store.redis.url",
            "evertoken.store.jdbc.url",
            "evertoken.store.jdbc.username",
            "evertoken.store.jdbc.password",
            "evertoken.store.jdbc.table",
            "evertoken.store.jdbc.create-table",
            "evertoken.store.gcp.project",
            "evertoken.store.gcp.endpoint",
            ANY_CLIENT + "provider",
            ANY_CLIENT + "client-id",
            ANY_CLIENT + "client-secret",
            ANY_CLIENT + "redirect-uri",
            ANY_CLIENT + "scopes",
            ANY_CLIENT + "description",
            "evertoken.background.enabled",
            "evertoken.background.refresh-idle",
            "evertoken.background.rate-per-minute",
            "evertoken.connect.enabled",
            "evertoken.connect.path",
            "evertoken.problem-details.enabled");

    private PropertyNames() {}

    /** Returns all names; {@code *} stands for the name of a registration. */
    public static List<String> all() {
        return NAMES;
    }

    /**
     * Returns the property whose name differs from an unknown name in the fewest characters; empty if more than half of
     * the name would have to change.
     */
    public static Optional<String> nearest(String unknown) {
        String registration = registration(unknown);
        return NAMES.stream()
                .map(name -> name.replace(ANY_CLIENT, CLIENTS + registration + "."))
                .min(Comparator.comparingInt(name -> distance(name, unknown)))
                .filter(name -> distance(name, unknown) <= (unknown.length() - "evertoken.".length()) / 2);
    }

    private static String registration(String name) {
        if (!name.startsWith(CLIENTS)) {
            return "*";
        }
        String rest = name.substring(CLIENTS.length());
        int end = rest.lastIndexOf('.');
        return end < 0 ? "*" : rest.substring(0, end);
    }

    /** Returns how far two names are apart; a name whose first words are missing, such as "secret", is near. */
    private static int distance(String known, String unknown) {
        String last = unknown.substring(unknown.lastIndexOf('.') + 1);
        boolean sameFolder = known.lastIndexOf('.') == unknown.lastIndexOf('.');
        return sameFolder && known.endsWith("-" + last) ? 1 : edits(known, unknown);
    }

    /** Returns the number of characters to insert, delete or replace to turn one name into the other. */
    private static int edits(String from, String to) {
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
