package dev.evertoken.model;

import java.time.Instant;
import java.util.Optional;

/**
 * The recent failures of an account. They are part of the stored record, so that no process repeats an attempt that has
 * just failed in another one. Immutable.
 *
 * @param count the number of consecutive failed attempts
 * @param problem the problem of the last failure
 * @param nextAttempt the earliest time of the next attempt
 * @param detail one sentence on the last failure, without secrets
 */
public record Failures(int count, Optional<Problem> problem, Optional<Instant> nextAttempt, String detail) {

    private static final Failures NONE = new Failures(0, Optional.empty(), Optional.empty(), "");

    /** Returns the failures of an account that has not failed. */
    public static Failures none() {
        return NONE;
    }

    /** Returns these failures with one more added. */
    public Failures plus(Problem why, Instant next, String sentence) {
        return new Failures(count + 1, Optional.of(why), Optional.of(next), sentence);
    }

    /** Returns whether an attempt at {@code now} would be too early. */
    public boolean isBeforeNextAttempt(Instant now) {
        return nextAttempt.isPresent() && now.isBefore(nextAttempt.get());
    }
}
