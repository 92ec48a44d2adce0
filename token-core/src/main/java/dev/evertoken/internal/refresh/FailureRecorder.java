package dev.evertoken.internal.refresh;

import dev.evertoken.internal.client.ClientHealth;
import dev.evertoken.internal.client.ClientHealth.Blame;
import dev.evertoken.internal.client.FailureGate;
import dev.evertoken.internal.client.TokenExceptions;
import dev.evertoken.internal.refresh.RefreshDecision.Hold;
import dev.evertoken.internal.refresh.Settlement.Marked;
import dev.evertoken.internal.store.journal.Journal;
import dev.evertoken.model.Failures;
import dev.evertoken.model.LoggerNames;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenStoreException;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.provider.TokenOutcome;
import dev.evertoken.spi.provider.TokenVerdict;
import dev.evertoken.spi.store.TokenRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records the outcome of a call apart from its tokens: the account's failure memory, the client's breaker, invalid
 * grants, and events.
 *
 * <p>If the store does not accept an outcome, this process alone remembers it, so that a broken store does not lead to
 * repeated calls to the provider. Thread-safe.
 */
public final class FailureRecorder {

    /**
     * The outcome of a call without tokens.
     *
     * @param keepsToken whether the current access token may still be served
     * @param loadAgain whether the outcome concerns a record that is no longer current
     * @param cause the failure of the connection, if that was the cause
     */
    record RecordedFailure(
            Problem problem,
            String detail,
            Optional<Instant> retryAt,
            boolean keepsToken,
            boolean loadAgain,
            Optional<Throwable> cause) {

        RecordedFailure(
                Problem problem, String detail, Optional<Instant> retryAt, boolean keepsToken, boolean loadAgain) {
            this(problem, detail, retryAt, keepsToken, loadAgain, Optional.empty());
        }

        RecordedFailure causedBy(Optional<Throwable> failure) {
            return new RecordedFailure(problem, detail, retryAt, keepsToken, loadAgain, failure);
        }
    }

    private static final Logger log = LoggerFactory.getLogger(LoggerNames.REFRESH);
    private static final Duration LOCAL_HOLD = Duration.ofSeconds(30);
    private static final Duration WITHHELD_PAUSE = Duration.ofSeconds(2);
    private static final Duration NOT_YET_PAUSE = Duration.ofHours(1);
    private static final Duration YOUNG = Duration.ofDays(1);
    private static final int MARK_ATTEMPTS = 3;

    /** The problems of a whole response that no rule recognizes. */
    private static final Set<Problem> UNRECOGNIZED =
            EnumSet.of(Problem.UNRECOGNIZED_RESPONSE, Problem.UNSUPPORTED_TOKEN_TYPE);

    private final Settlement settlement;
    private final FailureGate gate;
    private final Journal journal;
    private final TokenExceptions exceptions;
    private final LostWritePause lostWrites;
    private final UnrecordedOutcomes unrecorded;
    private final Timekeeper time;
    private final LocalHolds holds = new LocalHolds();

    public FailureRecorder(
            Settlement settlement,
            FailureGate gate,
            Journal journal,
            TokenExceptions exceptions,
            LostWritePause lostWrites,
            UnrecordedOutcomes unrecorded,
            Timekeeper time) {
        this.settlement = settlement;
        this.gate = gate;
        this.journal = journal;
        this.exceptions = exceptions;
        this.lostWrites = lostWrites;
        this.unrecorded = unrecorded;
        this.time = time;
    }

    /**
     * Returns why this process must not call the provider now, from its own memory, the client's breaker, or a possible
     * loss of writes in the store; empty if it may.
     */
    Optional<Hold> hold(RefreshAttempt attempt, TokenRecord record, Instant now) {
        return hold(attempt.client().health(), record, now);
    }

