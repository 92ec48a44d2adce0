package dev.evertoken.internal.client;

import dev.evertoken.model.Failures;
import dev.evertoken.model.Problem;
import dev.evertoken.spi.provider.TokenVerdict;
import dev.evertoken.spi.store.TokenRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Decides whether an account may be tried again, and records its last failure. The failure memory is part of the
 * record, so that no process repeats an attempt that has just failed in another one. Pure except for jitter. Immutable.
 */
public final class FailureGate {

    /** The furthest retry time of a provider that is accepted, counted from now. */
    public static final Duration LONGEST = Duration.ofHours(24);

    /** A time further ahead of our clock than this comes from a wrong clock. */
    private static final Duration FUTURE = Duration.ofMinutes(5);

    private static final Backoff UNRECOGNIZED = Backoff.betweenUnrecognizedResponses();

    private final Backoff backoff;

    public FailureGate(Backoff backoff) {
        this.backoff = backoff;
    }

    /** Returns the memory after a provider's refusal. */
    public Failures after(Failures before, TokenVerdict verdict, Instant now) {
        return after(before, verdict.problem(), verdict.until(), verdict.detail(), now);
    }

    /**
     * Returns the memory after one more failure: the gate is shut until the back-off has passed, and until the
     * provider's retry time if there is one; see {@link Backoff#next}.
     *
     * @param until the provider's retry time
     * @param detail one sentence without secrets
     */
    public Failures after(Failures before, Problem problem, Optional<Instant> until, String detail, Instant now) {
        int inARow = Math.max(1, before.count() + 1);
        return before.plus(problem, backoff.next(inARow, until, now), detail);
    }

    /** Returns the memory after a response that no rule recognizes; the pauses grow to hours. */
    public Failures afterUnrecognized(Failures before, TokenVerdict verdict, Instant now) {
        int inARow = Math.max(1, before.count() + 1);
        return before.plus(verdict.problem(), UNRECOGNIZED.next(inARow, verdict.until(), now), verdict.detail());
    }

    /**
     * Returns until when an account must not be tried, from its failure memory and its provider's rule on early
     * refreshes; empty if it may be tried.
     *
     * <p>A failure memory from the future is ignored, and so is the rule on early refreshes for a token that was issued
     * in the future: the clock that set those times was wrong, and the provider refuses a refresh that is too early. A
     * failure memory that was written with a wrong clock ends {@link #LONGEST} after the record's last write, and costs
     * one more attempt, which corrects it.
     */
    public Optional<Instant> shutUntil(TokenRecord record, Instant now) {
        Instant until = now;
        Optional<Instant> next = record.failures().nextAttempt();
        if (next.isPresent() && !isInTheFuture(record.updatedAt(), now)) {
            until = later(until, earlier(next.get(), record.updatedAt().plus(LONGEST)));
        }
        Optional<Instant> notBefore = record.lifetime().notBefore();
        if (notBefore.isPresent() && !isInTheFuture(record.lifetime().issuedAt(), now)) {
            until = later(until, notBefore.get());
        }
        return until.isAfter(now) ? Optional.of(until) : Optional.empty();
    }

    private static boolean isInTheFuture(Instant moment, Instant now) {
        return moment.isAfter(now.plus(FUTURE));
    }

    private static Instant later(Instant a, Instant b) {
        return a.isAfter(b) ? a : b;
    }

    private static Instant earlier(Instant a, Instant b) {
        return a.isBefore(b) ? a : b;
    }
}
