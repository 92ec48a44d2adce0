package dev.evertoken.internal.store.json;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.model.Problem;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class StoredProblemsTest {

    @ParameterizedTest
    @CsvSource({
        "OUTCOME_UNKNOWN, ANSWER_LOST",
        "REFRESH_TOKEN_LOST, LOST_ANSWER",
        "MALFORMED_RESPONSE, MALFORMED_ANSWER",
        "UNRECOGNIZED_RESPONSE, UNRECOGNISED_ANSWER",
        "FORBIDDEN_UNRECOGNIZED, FORBIDDEN_UNRECOGNISED",
        "USER_LOOKUP_FAILED, ENRICHMENT",
        "GRANT_DEAD, GRANT_DEAD"
    })
    void aProblemKeepsItsNameInFormat1(Problem problem, String stored) {
        assertThat(StoredProblems.name(problem)).isEqualTo(stored);
        assertThat(StoredProblems.of(stored)).contains(problem);
    }

    @ParameterizedTest
    @EnumSource(Problem.class)
    void everyProblemIsReadBackFromItsStoredName(Problem problem) {
        assertThat(StoredProblems.of(StoredProblems.name(problem))).contains(problem);
    }

    @Test
    void anUnknownNameIsNoProblem() {
        assertThat(Stream.of("OUTCOME_UNKNOWN", "", "grant_dead").flatMap(name -> StoredProblems.of(name).stream()))
                .isEmpty();
    }
}