    /** Returns the hold of an account whose client has this health. */
    Optional<Hold> hold(ClientHealth client, TokenRecord record, Instant now) {
        Optional<Hold> ofGrant = holds.of(record, now);
        if (ofGrant.isPresent()) {
            return ofGrant;
        }
        Optional<ClientHealth.Suspension> suspension = client.suspension(now);
        return suspension.isPresent() ? Optional.of(hold(suspension.get())) : lostWrites.hold(record, now);
    }

    private static Hold hold(ClientHealth.Suspension suspension) {
        return new Hold(suspension.problem(), suspension.detail(), Optional.of(suspension.since()), suspension.until());
    }

    /** Returns the history of the store as far as {@link #hold} considers it. */
    long history() {
        return lostWrites.history();
    }

    // ---- failures

    /** Records a call that returned no tokens and did not invalidate the grant. */
    RecordedFailure of(RefreshAttempt attempt, TokenRecord claimed, TokenOutcome outcome) {
        if (outcome instanceof TokenOutcome.NotSent notSent) {
            attempt.endWithoutResponse(time.now());
            return attempt.isWithheld()
                    ? withheld(attempt, claimed, notSent)
                    : failed(attempt, claimed, remembering(notSent.problem(), Optional.empty(), notSent.detail()), 0)
                            .causedBy(notSent.cause());
        }
        if (outcome instanceof TokenOutcome.MaybeSent maybe) {
            attempt.endWithoutResponse(time.now());
            return unknownEffect(attempt, claimed, maybe.verdict());
        }
        TokenVerdict verdict = ((TokenOutcome.Refused) outcome).verdict();
        if (attempt.client().health().rejected(attempt.key(), verdict, time.now()) == Blame.CLIENT) {
            return clientRefused(attempt, claimed, verdict);
        }
        return verdict.kind() == TokenVerdict.Kind.NOT_YET
                ? notYet(attempt, claimed, verdict)
                : failed(attempt, claimed, before -> gate.after(before, verdict, time.now()), 0);
    }

    /**
     * Records a call that may have used up the refresh token. A rotating provider is not called again before the access
     * token has expired.
     *
     * <p>If the provider has responded, and no rule recognizes the response, another call is likely to get the same
     * response: the pauses grow to hours.
     */
    private RecordedFailure unknownEffect(RefreshAttempt attempt, TokenRecord claimed, TokenVerdict verdict) {
        if (claimed.refreshModel() != RefreshModel.ROTATING) {
            return failed(attempt, claimed, remembering(verdict.problem(), verdict.until(), verdict.detail()), 0);
        }
        if (isUnrecognized(verdict)) {
            Instant now = time.now();
            Failures failures = gate.afterUnrecognized(claimed.failures(), verdict, now);
            return failed(attempt, claimed, FailureChange.unrecognized(claimed, failures, now));
        }
        Instant now = time.now();
        Instant since = attempt.unknownSince(UnknownOutcome.since(claimed, now));
        String detail = UnknownOutcome.sentence(since, verdict.detail());
        Failures failures = gate.after(claimed.failures(), Problem.OUTCOME_UNKNOWN, verdict.until(), detail, now);
        return failed(attempt, claimed, FailureChange.of(claimed, failures, 1, now), since);
    }

    private static boolean isUnrecognized(TokenVerdict verdict) {
        return verdict.kind() == TokenVerdict.Kind.UNKNOWN && UNRECOGNIZED.contains(verdict.problem());
    }

    /**
     * Remembers in this process alone that the response to a call is overdue. The record keeps the claim, so that no
     * process calls meanwhile.
     *
     * @param until the end of the wait for the response
     */
    RecordedFailure overdue(RefreshAttempt attempt, TokenRecord claimed, TokenVerdict verdict, Instant until) {
        attempt.endWithoutResponse(time.now());
        Instant since = attempt.unknownSince(UnknownOutcome.since(claimed, time.now()));
        String detail = UnknownOutcome.sentence(since, verdict.detail());
        remember(claimed, new Hold(Problem.OUTCOME_UNKNOWN, detail, Optional.of(since), until));
        return new RecordedFailure(Problem.OUTCOME_UNKNOWN, detail, Optional.of(until), true, false);
    }

