package dev.evertoken.internal.refresh;

import dev.evertoken.internal.client.ClientHealth;
import dev.evertoken.internal.client.ClientHealth.Blame;
import dev.evertoken.internal.client.FailureGate;
import dev.evertoken.internal.client.TokenExceptions;
import dev.evertoken.internal.refresh.RefreshDecision.Hold;
import dev.evertoken.internal.refresh.Settlement.Marked;
import dev.evertoken.internal.store.journal.Journal;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.Failures;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenStoreException;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.provider.RefreshOutcome;
import dev.evertoken.spi.provider.TokenVerdict;
import dev.evertoken.spi.store.TokenRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a call leaves behind besides tokens: failure memory, the client's breaker, dead grants, events.
 *
 * <p>What the store does not take is remembered in this process alone, so that a broken store does not
 * make it call the provider again and again. Thread-safe.
 */
public final class FailureRecorder {

    /** What a call without tokens left; {@code loadAgain}: it was about something that is not there any more. */
    record Left(Problem problem, String detail, Optional<Instant> retryAt, boolean keepsToken, boolean loadAgain) {}

    /** A hold is over with its grant. */
    private record OfGrant(String grantId, Hold hold) {}

    private static final Logger log = LoggerFactory.getLogger(FailureRecorder.class);
    private static final Duration LOCAL_HOLD = Duration.ofSeconds(30);
    private static final Duration WITHHELD_PAUSE = Duration.ofSeconds(2);
    private static final Duration NOT_YET_PAUSE = Duration.ofHours(1);
    private static final Duration YOUNG = Duration.ofDays(1);
    private static final int MARK_ATTEMPTS = 3;

    private final Settlement settlement;
    private final FailureGate gate;
    private final Journal journal;
    private final TokenExceptions exceptions;
    private final Timekeeper time;
    private final ConcurrentMap<TokenKey, OfGrant> holds = new ConcurrentHashMap<>();

    public FailureRecorder(
            Settlement settlement, FailureGate gate, Journal journal, TokenExceptions exceptions, Timekeeper time) {
        this.settlement = settlement;
        this.gate = gate;
        this.journal = journal;
        this.exceptions = exceptions;
        this.time = time;
    }

    /** Returns why this process does not call the provider now: its own memory, or the client's breaker. */
    Optional<Hold> hold(RefreshAttempt attempt, TokenRecord record, Instant now) {
        OfGrant own = holds.computeIfPresent(
                attempt.key(),
                (key, known) ->
                        known.grantId.equals(record.grant().id()) && now.isBefore(known.hold.until()) ? known : null);
        return own != null
                ? Optional.of(own.hold)
                : attempt.client()
                        .health()
                        .shut(now)
                        .map(shut -> new Hold(shut.problem(), shut.detail(), shut.until()));
    }

    // ---- failures

    /** Writes down a call that brought no tokens and did not kill the grant. */
    Left of(RefreshAttempt attempt, TokenRecord claimed, RefreshOutcome outcome) {
        if (outcome instanceof RefreshOutcome.NotSent notSent) {
            attempt.endsProbe();
            return attempt.isWithheld()
                    ? withheld(attempt, claimed, notSent)
                    : failed(attempt, claimed, remembering(notSent.problem(), Optional.empty(), notSent.detail()), 0);
        }
        if (outcome instanceof RefreshOutcome.MaybeSent maybe) {
            attempt.endsProbe();
            boolean rotating = claimed.refreshModel() == RefreshModel.ROTATING;
            TokenVerdict verdict = maybe.verdict();
            Problem problem = rotating ? Problem.OUTCOME_UNKNOWN : verdict.problem();
            return failed(attempt, claimed, remembering(problem, verdict.until(), verdict.detail()), rotating ? 1 : 0);
        }
        TokenVerdict verdict = ((RefreshOutcome.Refused) outcome).verdict();
        if (attempt.client().health().rejected(attempt.key(), verdict, time.now()) == Blame.CLIENT) {
            return clientRefused(attempt, claimed, verdict);
        }
        return verdict.kind() == TokenVerdict.Kind.NOT_YET
                ? notYet(attempt, claimed, verdict)
                : failed(attempt, claimed, before -> gate.after(before, verdict, time.now()), 0);
    }

    private Function<Failures, Failures> remembering(Problem problem, Optional<Instant> until, String detail) {
        return before -> gate.after(before, problem, until, detail, time.now());
    }

