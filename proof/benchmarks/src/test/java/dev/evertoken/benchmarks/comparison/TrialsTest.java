package dev.evertoken.benchmarks.comparison;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TrialsTest {

    /** Those that do not depend on the speed of the machine. */
    static Stream<Trial> trials() {
        return Stream.of(
                new RotationRace(),
                new FailedSave(),
                new StaggeredRejections(),
                new LongLifetime(),
                new RejectingExecutor(),
                new PrintedSecrets(),
                new EndedGrant());
    }

    @ParameterizedTest
    @MethodSource("trials")
    void evertokenMeetsTheExpectation(Trial trial) throws Exception {
        Expectation expected = trial.expected();

        assertThat(trial.play(new EvertokenLibrary(), Extent.TINY))
                .describedAs(expected.text())
                .matches(expected.outcome());
    }

    @Test
    void anOutcomeOfTroubleDoesNotMeetAnExpectation() {
        assertThat(new ProviderDown().expected().isMetBy("0.00 calls/s, worst 121 ms, 183 requests/s"))
                .isFalse();
        assertThat(new ProviderDown().expected().isMetBy("1,417,147 calls/s, worst 167 ms, 1.11 requests/s"))
                .isTrue();
        assertThat(new LongOutage().expected().isMetBy("12,000 (from 6 s)")).isFalse();
        assertThat(new LongOutage().expected().isMetBy("30.00 (from 6 s)")).isTrue();
        assertThat(new HangingClient().expected().isMetBy("0 of 1 got a token, 1 blocked"))
                .isFalse();
        assertThat(new HangingClient().expected().isMetBy("token after 1.56 ms"))
                .isTrue();
        assertThat(new RejectingExecutor().expected().isMetBy("0 of 4 got a token, 3 blocked; then 0 of 1 got a token"))
                .isFalse();
    }
}
