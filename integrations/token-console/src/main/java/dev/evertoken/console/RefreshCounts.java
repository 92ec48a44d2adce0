package dev.evertoken.console;

import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The refreshes of a process over time, those that succeeded and those that failed. Not thread-safe. */
final class RefreshCounts {

    private final Ring hour = new Ring(Duration.ofMinutes(1), 60);
    private final Ring day = new Ring(Duration.ofMinutes(15), 96);

    /** @param from the start of the interval */
    record Count(Instant from, int refreshed, int failed) {}

    /** @param counts the oldest first; the last one is that of the current interval */
    record Series(Duration width, List<Count> counts) {}

    void add(TokenEvent event) {
        switch (event.kind()) {
            case REFRESHED -> add(event.at(), true);
            case REFRESH_FAILED -> addFailure((TokenEvent.RefreshFailed) event);
            case REAUTHORIZATION_REQUIRED -> add(event.at(), false);
            default -> {
                // no refresh
            }
        }
    }

    /** Counts a failure, unless only a lookup after the refresh has failed. */
    private void addFailure(TokenEvent.RefreshFailed event) {
        if (event.problem() != Problem.USER_LOOKUP_FAILED) {
            add(event.at(), false);
        }
    }

    private void add(Instant at, boolean refreshed) {
        hour.add(at, refreshed);
        day.add(at, refreshed);
    }

    List<Series> series(Instant now) {
        return List.of(hour.series(now), day.series(now));
    }

    /** Counts of the last intervals; an interval that another one has replaced is over. */
    private static final class Ring {
        private final Duration width;
        private final long[] interval;
        private final int[] refreshed;
        private final int[] failed;

        Ring(Duration width, int length) {
            this.width = width;
            this.interval = new long[length];
            this.refreshed = new int[length];
            this.failed = new int[length];
            Arrays.fill(interval, Long.MIN_VALUE);
        }

        void add(Instant at, boolean success) {
            long index = index(at);
            int slot = slot(index);
            if (interval[slot] > index) {
                return; // an event from before the last intervals
            }
            if (interval[slot] < index) {
                interval[slot] = index;
                refreshed[slot] = 0;
                failed[slot] = 0;
            }
            if (success) {
                refreshed[slot]++;
            } else {
                failed[slot]++;
            }
        }

        Series series(Instant now) {
            long last = index(now);
            List<Count> counts = new ArrayList<>();
            for (long index = last - interval.length + 1; index <= last; index++) {
                int slot = slot(index);
                boolean known = interval[slot] == index;
                counts.add(new Count(
                        Instant.ofEpochMilli(index * width.toMillis()),
                        known ? refreshed[slot] : 0,
                        known ? failed[slot] : 0));
            }
            return new Series(width, counts);
        }

        private long index(Instant at) {
            return Math.floorDiv(at.toEpochMilli(), width.toMillis());
        }

        private int slot(long index) {
            return (int) Math.floorMod(index, (long) interval.length);
        }
    }
}
