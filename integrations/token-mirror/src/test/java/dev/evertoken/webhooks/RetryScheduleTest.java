package dev.evertoken.webhooks;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RetryScheduleTest {

    @Test
    void theIntervalsAreThoseOfStandardWebhooks() {
        assertThat(intervals(0))
                .containsExactly(
                        Duration.ofSeconds(5),
                        Duration.ofMinutes(5),
                        Duration.ofMinutes(30),
                        Duration.ofHours(2),
                        Duration.ofHours(5),
                        Duration.ofHours(10),
                        Duration.ofHours(14),
                        Duration.ofHours(20),
                        Duration.ofHours(24));
        assertThat(new RetrySchedule(() -> 0).delayAfter(10)).isEmpty();
    }

    @Test
    void anIntervalIsAtMostAFifthLonger() {
        assertThat(intervals(0.999999))
                .satisfies(longest -> IntStream.range(0, longest.size())
                        .forEach(i -> assertThat(longest.get(i).toMillis())
                                .isBetween(
                                        intervals(0).get(i).toMillis() * 119 / 100,
                                        intervals(0).get(i).toMillis() * 12 / 10)));
    }

    @Test
    void theLongestWaitIsLongerThanAllIntervals() {
        Duration all = intervals(0.999999).stream().reduce(Duration.ZERO, Duration::plus);

        assertThat(all).isLessThan(RetrySchedule.LONGEST_WAIT);
    }

    private static List<Duration> intervals(double random) {
        RetrySchedule schedule = new RetrySchedule(() -> random);
        return IntStream.rangeClosed(1, 9)
                .mapToObj(schedule::delayAfter)
                .map(Optional::orElseThrow)
                .toList();
    }
}
