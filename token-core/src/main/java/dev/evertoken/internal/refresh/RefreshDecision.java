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
 * Decides on a record that was just loaded: table L of the protocol, where the first matching row applies. Immutable.
 *
 * @param settings the durations of the protocol
 * @param gate evaluates the failure memory
 */
public record RefreshDecision(Settings settings, FailureGate gate) {

    /** The minimum time between two forced refreshes of one account. */
    static final Duration FORCED_APART = Duration.ofSeconds(10);

    private static final Duration PEER_CHECK = Duration.ofSeconds(1);

    /** The decision on a record. */
    sealed interface Step {
        /** Return the record's token. */
        record Adopt() implements Step {}

        /** The token is due but valid: return it, and check again at {@code lookAgain}. */
        record Serve(Instant lookAgain) implements Step {}

        /** There is no token to return, and no call may be made. */
        record Refuse(Problem problem, String detail, Optional<Instant> retryAt) implements Step {}

        /** Wait for the peer that holds the claim. */
        record Wait() implements Step {}

        /**
         * Claim the record and call the provider. {@code takingOver} is true if a lapsed claim that may have been sent
         * is replaced.
         */
        record Take(boolean takingOver) implements Step {}
    }

    /**
     * The reason why no call may be made although the record would allow one: the client's breaker, or a failure that
     * this process remembers.
     *
     * @param since when the reason began; empty if that is not known
     */
    record Hold(Problem problem, String detail, Optional<Instant> since, Instant until) {}

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
        if (requirement.stored() && record.lifetime().hasAccessToken()) {
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
     * Decides on a copy of a record while the store is unavailable; the first matching row applies. Empty if the copy
     * is of no use, so that the store's failure is reported.
     *
     * <p>The copy may be outdated, and no claim can be taken. So no single-use token is spent, and no user is asked to
     * reconnect who may already have done so.
     */
    Optional<Step> judgeCopy(TokenRecord copy, TokenRequirement requirement, Optional<Hold> hold, Instant now) {
        if (copy.health().state() == ConnectionState.NEEDS_REAUTH) {
            return Optional.empty();
        }
        Freshness freshness = freshness(copy, now);
        Step serve = new Step.Serve(now.plus(PEER_CHECK));
        boolean refreshRequired = requirement.rejects(copy.grant().id(), copy.generation())
                || isTooShort(copy, requirement, now)
                || forcedNow(copy, requirement, now);
        if (freshness == Freshness.FRESH && !refreshRequired) {
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

    /**
     * Returns whether the token expires too soon. A token with most of its lifetime left is accepted, since a new one
     * would hardly last longer.
     */
    private static boolean isTooShort(TokenRecord record, TokenRequirement requirement, Instant now) {
        if (requirement.atLeast().isZero()) {
            return false;
        }
        Duration mostOfLife = Duration.between(record.lifetime().issuedAt(), end(record))
                .multipliedBy(3)
                .dividedBy(4);
        Duration wanted = requirement.atLeast().compareTo(mostOfLife) < 0 ? requirement.atLeast() : mostOfLife;
        return Duration.between(now, end(record)).compareTo(wanted) < 0;
    }

    private static Instant end(TokenRecord record) {
        return record.lifetime().schedule().expiresAt();
    }

    /** A token that does not expire needs no refresh, but the provider can be asked whether it is still valid. */
    private static boolean refreshable(TokenRecord record, TokenRequirement requirement) {
        return switch (record.refreshModel()) {
            case ROTATING, STATIC -> record.refreshTokenFingerprint().isPresent();
            case EXTENDING, REISSUED -> true;
            case NON_EXPIRING -> record.parent().isPresent() || requirement.rejected() != null || requirement.forced();
        };
    }

    private static Step noRefreshToken(TokenRecord record, Freshness freshness) {
        String detail = freshness == Freshness.EXPIRED
                ? "the access token expired at " + end(record) + " and there is no refresh token"
                : "the token cannot be replaced: there is no refresh token";
        return new Step.Refuse(Problem.NO_REFRESH_TOKEN, detail, Optional.empty());
    }

    private static Step needsReauth(Health health, Failures failures) {
        return new Step.Refuse(
                health.problem().orElse(Problem.GRANT_DEAD),
                failures.detail().isEmpty() ? "the grant has been invalid since " + health.since() : failures.detail(),
                Optional.empty());
    }

    /**
     * Returns why no call may be made: the account's failure memory, the provider's earliest refresh time, or
     * {@code hold}. Empty if none of them applies.
     */
    private Optional<Step.Refuse> shut(TokenRecord record, Optional<Hold> hold, Instant now) {
        Optional<Instant> until = gate.shutUntil(record, now);
        if (until.isPresent()) {
            Failures failures = record.failures();
            return Optional.of(
                    failures.isBeforeNextAttempt(now)
                            ? new Step.Refuse(failures.problem().orElse(Problem.INTERNAL), failures.detail(), until)
                            : new Step.Refuse(Problem.NOT_YET, tooEarly(record), until));
        }
        return hold.isEmpty()
                ? Optional.empty()
                : Optional.of(new Step.Refuse(
                        hold.get().problem(),
                        hold.get().detail(),
                        Optional.of(hold.get().until())));
    }

    private static boolean replayCosts(TokenRecord record, ProviderProfile profile) {
        return record.refreshModel() == RefreshModel.ROTATING && !profile.replayHarmless();
    }

    private static String tooEarly(TokenRecord record) {
        return record.refreshModel() == RefreshModel.NON_EXPIRING
                ? "the provider was asked about this token a short time ago"
                : "the provider does not refresh this token yet";
    }

    /**
     * Decides on a refresh token that may have been used before. It is sent again within the provider's grace period;
     * after that only once the access token has expired, when there is nothing left to lose (protocol.md X3).
     *
     * <p>The grace period starts when the token is first sent, which was before the last write, and the next request is
     * sent later than now. The two differences together are at most the duration of a claim. A further failure moves
     * the last write, so the grace period is not used after one.
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
                        "an earlier refresh may have reached the provider; the next one waits until the access token"
                                + " expires",
                        Optional.of(end(record)));
    }
}
