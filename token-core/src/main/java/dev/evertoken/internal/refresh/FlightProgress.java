package dev.evertoken.internal.refresh;

import dev.evertoken.internal.client.TaskQueue;
import dev.evertoken.internal.client.TaskQueue.Place;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Whether a run waits for its turn or has begun, in words for a caller that stops waiting. Thread-safe. */
public final class FlightProgress {

    private volatile Instant since;
    private volatile @Nullable Waiting queued;

    FlightProgress(Instant now) {
        since = now;
    }

    /** A run that waits in the queue of its client. */
    static final class Waiting {
        private final Instant since;
        private volatile Place place = new TaskQueue.FixedPlace(0);

        private Waiting(Instant since) {
            this.since = since;
        }

        void at(Place inQueue) {
            place = inQueue;
        }

        @Override
        public String toString() {
            int ahead = place.ahead();
            String what = ahead == 0
                    ? "for a thread"
                    : "behind " + ahead + (ahead == 1 ? " refresh" : " refreshes") + " of the client";
            return "has been queued " + what + " since " + since;
        }
    }

    /** Records that the run waits for its turn, at first or after it has waited for something else. */
    Waiting queued(Instant now) {
        Waiting waiting = new Waiting(now);
        queued = waiting;
        return waiting;
    }

    /**
     * Records that a thread has taken up the run.
     *
     * @param first whether it takes up the run for the first time
     */
    void begun(boolean first, Instant now) {
        if (first) {
            since = now;
        }
        queued = null;
    }

    /** Returns the predicate of a sentence about the refresh. */
    @Override
    public String toString() {
        Waiting waiting = queued;
        return waiting == null ? "has been in progress since " + since : waiting.toString();
    }
}
