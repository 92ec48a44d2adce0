package dev.evertoken.internal.store.json;

import dev.evertoken.model.Problem;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * Maps problems to their names in stored records. A name that format 1 has used never changes, so that versions with
 * different names for a constant can read each other's records. Stateless.
 */
final class StoredProblems {

    private static final Map<Problem, String> EARLIER_NAMES = new EnumMap<>(Map.of(
            Problem.OUTCOME_UNKNOWN, "ANSWER_LOST",
            Problem.REFRESH_TOKEN_LOST, "LOST_ANSWER",
            Problem.MALFORMED_RESPONSE, "MALFORMED_ANSWER",
            Problem.UNRECOGNIZED_RESPONSE, "UNRECOGNISED_ANSWER",
            Problem.FORBIDDEN_UNRECOGNIZED, "FORBIDDEN_UNRECOGNISED",
            Problem.USER_LOOKUP_FAILED, "ENRICHMENT"));

    private StoredProblems() {}

    static String name(Problem problem) {
        return EARLIER_NAMES.getOrDefault(problem, problem.name());
    }

    /** Returns the problem stored under a name; empty if no version known to this one used the name. */
    static Optional<Problem> of(String name) {
        for (Problem problem : Problem.values()) {
            if (name(problem).equals(name)) {
                return Optional.of(problem);
            }
        }
        return Optional.empty();
    }
}
