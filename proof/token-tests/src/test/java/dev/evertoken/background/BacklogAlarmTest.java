package dev.evertoken.background;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.faults.Fault;
import dev.evertoken.internal.event.CapturedErrors;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A backlog is logged once, and its end too. */
class BacklogAlarmTest {

    @Test
    @Fault("J10")
    void aBacklogIsLoggedOnceBeforeTokensExpireAndOnceWhenItIsOver() {
        BacklogAlarm alarm = new BacklogAlarm(Duration.ofMinutes(3));
        try (CapturedErrors captured = CapturedErrors.start()) {
            alarm.check(Optional.of(Duration.ofMinutes(3)));
            assertThat(captured.text()).isEmpty();

            alarm.check(Optional.of(Duration.ofSeconds(200)));
            alarm.check(Optional.of(Duration.ofMinutes(5)));
            alarm.check(Optional.empty());
            alarm.check(Optional.empty());

            assertThat(captured.text().lines().map(line -> line.replaceFirst("^\\[[^]]*] ", "")))
                    .containsExactly(
                            "WARN dev.evertoken.refresh - accounts wait 200 s for a background refresh, more than"
                                    + " 180 s: more become due than the rate, a quota or a provider allows",
                            "INFO dev.evertoken.refresh - accounts no longer wait for a background refresh");
        }
    }
}
