package dev.evertoken.internal.refresh;

import dev.evertoken.internal.record.CheckMarks;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.Problem;
import dev.evertoken.model.Validation;
import dev.evertoken.spi.store.TokenRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Decides when a provider is asked about a token that an API rejects, and how its response changes the record. A
 * provider may refuse a valid token for a short time, so one refusal does not mark the token. Stateless.
 */
final class CheckDecision {

    /** The minimum time between two refusals that together mark a token as invalid. */
    static final Duration BETWEEN_REFUSALS = Duration.ofMinutes(5);

    /** The minimum time between two checks of a token that is marked as invalid. */
    static final Duration BETWEEN_LOOKS = Duration.ofDays(1);

    /**
     * The time after which a token that is still refused is marked, regardless of the number of other refused tokens.
     */
    static final Duration LONG_REFUSAL = Duration.ofDays(1);

    /** The effect of the provider's response on the record. */
    enum Step {
        /** Nothing is known, or nothing changes. */
        NONE,
        /** The token works: remove the marks of earlier refusals. */
        ACCEPT,
        /** The first refusal: record its time. */
        SUSPECT,
        /** Another refusal, too soon after the first one. */
        WAIT,
        /** The second refusal: mark the token as invalid. */
        MARK,
        /** The token is still invalid. */
        CONFIRM
    }

    private CheckDecision() {}

    /**
     * Returns whether the provider is asked about this account's token. It is not asked if a refresh shows whether the
     * grant has ended. For tokens that do not expire, a refresh is itself a check.
     */
    static boolean isChecked(TokenRecord record, Instant now) {
        boolean hasNoRefresh = switch (record.refreshModel()) {
            case EXTENDING -> true;
            case ROTATING, STATIC -> record.refreshTokenFingerprint().isEmpty();
            case NON_EXPIRING, REISSUED -> false;
        };
        boolean expired = !now.isBefore(record.lifetime().schedule().expiresAt());
        boolean endedOtherwise = record.health().state() == ConnectionState.NEEDS_REAUTH
                && CheckMarks.lastRefusal(record).isEmpty();
        return hasNoRefresh && record.parent().isEmpty() && !expired && !endedOtherwise;
    }

    /**
     * Returns the earliest time of the next check; empty if nothing is known about the token.
     *
     * @param countsFrom earlier first refusals do not count
     */
    static Optional<Instant> notBefore(TokenRecord record, Instant countsFrom) {
        return CheckMarks.lastRefusal(record)
                .map(last -> last.plus(BETWEEN_LOOKS))
                .or(() -> firstRefusal(record, countsFrom).map(first -> first.plus(BETWEEN_REFUSALS)));
    }

    private static Optional<Instant> firstRefusal(TokenRecord record, Instant countsFrom) {
        return CheckMarks.firstRefusal(record).filter(first -> !first.isBefore(countsFrom));
    }

    /** Returns the effect of the provider's response on a record. */
    static Step of(TokenRecord record, Validation validation, Instant countsFrom, Instant now) {
        if (validation.verdict() == Validation.Verdict.VALID) {
            return CheckMarks.areIn(record) ? Step.ACCEPT : Step.NONE;
        }
        if (end(validation).isEmpty()) {
            return Step.NONE;
        }
        if (CheckMarks.lastRefusal(record).isPresent()) {
            return Step.CONFIRM;
        }
        if (isLasting(record, now)) {
            return Step.MARK;
        }
        Optional<Instant> first = firstRefusal(record, countsFrom);
        if (first.isEmpty()) {
            return Step.SUSPECT;
        }
        return now.isBefore(first.get().plus(BETWEEN_REFUSALS)) ? Step.WAIT : Step.MARK;
    }

    /** Returns whether the first refusal of the token was a day ago. */
    static boolean isLasting(TokenRecord record, Instant now) {
        return CheckMarks.refusedSince(record)
                .filter(since -> !now.isBefore(since.plus(LONG_REFUSAL)))
                .isPresent();
    }

    /**
     * Returns the problem of a token that the provider refuses permanently; empty if the response does not report that.
     */
    static Optional<Problem> end(Validation validation) {
        Optional<Problem> lasting = validation
                .problem()
                .filter(problem -> problem.state().equals(Optional.of(ConnectionState.NEEDS_REAUTH)));
        return switch (validation.verdict()) {
            case REJECTED -> validation.problem().isEmpty() ? Optional.of(Problem.GRANT_DEAD) : lasting;
            case UNUSABLE -> lasting;
            case VALID, UNKNOWN -> Optional.empty();
        };
    }
}