    /** We held it back ourselves: nobody failed. */
    private Left withheld(RefreshAttempt attempt, TokenRecord claimed, RefreshOutcome.NotSent why) {
        givesBack(attempt, claimed);
        Instant again = time.now().plus(WITHHELD_PAUSE);
        return new Left(Problem.WAIT_TIMEOUT, "nothing was sent: " + why.detail(), Optional.of(again), true, false);
    }

    private Left clientRefused(RefreshAttempt attempt, TokenRecord claimed, TokenVerdict verdict) {
        Instant now = time.now();
        Optional<Instant> until = attempt.client().health().shut(now).map(ClientHealth.Shut::until);
        givesBack(attempt, claimed);
        attempt.tell(new TokenEvent.RefreshFailed(
                attempt.key(),
                now,
                verdict.problem(),
                verdict.detail(),
                claimed.health().state(),
                until));
        return new Left(verdict.problem(), verdict.detail(), until, true, false);
    }

    private Left notYet(RefreshAttempt attempt, TokenRecord claimed, TokenVerdict verdict) {
        Instant earliest = verdict.until().orElseGet(() -> time.now().plus(NOT_YET_PAUSE));
        Hold hold = new Hold(Problem.NOT_YET, verdict.detail(), earliest);
        release(
                attempt,
                claimed,
                record -> record.next().lifetime(record.lifetime().notBefore(earliest)),
                Optional.of(hold));
        return new Left(Problem.NOT_YET, verdict.detail(), Optional.of(earliest), true, false);
    }

    private Left failed(
            RefreshAttempt attempt, TokenRecord claimed, Function<Failures, Failures> memory, int moreUncertain) {
        Failures failures = memory.apply(claimed.failures());
        Problem problem = failures.problem().orElse(Problem.INTERNAL);
        int uncertain = claimed.uncertain() + moreUncertain;
        Instant now = time.now();
        ConnectionState state = stateAfter(claimed, problem, uncertain, now);
        Instant until = failures.nextAttempt().orElse(now);
        release(
                attempt,
                claimed,
                record -> record.next()
                        .failures(failures)
                        .uncertain(uncertain)
                        .health(record.health().become(state, problem, now)),
                Optional.of(new Hold(problem, failures.detail(), until)));
        attempt.tell(new TokenEvent.RefreshFailed(
                attempt.key(), now, problem, failures.detail(), state, failures.nextAttempt()));
        return new Left(problem, failures.detail(), failures.nextAttempt(), true, false);
    }

    private static ConnectionState stateAfter(TokenRecord record, Problem problem, int uncertain, Instant now) {
        if (problem.state().isPresent()) {
            return problem.state().get();
        }
        if (uncertain > 0) {
            return ConnectionState.UNCERTAIN;
        }
        boolean ended = !now.isBefore(record.lifetime().schedule().expiresAt());
        return ended ? ConnectionState.STALLED : ConnectionState.DEGRADED;
    }

    /** Gives the claim back, if there is one; where nothing could be written, this process alone remembers {@code hold}. */
    private void release(
            RefreshAttempt attempt,
            TokenRecord claimed,
            Function<TokenRecord, TokenRecord.Builder> change,
            Optional<Hold> hold) {
        if (claimed.claim().isEmpty()) {
            settlement.keepUnwritten(claimed, change);
            return;
        }
        try {
            settlement.release(claimed, attempt.claimId(), change);
        } catch (TokenStoreException e) {
            log.warn("{}: the outcome of a call could not be written down, its claim lapses", attempt.key(), e);
            hold.ifPresent(why -> remember(claimed, atLeastForAWhile(why)));
        }
    }

    private void remember(TokenRecord claimed, Hold hold) {
        holds.put(claimed.key(), new OfGrant(claimed.grant().id(), hold));
    }

    private Hold atLeastForAWhile(Hold hold) {
        Instant soonest = time.now().plus(LOCAL_HOLD);
        return hold.until().isBefore(soonest) ? new Hold(hold.problem(), hold.detail(), soonest) : hold;
    }

    /** Returns the failure memory after an answer that brought no access token that can be used. */
    Failures withoutAccessToken(Failures before) {
        return gate.after(
                before,
                Problem.MALFORMED_RESPONSE,
                Optional.empty(),
                "the provider answered without a usable access token",
                time.now());
    }

