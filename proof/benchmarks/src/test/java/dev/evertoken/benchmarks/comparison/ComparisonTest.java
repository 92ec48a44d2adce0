package dev.evertoken.benchmarks.comparison;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ComparisonTest {

    @Test
    void anUnknownWordIsNamedWithThoseThatExist() {
        assertThat(Comparison.objection(3, List.of("--fast", "hot-path")))
                .hasValueSatisfying(
                        text -> assertThat(text).startsWith("Unknown: --fast.").contains("--full", "torture"));
    }

    @Test
    void theFolderForTheResultsIsRequired() {
        assertThat(Comparison.objection(0, List.of()))
                .hasValueSatisfying(text -> assertThat(text).startsWith("The folder for the results is missing."));
    }

    @Test
    void optionsAndNamesAreAccepted() {
        assertThat(Comparison.objection(4, List.of("--full", "hot-path", "http-call")))
                .isEmpty();
    }
}
