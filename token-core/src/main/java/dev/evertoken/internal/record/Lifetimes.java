package dev.evertoken.internal.record;

import dev.evertoken.model.Lifetime;
import dev.evertoken.model.RefreshModel;
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

    /** The minimum lifetime: a reported lifetime of zero would mean a call to the provider for every request. */
    public static final Duration SHORTEST = Duration.ofSeconds(30);

    /**
     * The minimum age of a token that is due: a policy that refreshes new tokens at once would have the same effect.
     */
    static final Duration YOUNGEST_DUE = Duration.ofSeconds(15);

    private static final Logger log = LoggerFactory.getLogger(Lifetimes.class);

    private final RefreshPolicy policy;
    private final Timekeeper time;

    Lifetimes(RefreshPolicy policy, Timekeeper time) {
        this.policy = policy;
        this.time = time;
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
        Instant issued = tokens.issuedAt();
        if (model == RefreshModel.NON_EXPIRING && tokens.expiresAt().isEmpty()) {
            return new Lifetime(
                    issued,
                    Optional.empty(),
                    false,
                    tokens.refreshTokenExpiresAt(),
                    Optional.empty(),
                    Optional.empty());
        }
        Instant reported = tokens.expiresAt().orElse(issued.plus(profile.defaultLifetime()));
        Instant end = clamped(reported, issued.plus(SHORTEST), issued.plus(profile.longestLifetime()));
        boolean assumed = tokens.expiresAt().isEmpty() || !end.equals(reported);
        boolean ownModel = model == profile.refreshModel();
        Optional<Duration> earliestAge = ownModel ? earliestAge(profile, issued, end) : Optional.empty();
        Instant due = refreshAt(new RefreshPolicy.Facts(
                key, model, issued, end, earliestAge, ownModel ? profile.largestMargin() : Optional.empty()));
        return new Lifetime(
                issued,
                Optional.of(end),
                assumed,
                tokens.refreshTokenExpiresAt(),
                Optional.of(due),
                earliestAge.map(issued::plus));
    }

    /**
     * Returns the lifetime of tokens that a refresh has returned. The refresh of a token that does not expire is a check
     * of it, and the provider's minimum age applies to the next check.
     */
    Lifetime ofRefreshed(TokenKey key, RefreshModel model, ProviderProfile profile, TokenSet tokens) {
        Lifetime lifetime = of(key, model, profile, tokens);
        boolean wasChecked = model == RefreshModel.NON_EXPIRING && model == profile.refreshModel();
        Optional<Instant> next = profile.earliestRefreshAge()
                .map(tokens.issuedAt()::plus)
                .filter(earliest -> wasChecked && lifetime.expiresAt().isEmpty());
        return next.map(lifetime::notBefore).orElse(lifetime);
    }

    /**
     * Returns the minimum age for a refresh; empty if the token expires before it, since the provider's rule cannot
     * apply then.
     */
    private static Optional<Duration> earliestAge(ProviderProfile profile, Instant issued, Instant end) {
        return profile.earliestRefreshAge().filter(age -> issued.plus(age).isBefore(end));
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
            log.warn("the refresh policy failed for {}; its token will be refreshed when it expires", facts.key(), e);
            return facts.expiresAt();
        }
    }

    private static Instant clamped(Instant value, Instant least, Instant most) {
        if (value.isBefore(least)) {
            return least;
        }
        return value.isAfter(most) ? most : value;
    }
}
