package dev.evertoken.store.jdbc;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Scopes in one text, separated by white space (RFC 6749 section 3.3). Stateless. */
final class ScopeText {

    private ScopeText() {}

    /** Returns the scopes in their order. */
    static Set<String> parsed(String text) {
        Set<String> scopes = new LinkedHashSet<>(List.of(text.strip().split("\\s+")));
        scopes.remove("");
        return scopes;
    }
}
