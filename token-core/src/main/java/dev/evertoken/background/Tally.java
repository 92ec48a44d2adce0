package dev.evertoken.background;

import dev.evertoken.spi.operations.RefreshOutcome;
import java.time.Duration;
import java.util.Optional;

/** Counts what happens in a run. Not thread-safe. */
final class Tally {

    private int refreshed;
    private int notDue;
    private int elsewhere;
    private int failed;
    private int needReconnect;
    private int unreadable;
    private int idle;
    private int warned;
    private int audited;
    private int storeFailures;

    void count(RefreshOutcome outcome) {
        switch (outcome.kind()) {
            case REFRESHED -> refreshed++;
            case NOT_DUE, NOT_CONNECTED -> notDue++;
            case ELSEWHERE -> elsewhere++;
            case FAILED -> failed++;
            case NEEDS_RECONNECT -> needReconnect++;
            case UNREADABLE -> unreadable++;
            case STORE_FAILED -> storeFailures++;
        }
    }

    void countNotDue() {
        notDue++;
    }

    void countElsewhere() {
        elsewhere++;
    }

    void countUnreadable() {
        unreadable++;
    }

    void countIdle() {
        idle++;
    }

    void countWarned() {
        warned++;
    }

    void countAudited() {
        audited++;
    }

    void countStoreFailure() {
        storeFailures++;
    }

    SweepReport report(boolean moreDue, Optional<Duration> oldestOverdue) {
        return new SweepReport(
                refreshed,
                notDue,
                elsewhere,
                failed,
                needReconnect,
                unreadable,
                idle,
                warned,
                audited,
                storeFailures,
                moreDue,
                oldestOverdue);
    }
}
