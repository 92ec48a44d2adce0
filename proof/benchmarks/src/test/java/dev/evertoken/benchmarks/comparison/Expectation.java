package dev.evertoken.benchmarks.comparison;

import java.util.regex.Pattern;

/**
 * The outcome of a trial that is expected of Evertoken. Immutable.
 *
 * @param text the expectation as a sentence without a full stop
 * @param outcome matches the text of an outcome that meets it
 */
record Expectation(String text, Pattern outcome) {

    static Expectation of(String text, String outcome) {
        return new Expectation(text, Pattern.compile(outcome));
    }

    boolean isMetBy(String cell) {
        return outcome.matcher(cell).matches();
    }
}
