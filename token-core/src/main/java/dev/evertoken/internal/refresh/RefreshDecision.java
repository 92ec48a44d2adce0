package dev.evertoken.internal.refresh;

import dev.evertoken.internal.client.FailureGate;
import dev.evertoken.internal.client.Settings;
import dev.evertoken.internal.refresh.Claims.Standing;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.Failures;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.Schedule.Freshness;
import dev.evertoken.spi.provider.ProviderProfile;
import dev.evertoken.spi.store.Claim.Phase;
import dev.evertoken.spi.store.Health;
import dev.evertoken.spi.store.TokenRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What to do with a record that was just loaded: table L of the protocol, first hit wins. Pure.
 *
 * @param settings the protocol's times
 * @param gate reads the failure memory
 */
record RefreshDecision(Settings settings, FailureGate gate) {

    /** Two forced refreshes of one account are at least this far apart. */
    static final Duration FORCED_APART = Duration.ofSeconds(10);

    private static final Duration PEER_CHECK = Duration.ofSeconds(1);

    /** What to do. */
    sealed interface Step {
        /** The record's token is the answer. */
        record Adopt() implements Step {}

        /** The token is due but valid: serve it, and look again then. */
        record Serve(Instant lookAgain) implements Step {}

        /** There is nothing to serve and nothing to try. */
        record Refuse(Problem problem, String detail, Optional<Instant> retryAt) implements Step {}

        /** A peer is at it. */
        record Wait() implements Step {}

        /** Claim it and call. {@code takingOver} a claim that may have been sent. */
        record Take(boolean takingOver) implements Step {}
    }

    /** Why no call may be made although the record would allow one; from the client's breaker or this process. */
    record Hold(Problem problem, String detail, Instant until) {}

    Step judge(
            TokenRecord record,
            TokenRequirement requirement,
            Standing claim,
            Optional<Hold> hold,
            ProviderProfile profile,
            Instant now) {
        if (record.health().state() == ConnectionState.NEEDS_REAUTH) {
            return needsReauth(record.health(), record.failures());
        }
        Freshness freshness = freshness(record, now);
        boolean rejected = requirement.rejects(record.grant().id(), record.generation());
        boolean tooShort = isTooShort(record, requirement, now);
        if (freshness == Freshness.FRESH && !rejected && !tooShort && !forcedNow(record, requirement, now)) {
            return new Step.Adopt();
        }
        if (requirement.stored()) {
            return freshness == Freshness.FRESH ? new Step.Adopt() : new Step.Serve(now.plus(PEER_CHECK));
        }
        boolean valid = freshness != Freshness.EXPIRED && requirement.anyValidTokenWillDo();
        if (!refreshable(record, requirement)) {
            return valid ? new Step.Serve(end(record)) : noRefreshToken(record, freshness);
        }
        Optional<Step.Refuse> shut = shut(record, hold, now);
        if (shut.isPresent()) {
            return valid ? new Step.Serve(shut.get().retryAt().orElse(end(record))) : shut.get();
        }
        if (claim == Standing.LIVE) {
            return valid ? new Step.Serve(now.plus(PEER_CHECK)) : new Step.Wait();
        }
        boolean lapsedSent = claim == Standing.LAPSED
                && record.claim().filter(c -> c.phase() == Phase.SENT).isPresent();
        if ((lapsedSent || record.uncertain() > 0) && replayCosts(record, profile)) {
            return replay(record, lapsedSent, freshness, valid, profile, now);
        }
        return new Step.Take(lapsedSent);
    }

    /**
     * What to do with a copy of a record while the store itself does not answer, first hit wins; empty if nothing: then the
     * store's failure is the answer. The copy may be old and nobody can claim, so no token is spent that must not be spent
     * twice, and nobody is asked to reconnect who may have done so already.
     */
    Optional<Step> judgeCopy(TokenRecord copy, TokenRequirement requirement, Optional<Hold> hold, Instant now) {
        if (copy.health().state() == ConnectionState.NEEDS_REAUTH) {
            return Optional.empty();
        }
        Freshness freshness = freshness(copy, now);
        Step serve = new Step.Serve(now.plus(PEER_CHECK));
        boolean asked = requirement.rejects(copy.grant().id(), copy.generation())
                || isTooShort(copy, requirement, now)
                || forcedNow(copy, requirement, now);
        if (freshness == Freshness.FRESH && !asked) {
            return Optional.of(serve);
        }
        boolean valid = freshness != Freshness.EXPIRED && (requirement.anyValidTokenWillDo() || requirement.stored());
        if (requirement.stored() || !copy.refreshModel().spendsNothing() || !refreshable(copy, requirement)) {
            return valid ? Optional.of(serve) : Optional.empty();
        }
        Optional<Step.Refuse> shut = shut(copy, hold, now);
        if (shut.isEmpty()) {
            return Optional.of(new Step.Take(false));
        }
        return Optional.of(valid ? serve : shut.get());
    }

