package dev.evertoken.internal.refresh;

import dev.evertoken.internal.cache.Refusal;
import dev.evertoken.internal.cache.RefusalSlot;
import dev.evertoken.internal.cache.RefusalSlot.Mark;
import dev.evertoken.internal.cache.TokenCache.Cell;
import dev.evertoken.internal.client.ClientHealth;
import dev.evertoken.internal.client.ClientHealth.Suspension;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.Problem;
import dev.evertoken.model.Remedy;
import dev.evertoken.model.TokenException;
import dev.evertoken.spi.Timekeeper;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * Answers calls of an account that was refused a moment ago, from its cell: such a call costs neither a read of the
 * store nor a thread. A refusal is kept until its retry time, for at most two seconds, and ends as soon as this process
 * changes the account or has a newer token of it. What another process does is seen after that time.
 *
 * <p>The failure of a store or of the journal may be over at once and is not kept, except for an exhausted quota, which
 * further calls would only prolong. Neither is a failure to wait for another process, which the next call may find
 * done. Thread-safe.
 */
final class Refusals {

    /** The longest time for which a refusal is kept. */
    static final Duration LONGEST = Duration.ofSeconds(2);

    /** The maximum time for which a refusal is reported although its cause may have ended. */
    private static final Duration REPORTED = Duration.ofMinutes(1);

    /** Problems that concern a wait, and problems that have ended if the record can be read. */
    private static final Set<Problem> NOT_REPORTED =
            EnumSet.of(Problem.WAIT_TIMEOUT, Problem.HELD_BY_PEER, Problem.NOT_CONNECTED, Problem.STORE_FAILED_OVER);

    private static final Set<Problem> MAY_BE_OVER = EnumSet.of(
            Problem.STORE_UNAVAILABLE,
            Problem.STORE_REFUSED,
            Problem.STORE_FAILED_OVER,
            Problem.JOURNAL_UNAVAILABLE,
            Problem.JOURNAL_FULL,
            Problem.WAIT_TIMEOUT,
            Problem.HELD_BY_PEER);

    /** Problems that do not show whether the account is connected. */
    private static final Set<Problem> UNKNOWN_ACCOUNT = EnumSet.of(Problem.NOT_CONNECTED, Problem.STORE_QUOTA);

    private final Timekeeper time;

    Refusals(Timekeeper time) {
        this.time = time;
    }

    /**
     * A refusal of one requirement.
     *
     * @param again builds a new exception; no exception is kept, because of its stack trace
     * @param isOfKnownAccount whether the account is known to be connected
     * @param ofParent whether the account fails with its parent
     * @param ofClient whether the client is suspended, so that the refusal ends when another account opens it
     * @param why the same refusal in the form that a status reports
     * @param at when the request was refused
     */
    private record Refused(
            TokenRequirement requirement,
            TokenException.Builder again,
            Mark basis,
            long untilNanos,
            boolean isOfKnownAccount,
            boolean ofParent,
            boolean ofClient,
            Obstacle why,
            Instant at)
            implements Refusal {

        /** A caller that accepts any valid token was refused because there is none, which applies to others too. */
        boolean covers(TokenRequirement other) {
            return requirement.equals(other) || (requirement.anyValidTokenWillDo() && !other.stored());
        }

        /** Returns whether the account is unchanged, and its parent if it fails with it. */
        boolean isCurrent(RefusalSlot slot) {
            return slot.isUnchangedSince(basis) && (!ofParent || slot.areAllUnchangedSince(basis));
        }
    }

    /** The store had no other token than one that a caller cannot use. */
    private record NothingNewer(TokenRequirement requirement, AccessToken token, Mark basis, long untilNanos)
            implements Refusal {

        @Override
        public boolean isOfKnownAccount() {
            return true;
        }
    }

    // ---- answering

    /**
     * Returns a new exception with the refusal of an earlier call that applies to this one; empty if there is none. A
     * forced refresh is never answered, and ends the refusal.
     */
    Optional<TokenException> of(Cell cell, TokenRequirement requirement, ClientHealth health) {
        if (requirement.forced()) {
            cell.refusals().changed();
            return Optional.empty();
        }
        return cell.refusals().last() instanceof Refused refused
                        && isBefore(refused.untilNanos)
                        && refused.covers(requirement)
                        && refused.isCurrent(cell.refusals())
                        && (!refused.ofClient || health.suspension(time.now()).isPresent())
                ? Optional.of(refused.again.build())
                : Optional.empty();
    }

    /** Returns the token of the store if a call with this requirement has just found that it has no other one. */
    Optional<AccessToken> nothingNewer(Cell cell, TokenRequirement requirement) {
        return cell.refusals().last() instanceof NothingNewer last
                        && isBefore(last.untilNanos)
                        && last.requirement.equals(requirement)
                        && cell.refusals().isUnchangedSince(last.basis)
                ? Optional.of(last.token)
                : Optional.empty();
    }

    private boolean isBefore(long untilNanos) {
        return time.nanos() - untilNanos < 0;
    }

    /**
     * Returns why the last request of an account has failed, if that is not known from its record; empty if the account
     * has changed since, or if that was too long ago.
     *
     * @param changedAt when the record was written
     */
    static Optional<Obstacle> last(Cell cell, Instant changedAt, Instant now) {
        return cell.refusals().last() instanceof Refused refused
                        && refused.isCurrent(cell.refusals())
                        && !changedAt.isAfter(refused.at)
                        && now.isBefore(refused.at.plus(REPORTED))
                        && !NOT_REPORTED.contains(refused.why.problem())
                ? Optional.of(refused.why.beganAt(refused.at))
                : Optional.empty();
    }

    // ---- keeping

    /**
     * Keeps the refusal with which an attempt has ended. Later calls fail with it if it applies to them, and {@link
     * #last} returns it.
     *
     * @param basis the mark of the cell before the attempt has read the store
     */
    void keep(RefreshAttempt attempt, TokenException why, Mark basis) {
        Duration kept = keptFor(why);
        if (!attempt.requirement().forced()) {
            Optional<Instant> suspension =
                    attempt.client().health().suspension(time.now()).map(Suspension::until);
            boolean ofClient = suspension.isPresent() && suspension.equals(why.retryAt());
            attempt.cell()
                    .refuse(new Refused(
                            attempt.requirement(),
                            why.toBuilder(),
                            basis,
                            time.nanos() + kept.toNanos(),
                            !kept.isZero() && !UNKNOWN_ACCOUNT.contains(why.problem()),
                            why.parent().isPresent(),
                            ofClient,
                            Obstacle.of(why),
                            time.now()));
        }
    }

    /** Keeps that the store has no other token than {@code token}, if the attempt was to find one. */
    void keep(RefreshAttempt attempt, AccessToken token, Mark basis) {
        if (attempt.requirement().stored() && !attempt.requirement().satisfiedBy(token, time.millis())) {
            attempt.cell()
                    .refuse(new NothingNewer(attempt.requirement(), token, basis, time.nanos() + LONGEST.toNanos()));
        }
    }

    /** Returns for how long a refusal is kept; zero if another attempt may succeed at once. */
    private Duration keptFor(TokenException why) {
        boolean mayBeOver = MAY_BE_OVER.contains(why.problem())
                || (why.remedy() == Remedy.RETRY && why.retryAt().isEmpty());
        if (mayBeOver) {
            return Duration.ZERO;
        }
        return why.retryAt()
                .map(at -> Duration.between(time.now(), at))
                .filter(left -> left.compareTo(LONGEST) < 0)
                .map(left -> left.isNegative() ? Duration.ZERO : left)
                .orElse(LONGEST);
    }
}
