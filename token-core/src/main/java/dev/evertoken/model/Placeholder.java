package dev.evertoken.model;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Detects placeholder values, such as {@code changeme}, that were left where a credential belongs. Stateless.
 * Thread-safe.
 *
 * <p>Test credentials that end up in a production store cost a new consent of every user, so they are rejected wherever
 * a credential enters the library.
 */
public final class Placeholder {

    private static final List<String> STARTS =
            List.of("your_", "your-", "yourclient", "<", "${", "{{", "insert_", "replace_", "todo_", "todo-", "todo:");
    private static final List<String> WORDS = List.of(
            "todo",
            "changeme",
            "change_me",
            "change-me",
            "placeholder",
            "example",
            "secret",
            "client_id",
            "client-id",
            "clientid",
            "client_secret",
            "client-secret",
            "clientsecret",
            "test_client",
            "test-client",
            "test_client_id",
            "test_client_secret",
            "test_secret",
            "test_token",
            "test_access_token",
            "test_refresh_token",
            "dummy",
            "none",
            "null",
            "undefined",
            "xxx",
            "xxxx",
            "foo",
            "bar");

    private Placeholder() {}

    /**
     * Returns why {@code value} cannot be a credential; empty if it can be one. The reason fits after "is" in a
     * sentence and never contains the value.
     */
    public static Optional<String> reason(String value) {
        if (value.isBlank()) {
            return Optional.of("blank");
        }
        if (!value.equals(value.strip())) {
            return Optional.of("surrounded by whitespace");
        }
        if (hasControlCharacter(value)) {
            return Optional.of("invalid because of a control character");
        }
        char first = value.charAt(0);
        if ((first == '"' || first == '\'') && value.length() > 1 && value.charAt(value.length() - 1) == first) {
            return Optional.of("wrapped in quotes");
        }
        String lower = value.toLowerCase(Locale.ROOT);
        if (WORDS.contains(lower) || startsLikeOne(lower)) {
            return Optional.of("a placeholder");
        }
        return Optional.empty();
    }

    private static boolean hasControlCharacter(String value) {
        for (int at = 0; at < value.length(); at++) {
            if (Character.isISOControl(value.charAt(at))) {
                return true;
            }
        }
        return false;
    }

    private static boolean startsLikeOne(String lower) {
        for (String start : STARTS) {
            if (lower.startsWith(start)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Rejects a placeholder.
     *
     * @param name the name of the setting or field, used in the message
     * @throws TokenException with {@link Problem#PLACEHOLDER_CREDENTIALS}
     */
    public static void refuse(String name, String value) {
        Optional<String> why = reason(value);
        if (why.isPresent()) {
            throw TokenException.about(Problem.PLACEHOLDER_CREDENTIALS)
                    .detail(name + " is " + why.get() + "; set the real value")
                    .build();
        }
    }
}