    /** Forgets that a response is overdue. */
    void endOverdue(TokenRecord claimed) {
        holds.remove(claimed);
    }

    private Function<Failures, Failures> remembering(Problem problem, Optional<Instant> until, String detail) {
        return before -> gate.after(before, problem, until, detail, time.now());
    }

    /** Handles a request that this process withheld itself; no failure is recorded. */
    private RecordedFailure withheld(RefreshAttempt attempt, TokenRecord claimed, TokenOutcome.NotSent why) {
        releaseClaim(attempt, claimed);
        Instant again = time.now().plus(WITHHELD_PAUSE);
        return new RecordedFailure(
                Problem.WAIT_TIMEOUT, "nothing was sent: " + why.detail(), Optional.of(again), true, false);
    }

    private RecordedFailure clientRefused(RefreshAttempt attempt, TokenRecord claimed, TokenVerdict verdict) {
        Instant now = time.now();
        Optional<Instant> until = attempt.client().health().suspension(now).map(ClientHealth.Suspension::until);
        releaseClaim(attempt, claimed);
        attempt.tell(new TokenEvent.RefreshFailed(
                attempt.key(),
                now,
                verdict.problem(),
                verdict.detail(),
                FailureChange.whileTheClientIsRefused(claimed, now),
                until));
        return new RecordedFailure(verdict.problem(), verdict.detail(), until, true, false);
    }

    /** Handles a refusal that says nothing about the tokens; no failure is recorded. */
    private RecordedFailure notYet(RefreshAttempt attempt, TokenRecord claimed, TokenVerdict verdict) {
        Instant earliest = verdict.until().orElseGet(() -> time.now().plus(NOT_YET_PAUSE));
        Optional<Hold> hold = release(
                attempt,
                claimed,
                record -> record.next()
                        .lifetime(
                                record.lifetime().issuedNoLaterThan(time.now()).notBefore(earliest)),
                Optional.of(new Hold(verdict.problem(), verdict.detail(), Optional.of(time.now()), earliest)));
        Instant until = hold.map(Hold::until).orElse(earliest);
        return new RecordedFailure(verdict.problem(), verdict.detail(), Optional.of(until), true, false);
    }

    private RecordedFailure failed(
            RefreshAttempt attempt, TokenRecord claimed, Function<Failures, Failures> memory, int moreUncertain) {
        Failures failures = memory.apply(claimed.failures());
        return failed(attempt, claimed, FailureChange.of(claimed, failures, moreUncertain, time.now()));
    }

    private RecordedFailure failed(RefreshAttempt attempt, TokenRecord claimed, FailureChange change) {
        return failed(attempt, claimed, change, time.now());
    }

    /** @param since when the state of the account changed */
    private RecordedFailure failed(RefreshAttempt attempt, TokenRecord claimed, FailureChange change, Instant since) {
        Instant now = time.now();
        Problem problem = change.problem();
        Failures failures = change.failures();
        Hold hold = new Hold(
                problem,
                failures.detail(),
                Optional.of(since),
                failures.nextAttempt().orElse(now));
        Optional<Hold> unsaved =
                release(attempt, claimed, record -> change.appliedTo(record, since), Optional.of(hold));
        if (unsaved.isPresent() && attempt.isSpent()) {
            FailureChange later = change.deferredTo(unsaved.get().until());
            unrecorded.keep(claimed, attempt.claimId(), record -> later.appliedTo(record, since));
        }
        Optional<Instant> until = unsaved.map(Hold::until).or(failures::nextAttempt);
        attempt.tell(
                new TokenEvent.RefreshFailed(attempt.key(), now, problem, failures.detail(), change.state(), until));
        return new RecordedFailure(problem, failures.detail(), until, true, false);
    }