    /** Gives the claim back as if nothing had been called: nobody failed who is to be remembered. */
    void givesBack(RefreshAttempt attempt, TokenRecord claimed) {
        release(attempt, claimed, TokenRecord::next, Optional.empty());
    }

    // ---- dead grants

    /**
     * Marks the grant dead, table M.
     *
     * @throws TokenException with the provider's reason if the store does not take it; nothing is assumed then
     */
    Marked mark(RefreshAttempt attempt, TokenRecord claimed, TokenVerdict verdict) {
        attempt.client().health().rejected(attempt.key(), verdict, time.now());
        Problem problem = reason(claimed, verdict);
        for (int tries = 1; ; tries++) {
            try {
                return settlement.markDead(claimed, attempt.claimId(), problem, detail(claimed, verdict));
            } catch (TokenStoreException e) {
                if (tries < MARK_ATTEMPTS) {
                    continue;
                }
                log.warn("{}: a dead grant could not be marked", attempt.key(), e);
                String detail = detail(claimed, verdict);
                remember(claimed, new Hold(problem, detail, time.now().plus(LOCAL_HOLD)));
                throw exceptions.because(attempt.key(), problem, detail, e);
            }
        }
    }

    private static Problem reason(TokenRecord claimed, TokenVerdict verdict) {
        return claimed.uncertain() > 0 ? Problem.REFRESH_TOKEN_LOST : verdict.problem();
    }

    /** A refresh token that dies young was often spent by somebody else who has it. */
    private String detail(TokenRecord claimed, TokenVerdict verdict) {
        Duration age = Duration.between(claimed.lifetime().issuedAt(), time.now());
        return claimed.refreshModel() == RefreshModel.ROTATING && age.compareTo(YOUNG) < 0
                ? verdict.detail() + "; the refresh token was " + Math.max(0, age.toMinutes())
                        + " minutes old: another holder of it, as another application or a copy of the store, may"
                        + " have used it"
                : verdict.detail();
    }

    /** Tells that a grant is dead, once. */
    Left afterMarking(RefreshAttempt attempt, Marked marked, TokenRecord claimed, TokenVerdict verdict) {
        Problem problem = reason(claimed, verdict);
        String detail = detail(claimed, verdict);
        boolean dead = marked instanceof Marked.Dead;
        if (dead) {
            attempt.tell(new TokenEvent.ReauthorizationRequired(attempt.key(), time.now(), problem, detail));
            attempt.cell().forget(claimed.grant().id());
        }
        return new Left(problem, detail, Optional.empty(), false, !dead);
    }

    /** What was refused was not the newest generation: go by the one that is stored now. */
    Left outdated(TokenVerdict verdict) {
        return new Left(verdict.problem(), verdict.detail(), Optional.empty(), true, true);
    }

    /** A copy's tokens are refused: there may be newer ones where nobody can look now, so the grant is not called dead. */
    Left copyRefused(RefreshAttempt attempt, TokenRecord copy, TokenVerdict verdict) {
        attempt.client().health().rejected(attempt.key(), verdict, time.now());
        String detail = "the store does not answer, and what a copy of the account has is refused: " + verdict.detail();
        return failed(attempt, copy, remembering(Problem.STORE_UNAVAILABLE, Optional.empty(), detail), 0);
    }

    // ---- good answers

    /** Sets an answer of another user aside: the record keeps what it has, and remembers why. */
    TokenException quarantined(RefreshAttempt attempt, TokenRecord claimed, PendingWrite pending) {
        pending.entry().ifPresent(journal::park);
        Left left = failed(
                attempt,
                claimed,
                remembering(
                        Problem.IDENTITY_MISMATCH,
                        Optional.of(time.now().plus(FailureGate.LONGEST)),
                        "the provider answered with the tokens of another user"),
                claimed.refreshModel() == RefreshModel.ROTATING ? 1 : 0);
        return exceptions.problem(
                attempt.key(), left.problem(), left.detail(), left.retryAt().orElse(null));
    }

    /** Tells that the account has new tokens. */
    void succeeded(RefreshAttempt attempt, TokenRecord before, TokenRecord after) {
        holds.remove(attempt.key());
        Duration took = Duration.ofNanos(time.nanos() - attempt.claimedNanos());
        RefreshChanges.between(before, after, time.now(), took).forEach(attempt::tell);
    }
}
