package dev.evertoken.internal.refresh;

import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.Failures;
import dev.evertoken.model.Problem;
import dev.evertoken.spi.store.TokenRecord;
import java.time.Instant;
import java.util.Optional;

/**
 * The change of an account's record after a call that returned no usable token. Immutable.
 *
 * @param uncertain the number of calls since the last response whose effect on the refresh token is unknown
 */
record FailureChange(Failures failures, int uncertain, ConnectionState state) {

    /**
     * Returns the change after a call that failed.
     *
     * @param moreUncertain 1 if the call may have used up the refresh token, otherwise 0
     */
    static FailureChange of(TokenRecord claimed, Failures failures, int moreUncertain, Instant now) {
        return withUncertain(claimed, failures, claimed.uncertain() + moreUncertain, now);
    }

    /** Returns the change after a response that no rule recognizes, which may have used up the refresh token. */
    static FailureChange unrecognized(TokenRecord claimed, Failures failures, Instant now) {
        return new FailureChange(failures, claimed.uncertain() + 1, stateByAge(claimed, now));
    }

    /** Returns the change after a response with a refresh token and without a usable access token. */
    static FailureChange withNewRefreshToken(TokenRecord claimed, Failures failures, Instant now) {
        return withUncertain(claimed, failures, 0, now);
    }

    private static FailureChange withUncertain(TokenRecord claimed, Failures failures, int uncertain, Instant now) {
        ConnectionState byAge = uncertain > 0 ? ConnectionState.UNCERTAIN : stateByAge(claimed, now);
        return new FailureChange(failures, uncertain, problem(failures).state().orElse(byAge));
    }

    /** Returns the state of an account whose client cannot refresh it now, which matters only if its token is due. */
    static ConnectionState whileTheClientIsRefused(TokenRecord record, Instant now) {
        boolean due = !now.isBefore(record.lifetime().schedule().refreshAt());
        return due ? stateByAge(record, now) : record.health().state();
    }

    private static ConnectionState stateByAge(TokenRecord record, Instant now) {
        boolean ended = !now.isBefore(record.lifetime().schedule().expiresAt());
        return ended ? ConnectionState.STALLED : ConnectionState.DEGRADED;
    }

    private static Problem problem(Failures failures) {
        return failures.problem().orElse(Problem.INTERNAL);
    }

    /** Returns the same change with another time of the next attempt. */
    FailureChange deferredTo(Instant nextAttempt) {
        Failures later =
                new Failures(failures.count(), failures.problem(), Optional.of(nextAttempt), failures.detail());
        return new FailureChange(later, uncertain, state);
    }

    Problem problem() {
        return problem(failures);
    }

    /**
     * Returns a record with this change.
     *
     * @param since when the state of the account changed
     */
    TokenRecord.Builder appliedTo(TokenRecord record, Instant since) {
        return record.next()
                .failures(failures)
                .uncertain(uncertain)
                .health(record.health().become(state, problem(), since));
    }
}
