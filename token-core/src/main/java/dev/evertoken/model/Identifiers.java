package dev.evertoken.model;

/** Validates short identifiers such as ids, namespaces and account names. */
final class Identifiers {

    private Identifiers() {}

    static void require(String what, String text, int maxLength) {
        if (text.isBlank()) {
            throw new IllegalArgumentException(what + " is blank");
        }
        if (text.length() > maxLength) {
            throw new IllegalArgumentException(what + " has " + text.length() + " characters, more than " + maxLength);
        }
        for (int i = 0; i < text.length(); i++) {
            if (Character.isISOControl(text.charAt(i))) {
                throw new IllegalArgumentException(what + " has a control character at index " + i);
            }
        }
    }

    /** Requires a scope as in RFC 6749 section 3.3, but without commas, which separate scopes at some providers. */
    static void requireScope(String scope) {
        boolean fits = !scope.isEmpty()
                && scope.chars().allMatch(c -> c > 0x20 && c < 0x7f && c != '"' && c != '\\' && c != ',');
        if (!fits) {
            throw new IllegalArgumentException(
                    "a scope is printable ASCII without blanks, commas, quotes and backslashes");
        }
    }
}
