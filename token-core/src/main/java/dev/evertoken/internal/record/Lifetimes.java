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

/** When tokens end and when they are due: by what the provider tells, within its bounds, and by the policy. Thread-safe. */
public final class Lifetimes {

    /** A told lifetime of nothing would mean a call to the provider for every request. */
    public static final Duration SHORTEST = Duration.ofSeconds(30);

    /** A policy that wants a token refreshed as soon as it is there would mean the same. */
    static final Duration YOUNGEST_DUE = Duration.ofSeconds(15);

    private static final Logger log = LoggerFactory.getLogger(Lifetimes.class);

    private final RefreshPolicy policy;
    private final Timekeeper time;

    Lifetimes(RefreshPolicy policy, Timekeeper time) {
        this.policy = policy;
        this.time = time;
    }

    /** Returns how long an access token lasts on that is due at once: a newer one has yet to come. */
    Lifetime dueNow(Lifetime old) {
        return new Lifetime(
                old.issuedAt(),
                old.expiresAt(),
                old.expiryAssumed(),
                old.refreshTokenExpiresAt(),
                Optional.of(time.now()),
                Optional.empty());
    }

    /** Returns the lifetime of tokens; what a provider says of early refreshes it says of grants of its own refresh model. */
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
        Instant told = tokens.expiresAt().orElse(issued.plus(profile.defaultLifetime()));
        Instant end = clamped(told, issued.plus(SHORTEST), issued.plus(profile.longestLifetime()));
        boolean assumed = tokens.expiresAt().isEmpty() || !end.equals(told);
        boolean usual = model == profile.refreshModel();
        Optional<Duration> youngest = usual ? youngest(profile, issued, end) : Optional.empty();
        Instant due = refreshAt(new RefreshPolicy.Facts(
                key, model, issued, end, youngest, usual ? profile.largestMargin() : Optional.empty()));
        return new Lifetime(
                issued,
                Optional.of(end),
                assumed,
                tokens.refreshTokenExpiresAt(),
                Optional.of(due),
                youngest.map(issued::plus));
    }

    /** The age that a refresh waits for; a token that ends before it is not meant by the provider's rule. */
    private static Optional<Duration> youngest(ProviderProfile profile, Instant issued, Instant end) {
        return profile.earliestRefreshAge().filter(age -> issued.plus(age).isBefore(end));
    }

    /** Whatever the policy does, the tokens that it is asked about must be saved: it is asked before they are. */
    private Instant refreshAt(RefreshPolicy.Facts facts) {
        try {
            Instant due = policy.schedule(facts).refreshAt();
            Instant soonest = facts.issuedAt().plus(YOUNGEST_DUE);
            return due.isBefore(soonest) ? soonest : due;
        } catch (RuntimeException | Error e) {
            log.warn("the refresh policy failed for {}; its token is refreshed at its end", facts.key(), e);
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
