package dev.evertoken.model;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;

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
        requireWellFormed(name, text);
    }

    /** Requires that each surrogate is part of a pair; half a pair cannot be encoded in UTF-8. */
    private static void requireWellFormed(String name, String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                if (!Character.isSupplementaryCodePoint(text.codePointAt(i))) {
                    throw new IllegalArgumentException(name + " has an unpaired surrogate at index " + i);
                }
                i++; // the second half of the pair
            }
        }
    }

    /** Returns the scopes in texts that may contain several, separated by spaces or commas. */
    static Set<String> scopes(Collection<String> texts) {
        Set<String> scopes = new LinkedHashSet<>();
        for (String text : texts) {
            int start = 0;
            for (int at = 0; at <= text.length(); at++) {
                if (at == text.length() || isSeparator(text.charAt(at))) {
                    if (at > start) {
                        scopes.add(text.substring(start, at));
                    }
                    start = at + 1;
                }
            }
        }
        return scopes;
    }

    /** Returns whether a character separates scopes: a comma, or one that {@code \s} of a regular expression matches. */
    private static boolean isSeparator(char c) {
        return c == ',' || c == ' ' || (c >= '\t' && c <= '\r');
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
