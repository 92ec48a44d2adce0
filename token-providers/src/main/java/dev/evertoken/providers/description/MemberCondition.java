package dev.evertoken.providers.description;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A condition on one member of a JSON response or one field of a form. Strings, numbers and booleans are compared as
 * text. Without values and words, the member has to be present with a value other than {@code null}. Immutable.
 *
 * @param path the names of the members from the outermost object on, separated by dots, with the index of an array in
 *     brackets: {@code error}, {@code errors[0].errorType}, {@code [0].errorCode}; a name has no dots, brackets or spaces
 * @param values the member has to be one of these; empty for any value
 * @param words the member has to contain one of these, ignoring case; empty for any text
 */
public record MemberCondition(String path, Set<String> values, List<String> words) {

    private static final String NAME = "[^.\\[\\]\\s]{1,100}";
    private static final Pattern PATH =
            Pattern.compile("(?:\\[\\d{1,3}]\\.)?" + NAME + "(?:\\.(?:" + NAME + ")|\\[\\d{1,3}])*");

    public MemberCondition {
        if (!isPath(path)) {
            throw new IllegalArgumentException("path is not a path of members such as errors[0].code");
        }
        requireTexts("values", values.stream().toList());
        requireTexts("words", words);
        values = Collections.unmodifiableSet(new LinkedHashSet<>(values));
        words = Collections.unmodifiableList(new ArrayList<>(words));
    }

    /** Returns the condition that a member has one of these values; without values, that it is present. */
    public static MemberCondition is(String path, String... values) {
        return new MemberCondition(path, new LinkedHashSet<>(List.of(values)), List.of());
    }

    /** Returns the condition that a member contains one of these texts, ignoring case. */
    public static MemberCondition contains(String path, String... words) {
        return new MemberCondition(path, Set.of(), List.of(words));
    }

    /** Returns whether a text is a path of members. */
    public static boolean isPath(String text) {
        return PATH.matcher(text).matches();
    }

    private static void requireTexts(String name, List<String> texts) {
        if (texts.stream().anyMatch(String::isBlank)) {
            throw new IllegalArgumentException(name + " has an empty text, which matches everything or nothing");
        }
    }
}
