package dev.evertoken.model;

/** Validates short identifiers such as ids, namespaces and account names. */
final class Identifiers {

    private Identifiers() {}

    static void require(String name, String text, int maxLength) {
        if (text.isBlank()) {
            throw new IllegalArgumentException(name + " is blank");
        }
        if (text.length() > maxLength) {
            throw new IllegalArgumentException(name + " has " + text.length() + " characters, more than " + maxLength);
        }
        for (int i = 0; i < text.length(); i++) {
            if (Character.isISOControl(text.charAt(i))) {
                throw new IllegalArgumentException(name + " has a control character at index " + i);
            }
        }
    }

    /** Requires a scope as in RFC 6749 section 3.3, but without commas, which separate scopes at some providers. */
    static void requireScope(String scope) {
        boolean fits = !scope.isEmpty()
                && scope.chars().allMatch(c -> c > 0x20 && c < 0x7f && c != '"' && c != '\\' && c != ',');
        if (!fits) {
            throw new IllegalArgumentException(
                    "a scope is printable ASCII without spaces, commas, quotes and backslashes");
        }
    }
}