    /**
     * Releases the claim, if there is one. If the store does not accept that, this process alone remembers
     * {@code hold}, for a while at least.
     *
     * @return the hold that this process keeps in memory instead; empty if the store has the change
     */
    private Optional<Hold> release(
            RefreshAttempt attempt,
            TokenRecord claimed,
            Function<TokenRecord, TokenRecord.Builder> change,
            Optional<Hold> hold) {
        if (claimed.claim().isEmpty()) {
            settlement.keepUnwritten(claimed, change);
            return Optional.empty();
        }
        try {
            settlement.release(claimed, attempt.claimId(), change);
            attempt.claimIsGone();
            return Optional.empty();
        } catch (TokenStoreException e) {
            log.debug("{}: the outcome of a call could not be saved", attempt.key(), e);
            Optional<Hold> longer = hold.map(this::atLeastLocalHold);
            longer.ifPresent(why -> remember(claimed, why));
            return longer;
        }
    }

    private void remember(TokenRecord claimed, Hold hold) {
        holds.put(claimed, hold);
    }

    private Hold atLeastLocalHold(Hold hold) {
        Instant soonest = time.now().plus(LOCAL_HOLD);
        return hold.until().isBefore(soonest) ? new Hold(hold.problem(), hold.detail(), hold.since(), soonest) : hold;
    }

    /** Releases the claim without recording a failure. */
    void releaseClaim(RefreshAttempt attempt, TokenRecord claimed) {
        Optional<Hold> unused = release(attempt, claimed, TokenRecord::next, Optional.empty());
    }

    // ---- invalid grants

    /**
     * Marks the grant as invalid, table M.
     *
     * @throws TokenException with the provider's reason if the store fails; the grant may then still be unmarked
     */
    Marked mark(RefreshAttempt attempt, TokenRecord claimed, TokenVerdict verdict) {
        attempt.client().health().rejected(attempt.key(), verdict, time.now());
        Problem problem = reason(claimed, verdict);
        for (int tries = 1; ; tries++) {
            try {
                Marked marked = settlement.markDead(claimed, attempt.claimId(), problem, detail(claimed, verdict));
                attempt.claimIsGone();
                return marked;
            } catch (TokenStoreException e) {
                if (tries < MARK_ATTEMPTS) {
                    continue;
                }
                log.debug("{}: could not mark the grant as invalid", attempt.key(), e);
                String detail = detail(claimed, verdict);
                Instant now = time.now();
                Instant until = now.plus(LOCAL_HOLD);
                remember(claimed, new Hold(problem, detail, Optional.of(now), until));
                throw exceptions.because(attempt.key(), problem, detail, e).toBuilder()
                        .retryAt(until)
                        .build();
            }
        }
    }

    private static Problem reason(TokenRecord claimed, TokenVerdict verdict) {
        return claimed.uncertain() > 0 ? Problem.REFRESH_TOKEN_LOST : verdict.problem();
    }

    /**
     * A refresh token may be refused because the response to an earlier call of this application was lost. One that is
     * refused soon after it was issued has often been used by another holder.
     */
    private String detail(TokenRecord claimed, TokenVerdict verdict) {
        if (claimed.uncertain() > 0) {
            return UnknownOutcome.afterRefusal(UnknownOutcome.since(claimed, time.now()), verdict.detail());
        }
        Duration age = Duration.between(claimed.lifetime().issuedAt(), time.now());
        return claimed.refreshModel() == RefreshModel.ROTATING && age.compareTo(YOUNG) < 0
                ? verdict.detail() + "; the refresh token was " + Math.max(0, age.toMinutes())
                        + " minutes old: another holder of it, such as another application or a copy of the store,"
                        + " may have used it"
                : verdict.detail();
    }

    /** Publishes the event for an invalid grant, once, and returns the outcome. */
    RecordedFailure afterMarking(RefreshAttempt attempt, Marked marked, TokenRecord claimed, TokenVerdict verdict) {
        Problem problem = reason(claimed, verdict);
        String detail = detail(claimed, verdict);
        boolean newlyMarked = marked instanceof Marked.Dead;
        if (newlyMarked) {
            attempt.tell(new TokenEvent.ReauthorizationRequired(attempt.key(), time.now(), problem, detail));
            attempt.cell().forget(claimed.grant().id());
        }
        return new RecordedFailure(problem, detail, Optional.empty(), false, !newlyMarked);
    }

