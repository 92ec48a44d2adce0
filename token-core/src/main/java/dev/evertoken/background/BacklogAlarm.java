package dev.evertoken.background;

import dev.evertoken.model.LoggerNames;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs once that due accounts wait too long, and once that they no longer do. Not thread-safe. */
final class BacklogAlarm {

    private static final Logger log = LoggerFactory.getLogger(LoggerNames.REFRESH);

    private final Duration threshold;
    private boolean raised;

    BacklogAlarm(Duration threshold) {
        this.threshold = threshold;
    }

    void check(Optional<Duration> oldestOverdue) {
        boolean late = oldestOverdue.filter(age -> age.compareTo(threshold) > 0).isPresent();
        if (late && !raised) {
            log.warn(
                    "accounts wait {} s for a background refresh, more than {} s: more become due than the rate, a quota"
                            + " or a provider allows",
                    oldestOverdue.orElseThrow().toSeconds(),
                    threshold.toSeconds());
        } else if (!late && raised) {
            log.info("accounts no longer wait for a background refresh");
        }
        raised = late;
    }
}
