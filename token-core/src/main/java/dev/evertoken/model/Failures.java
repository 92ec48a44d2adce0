package dev.evertoken.model;

import java.time.Instant;
import java.util.Optional;

/**
 * The failure memory of an account: shared through the record, so that no process repeats what another
 * one has just seen fail. Immutable.
 *
 * @param count failed attempts in a row
 * @param problem what the last one failed with
 * @param nextAttempt no attempt before then
 * @param detail the last failure in one sentence, without secrets
 */
public record Failures(int count, Optional<Problem> problem, Optional<Instant> nextAttempt, String detail) {

    private static final Failures NONE = new Failures(0, Optional.empty(), Optional.empty(), "");

    /** Returns the memory of an account that has not failed. */
    public static Failures none() {
        return NONE;
    }

    /** Returns the memory after one more failure. */
    public Failures plus(Problem why, Instant next, String sentence) {
        return new Failures(count + 1, Optional.of(why), Optional.of(next), sentence);
    }

    /** Returns whether {@code now} is before the next attempt. */
    public boolean isBeforeNextAttempt(Instant now) {
        return nextAttempt.filter(now::isBefore).isPresent();
    }
}
