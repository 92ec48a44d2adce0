package dev.evertoken.internal.record;

import dev.evertoken.model.Lifetime;
import dev.evertoken.model.LoggerNames;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.Schedule;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.spi.RefreshPolicy;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.provider.ProviderProfile;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Computes when tokens expire and when they are due, from the provider's response, the bounds of its profile, and the
 * policy. Thread-safe.
 */
public final class Lifetimes {

    /**
     * The lifetime of a token that is reported to have expired when it was issued: believing it would mean a call to
     * the provider for every request.
     */
    public static final Duration SHORTEST = Duration.ofSeconds(30);

    /**
     * The minimum age of a token that is due: a policy that refreshes new tokens at once would have the same effect.
     */
    static final Duration YOUNGEST_DUE = Duration.ofSeconds(15);

    private static final Logger log = LoggerFactory.getLogger(LoggerNames.REFRESH);

    private final RefreshPolicy policy;
    private final Timekeeper time;
    private final RateLimitedLog failures;

    Lifetimes(RefreshPolicy policy, Timekeeper time) {
        this.policy = policy;
        this.time = time;
        this.failures = new RateLimitedLog(time);
    }

    /** Returns the lifetime of an access token that is due at once, because the response had no newer one. */
    Lifetime dueNow(Lifetime old) {
        return new Lifetime(
                old.issuedAt(),
                old.expiresAt(),
                old.expiryAssumed(),
                old.refreshTokenExpiresAt(),
                Optional.of(time.now()),
                Optional.empty());
    }

    /**
     * Returns the lifetime of tokens. The provider's rules on early refreshes apply to grants of the provider's own
     * refresh model only.
     */
    Lifetime of(TokenKey key, RefreshModel model, ProviderProfile profile, TokenSet tokens) {
        if (tokens.accessToken().isEmpty()) {
            return Lifetime.ofRefreshToken(tokens.issuedAt(), tokens.refreshTokenExpiresAt());
        }
        Instant issued = tokens.issuedAt();
        boolean isUnknown = plausibleExpiry(profile, tokens).isEmpty();
        if (tokens.neverExpires() || (model == RefreshModel.NON_EXPIRING && isUnknown)) {
            return endless(key, model, profile, tokens);
        }
        Instant end = end(profile, tokens);
        return new Lifetime(
                issued,
                Optional.of(end),
                !tokens.expiresAt().equals(Optional.of(end)),
                tokens.refreshTokenExpiresAt(),
                Optional.of(refreshAt(facts(key, model, profile, issued, end))),
                notBefore(model, profile, issued, end));
    }

    /**
     * Returns when an access token expires: the reported time if it is plausible, otherwise after the provider's usual
     * lifetime, and {@link #SHORTEST} after the issue if the token is reported to have expired by then. {@link
     * Schedule#NEVER} if it does not expire.
     */
    public static Instant end(ProviderProfile profile, TokenSet tokens) {
        if (tokens.neverExpires()) {
            return Schedule.NEVER;
        }
        Instant issued = tokens.issuedAt();
        Instant end = plausibleExpiry(profile, tokens).orElse(issued.plus(profile.defaultLifetime()));
        return end.isAfter(issued) ? end : issued.plus(SHORTEST);
    }

    /**
     * Returns the reported expiry; empty if there is none. A time beyond the provider's longest lifetime counts as none:
     * it is a mistake of a table or a placeholder for an unknown time.
     */
    private static Optional<Instant> plausibleExpiry(ProviderProfile profile, TokenSet tokens) {
        Instant latest = tokens.issuedAt().plus(profile.longestLifetime());
        Optional<Instant> end = tokens.expiresAt();
        return end.isPresent() && !end.get().isAfter(latest) ? end : Optional.empty();
    }

    /**
     * Returns the lifetime of a token that does not expire. One that is itself exchanged for the next is exchanged
     * after five sixths of the provider's usual lifetime, since the provider may shorten the lifetime of later ones.
     */
    private Lifetime endless(TokenKey key, RefreshModel model, ProviderProfile profile, TokenSet tokens) {
        Instant issued = tokens.issuedAt();
        Instant horizon = issued.plus(profile.defaultLifetime().multipliedBy(5).dividedBy(4));
        boolean isExchanged = model == RefreshModel.EXTENDING;
        return new Lifetime(
                issued,
                Optional.empty(),
                false,
                tokens.refreshTokenExpiresAt(),
                isExchanged ? Optional.of(refreshAt(facts(key, model, profile, issued, horizon))) : Optional.empty(),
                isExchanged ? notBefore(model, profile, issued, horizon) : Optional.empty());
    }

    private static RefreshPolicy.Facts facts(
            TokenKey key, RefreshModel model, ProviderProfile profile, Instant issued, Instant end) {
        boolean ownModel = model == profile.refreshModel();
        return new RefreshPolicy.Facts(
                key,
                model,
                issued,
                end,
                ownModel ? earliestAge(profile, issued, end) : Optional.empty(),
                ownModel ? profile.largestMargin() : Optional.empty());
    }

    private static Optional<Instant> notBefore(
            RefreshModel model, ProviderProfile profile, Instant issued, Instant end) {
        Optional<Duration> age = earliestAge(profile, issued, end);
        return model == profile.refreshModel() && age.isPresent()
                ? Optional.of(issued.plus(age.get()))
                : Optional.empty();
    }

    /**
     * Returns the lifetime of tokens that a refresh has returned. The refresh of a token that does not expire is a check
     * of it, and the provider's minimum age applies to the next check.
     */
    Lifetime ofRefreshed(TokenKey key, RefreshModel model, ProviderProfile profile, TokenSet tokens) {
        Lifetime lifetime = of(key, model, profile, tokens);
        boolean wasChecked = model == RefreshModel.NON_EXPIRING && model == profile.refreshModel();
        Optional<Duration> age = profile.earliestRefreshAge();
        return wasChecked && age.isPresent() && lifetime.expiresAt().isEmpty()
                ? lifetime.notBefore(tokens.issuedAt().plus(age.get()))
                : lifetime;
    }

    /**
     * Returns the minimum age for a refresh; empty if the token expires before it, since the provider's rule cannot
     * apply then.
     */
    private static Optional<Duration> earliestAge(ProviderProfile profile, Instant issued, Instant end) {
        Optional<Duration> age = profile.earliestRefreshAge();
        return age.isPresent() && issued.plus(age.get()).isBefore(end) ? age : Optional.empty();
    }

    /**
     * Returns when the policy wants the token refreshed. A policy that fails must not prevent the tokens from being
     * saved, since it is called before they are.
     */
    private Instant refreshAt(RefreshPolicy.Facts facts) {
        try {
            Instant due = policy.schedule(facts).refreshAt();
            Instant soonest = facts.issuedAt().plus(YOUNGEST_DUE);
            return due.isBefore(soonest) ? soonest : due;
        } catch (RuntimeException | Error e) {
            failures.log(suppressed -> log.warn(
                    "{}: the refresh policy failed; the token will be refreshed when it expires; {} such failures were"
                            + " not logged since the last one",
                    facts.key(),
                    suppressed,
                    e));
            return facts.expiresAt();
        }
    }
}
