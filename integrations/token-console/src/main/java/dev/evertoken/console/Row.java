package dev.evertoken.console;

import dev.evertoken.model.AccountStatus;
import java.util.Comparator;
import java.util.Locale;

/**
 * An account in the list. Immutable.
 *
 * @param text the text that a search compares, in lower case
 */
record Row(AccountStatus status, String text) {

    static final Comparator<Row> BY_NAME = Comparator.comparing(
                    (Row row) -> row.status().key().registration())
            .thenComparing(row -> row.status().key().account());

    static Row of(AccountStatus status) {
        String text = status.key().registration() + " " + status.key().account() + " "
                + status.subject().orElse("") + " " + PlainWords.label(status.state())
                + status.problem().map(problem -> " " + problem).orElse("");
        return new Row(status, text.toLowerCase(Locale.ROOT));
    }

    boolean contains(Iterable<String> words) {
        for (String word : words) {
            if (!text.contains(word)) {
                return false;
            }
        }
        return true;
    }
}