    /** Returns the outcome for refused tokens that were not of the newest generation: the stored record is current. */
    RecordedFailure outdated(TokenVerdict verdict) {
        return new RecordedFailure(verdict.problem(), verdict.detail(), Optional.empty(), true, true);
    }

    /**
     * Records that the tokens of a copy were refused. The store may have newer ones but cannot be read, so the grant is
     * not marked as invalid.
     */
    RecordedFailure copyRefused(RefreshAttempt attempt, TokenRecord copy, TokenVerdict verdict) {
        attempt.client().health().rejected(attempt.key(), verdict, time.now());
        String detail = "the store is unavailable, and the provider refused the tokens of a copy: " + verdict.detail();
        return failed(attempt, copy, remembering(Problem.STORE_UNAVAILABLE, Optional.empty(), detail), 0);
    }

    // ---- responses with tokens

    /** Sets aside a response with another user's tokens. The record keeps its own tokens and records the mismatch. */
    TokenException quarantined(RefreshAttempt attempt, TokenRecord claimed, PendingWrite pending) {
        pending.entry().ifPresent(journal::park);
        RecordedFailure left = failed(
                attempt,
                claimed,
                remembering(
                        Problem.IDENTITY_MISMATCH,
                        Optional.of(time.now().plus(FailureGate.LONGEST)),
                        "the provider responded with the tokens of another user"),
                claimed.refreshModel() == RefreshModel.ROTATING ? 1 : 0);
        return exceptions.problem(
                attempt.key(), left.problem(), left.detail(), left.retryAt().orElse(null));
    }

    /**
     * Returns the record to write after a response without a usable access token. Its refresh token is saved in any
     * case.
     *
     * <p>The first such response may be followed by a call at once, with the new refresh token. After that the pauses
     * grow as after any failure, since the failure memory is kept over the attempts and the processes.
     *
     * @param updated the next generation, with the new refresh token
     * @param atOnce whether a caller needs a token that the record does not have
     */
    TokenRecord.Builder withoutAccessToken(
            TokenRecord claimed, TokenRecord updated, Optional<String> fault, boolean atOnce) {
        Instant now = time.now();
        Failures before = claimed.failures();
        String detail = fault.map(why -> "the provider responded without a usable access token: " + why)
                .orElse("the provider responded without an access token");
        if (atOnce && !before.problem().equals(Optional.of(Problem.MALFORMED_RESPONSE))) {
            Failures first =
                    new Failures(before.count() + 1, Optional.of(Problem.MALFORMED_RESPONSE), Optional.empty(), detail);
            return updated.next().failures(first).health(claimed.health());
        }
        Failures failures = gate.after(before, Problem.MALFORMED_RESPONSE, Optional.empty(), detail, now);
        return FailureChange.withNewRefreshToken(claimed, failures, now)
                .appliedTo(updated.toBuilder().health(claimed.health()).build(), now);
    }

    /** Clears this process's hold and publishes the events of a saved response. */
    void succeeded(RefreshAttempt attempt, TokenRecord before, TokenRecord after) {
        holds.remove(attempt.key());
        Instant now = time.now();
        Duration took = Duration.ofNanos(time.nanos() - attempt.claimedNanos());
        for (TokenEvent event : RefreshChanges.between(before, after, now, took)) {
            attempt.tell(event);
        }
        Failures failures = after.failures();
        if (failures.isBeforeNextAttempt(now)) {
            attempt.tell(new TokenEvent.RefreshFailed(
                    attempt.key(),
                    now,
                    failures.problem().orElse(Problem.INTERNAL),
                    failures.detail(),
                    after.health().state(),
                    failures.nextAttempt()));
        }
    }
}
