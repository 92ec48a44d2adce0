package dev.evertoken.providers.description;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;

/** The HTTP statuses of a rule. Stateless. Thread-safe. */
final class Statuses {

    private Statuses() {}

    static Set<Integer> checked(Set<Integer> statuses) {
        for (int status : statuses) {
            if (status < 200 || status > 599) {
                throw new IllegalArgumentException("statuses has " + status + ", which is no final HTTP status");
            }
        }
        return Collections.unmodifiableSet(new LinkedHashSet<>(statuses));
    }
}
