package dev.evertoken.model;

import static dev.evertoken.internal.record.SampleRecords.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.model.Schedule.Freshness;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScheduleTest {

    private static final Instant END = NOW.plusSeconds(3600);

    private final Schedule schedule = new Schedule(NOW.plusSeconds(2700), END);

    @ParameterizedTest
    @CsvSource({
        "-1, FRESH",
        "0, FRESH",
        "2699, FRESH",
        "2700, STALE",
        "3599, STALE",
        "3600, EXPIRED",
        "99999999, EXPIRED"
    })
    void aTokenIsFreshThenStaleThenExpired(long seconds, Freshness freshness) {
        assertThat(schedule.freshness(NOW.plusSeconds(seconds))).isEqualTo(freshness);
    }

    @Test
    void aTokenThatNeverExpiresIsAlwaysFresh() {
        assertThat(Schedule.never().freshness(NOW.plusSeconds(1L << 40))).isEqualTo(Freshness.FRESH);
    }

    @Test
    void aRefreshTimeAfterTheExpiryIsRejected() {
        assertThatThrownBy(() -> new Schedule(END.plusSeconds(1), END))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("refreshAt 2026-03-01T13:00:01Z is after expiresAt 2026-03-01T13:00:00Z");
    }

    @Test
    void aScheduleIsDerivedFromALifetime() {
        assertThat(lifetime(Optional.of(END), Optional.of(NOW)).schedule()).isEqualTo(new Schedule(NOW, END));
        assertThat(lifetime(Optional.of(END), Optional.empty()).schedule()).isEqualTo(new Schedule(END, END));
        assertThat(lifetime(Optional.of(END), Optional.of(END.plusSeconds(9))).schedule())
                .isEqualTo(new Schedule(END, END));
        assertThat(lifetime(Optional.empty(), Optional.empty()).schedule()).isEqualTo(Schedule.never());
    }

    @Test
    void aNotBeforeTimeDoesNotChangeTheSchedule() {
        Lifetime before = lifetime(Optional.of(END), Optional.of(NOW));

        Lifetime after = before.notBefore(NOW.plusSeconds(60));

        assertThat(after.notBefore()).contains(NOW.plusSeconds(60));
        assertThat(after.schedule()).isEqualTo(before.schedule());
    }

    private static Lifetime lifetime(Optional<Instant> expiresAt, Optional<Instant> refreshAt) {
        return new Lifetime(NOW, expiresAt, false, Optional.empty(), refreshAt, Optional.empty());
    }
}
