package dev.evertoken.background;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.faults.Fault;
import dev.evertoken.internal.event.CapturedErrors;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A backlog is reported once, and its end is logged. */
class BacklogAlarmTest {

    @Test
    @Fault("J10")
    void aBacklogIsReportedOnceBeforeTokensExpireAndOnceWhenItIsOver() {
        List<Duration> reported = new ArrayList<>();
        BacklogAlarm alarm = new BacklogAlarm(Duration.ofMinutes(3), (age, detail) -> reported.add(age));
        try (CapturedErrors captured = CapturedErrors.start()) {
            alarm.check(Optional.of(Duration.ofMinutes(3)));
            assertThat(captured.text()).isEmpty();

            alarm.check(Optional.of(Duration.ofSeconds(200)));
            alarm.check(Optional.of(Duration.ofMinutes(5)));
            alarm.check(Optional.empty());
            alarm.check(Optional.empty());

            assertThat(reported).containsExactly(Duration.ofSeconds(200));
            assertThat(captured.text().lines().map(line -> line.replaceFirst("^\\[[^]]*] ", "")))
                    .containsExactly(
                            "WARN dev.evertoken.refresh - accounts wait 200 s for a background refresh, more than"
                                    + " 180 s: more become due than the rate, a quota or a provider allows",
                            "INFO dev.evertoken.refresh - accounts no longer wait for a background refresh");
        }
    }
}
