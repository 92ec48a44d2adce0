package dev.evertoken.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ProblemTest {

    @ParameterizedTest
    @EnumSource
    void everyProblemHasARemedyAScopeAStateAndAnAdvice(Problem problem) {
        assertThat(problem.remedy()).isNotNull();
        assertThat(problem.scope()).isNotNull();
        assertThat(problem.state()).isNotNull();
        assertThat(problem.advice()).matches("[A-Z].{15,}\\.").doesNotContain("  ");
    }

    @Test
    void noTwoProblemsHaveTheSameAdvice() {
        assertThat(Arrays.stream(Problem.values()).map(Problem::advice)).doesNotHaveDuplicates();
    }

    @Test
    void onlyAnInvalidGrantNeedsReauthorization() {
        assertThat(Arrays.stream(Problem.values())
                        .filter(problem -> problem.state()
                                .filter(ConnectionState.NEEDS_REAUTH::equals)
                                .isPresent()))
                .containsExactlyInAnyOrder(Problem.GRANT_DEAD, Problem.REFRESH_TOKEN_LOST, Problem.GRANT_EXPIRED)
                .allMatch(problem -> problem.remedy() == Remedy.RECONNECT);
    }

    @Test
    void noProblemOfAClientChangesTheStateOfAnAccount() {
        assertThat(Arrays.stream(Problem.values()).filter(problem -> problem.scope() == Problem.Scope.CLIENT))
                .contains(Problem.CLIENT_REJECTED, Problem.APP_BLOCKED, Problem.RATE_LIMITED)
                .allMatch(problem -> problem.state().isEmpty())
                .noneMatch(problem -> problem.remedy() == Remedy.RECONNECT);
    }

    @Test
    void everyRemedyBelongsToAProblem() {
        Set<Remedy> remedies = EnumSet.noneOf(Remedy.class);
        Arrays.stream(Problem.values()).map(Problem::remedy).forEach(remedies::add);

        assertThat(remedies).containsExactlyInAnyOrder(Remedy.values());
    }
}
