package dev.evertoken.background;

import dev.evertoken.model.LoggerNames;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reports once that due accounts wait too long, and logs once that they no longer do. Not thread-safe. */
final class BacklogAlarm {

    private static final Logger log = LoggerFactory.getLogger(LoggerNames.REFRESH);

    private final Duration threshold;
    private final BiConsumer<Duration, String> raise;
    private boolean raised;

    /** @param raise receives how long accounts wait, and a sentence on it, when a backlog begins */
    BacklogAlarm(Duration threshold, BiConsumer<Duration, String> raise) {
        this.threshold = threshold;
        this.raise = raise;
    }

    void check(Optional<Duration> oldestOverdue) {
        Optional<Duration> late = oldestOverdue.filter(age -> age.compareTo(threshold) > 0);
        boolean begins = late.isPresent() && !raised;
        boolean ends = late.isEmpty() && raised;
        raised = late.isPresent(); // first, so that a failure of the receiver does not repeat the report
        if (begins) {
            begin(late.get());
        } else if (ends) {
            log.info("accounts no longer wait for a background refresh");
        }
    }

    private void begin(Duration age) {
        String detail = "accounts wait " + age.toSeconds() + " s for a background refresh, more than "
                + threshold.toSeconds() + " s: more become due than the rate, a quota or a provider allows";
        log.warn("{}", detail);
        raise.accept(age, detail);
    }
}