    private Freshness freshness(TokenRecord record, Instant now) {
        Instant trusted = record.lifetime().issuedAt().minus(settings.clockSkew());
        return now.isBefore(trusted)
                ? Freshness.EXPIRED
                : record.lifetime().schedule().freshness(now);
    }

    private static boolean forcedNow(TokenRecord record, TokenRequirement requirement, Instant now) {
        return requirement.forced()
                && !now.isBefore(record.lifetime().issuedAt().plus(FORCED_APART));
    }

    /** A new token would last longer; one that has most of its life before it is as good as it gets. */
    private static boolean isTooShort(TokenRecord record, TokenRequirement requirement, Instant now) {
        Duration mostOfLife = Duration.between(record.lifetime().issuedAt(), end(record))
                .multipliedBy(3)
                .dividedBy(4);
        Duration wanted = requirement.atLeast().compareTo(mostOfLife) < 0 ? requirement.atLeast() : mostOfLife;
        return !requirement.atLeast().isZero()
                && Duration.between(now, end(record)).compareTo(wanted) < 0;
    }

    private static Instant end(TokenRecord record) {
        return record.lifetime().schedule().expiresAt();
    }

    /** What does not expire has nothing to refresh, but its provider can be asked whether it is still good. */
    private static boolean refreshable(TokenRecord record, TokenRequirement requirement) {
        return switch (record.refreshModel()) {
            case ROTATING, STATIC -> record.refreshTokenFingerprint().isPresent();
            case EXTENDING, REISSUED -> true;
            case NON_EXPIRING -> record.parent().isPresent() || requirement.rejected() != null || requirement.forced();
        };
    }

    private static Step noRefreshToken(TokenRecord record, Freshness freshness) {
        String detail = freshness == Freshness.EXPIRED
                ? "the access token ended at " + end(record) + " and there is no refresh token"
                : "the token cannot be replaced: there is no refresh token";
        return new Step.Refuse(Problem.NO_REFRESH_TOKEN, detail, Optional.empty());
    }

    private static Step needsReauth(Health health, Failures failures) {
        return new Step.Refuse(
                health.problem().orElse(Problem.GRANT_DEAD),
                failures.detail().isEmpty() ? "the grant is dead since " + health.since() : failures.detail(),
                Optional.empty());
    }

    /** The gates: the account's failure memory, the provider's "not before", the client's breaker. */
    private Optional<Step.Refuse> shut(TokenRecord record, Optional<Hold> hold, Instant now) {
        Optional<Instant> until = gate.shutUntil(record, now);
        if (until.isPresent()) {
            Failures failures = record.failures();
            return Optional.of(
                    failures.isBeforeNextAttempt(now)
                            ? new Step.Refuse(failures.problem().orElse(Problem.INTERNAL), failures.detail(), until)
                            : new Step.Refuse(Problem.NOT_YET, "the provider does not refresh this token yet", until));
        }
        return hold.map(why -> new Step.Refuse(why.problem(), why.detail(), Optional.of(why.until())));
    }

    private static boolean replayCosts(TokenRecord record, ProviderProfile profile) {
        return record.refreshModel() == RefreshModel.ROTATING && !profile.replayHarmless();
    }

    /**
     * A token of this generation may have been spent: it is sent again inside the provider's grace, else only
     * when the access token has ended and nothing can be lost any more (protocol.md X3).
     *
     * <p>The grace counts from the first sending, which was before the last write, and the next sending is later than
     * now: both together by no more than a claim lasts. A further failure has moved the last write, so the grace is
     * not used after one.
     */
    private Step replay(
            TokenRecord record,
            boolean lapsedSent,
            Freshness freshness,
            boolean valid,
            ProviderProfile profile,
            Instant now) {
        boolean first = record.uncertain() + (lapsedSent ? 1 : 0) == 1
                && record.failures().count() <= 1;
        Instant graceEnd = record.updatedAt().plus(profile.reuseGrace()).minus(settings.claimDuration());
        if (first && now.isBefore(graceEnd)) {
            return new Step.Take(lapsedSent);
        }
        if (freshness == Freshness.EXPIRED) {
            return new Step.Take(lapsedSent);
        }
        return valid
                ? new Step.Serve(end(record))
                : new Step.Refuse(
                        Problem.OUTCOME_UNKNOWN,
                        "an earlier refresh may have reached the provider; the next one waits for the access token's"
                                + " end",
                        Optional.of(end(record)));
    }
}
