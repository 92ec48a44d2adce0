package dev.evertoken.internal.client;

import dev.evertoken.internal.client.ClientHealth.Blame;
import dev.evertoken.internal.client.ClientHealth.Suspension;
import dev.evertoken.model.TokenKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/**
 * The state of {@link ClientHealth} at one moment; every change creates a new instance. Immutable.
 *
 * @param stage open, suspended, paused or being probed
 * @param why the reason and the end of the suspension; empty if and only if the client is open
 * @param prober the account that is probing the client; empty unless the stage is {@link Stage#PROBED}
 * @param inARow how often it was suspended without a success in between
 * @param suspects accounts that were refused since the last success
 * @param singled accounts that were refused while others were accepted
 * @param proven whether the provider has ever accepted the client
 * @param limits accounts that were rate limited
 */
record ClientState(
        Stage stage,
        Optional<Suspension> why,
        Optional<TokenKey> prober,
        int inARow,
        Set<TokenKey> suspects,
        Set<TokenKey> singled,
        boolean proven,
        RateLimits limits) {

    /** The stages of the breaker. */
    enum Stage {
        OPEN,
        /** Refused; a success opens it. */
        REFUSED,
        /** Paused at the provider's request; the success of a call in flight does not open it. */
        PAUSED,
        /** One account is probing the client. */
        PROBED
    }

    /** The time after which a probe without a result is abandoned, so that another account may probe. */
    static final Duration PROBE_PATIENCE = Duration.ofMinutes(1);

    /** The longest time that a refusal of one account suspends the client before another account probes it. */
    static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);

    /** The longest time between two probes. */
    static final Duration BETWEEN_PROBES = Duration.ofMinutes(15);

    /** Enough to distinguish one account from many; the sets do not grow with the number of accounts. */
    private static final int MOST_ACCOUNTS = 64;

    static final ClientState UNTRIED = new ClientState(
            Stage.OPEN, Optional.empty(), Optional.empty(), 0, Set.of(), Set.of(), false, RateLimits.NONE);

    boolean isOpen() {
        return stage == Stage.OPEN;
    }

    boolean isShutBy(String detail) {
        return why.filter(suspension -> suspension.detail().equals(detail)).isPresent();
    }

    Optional<Suspension> suspension(Instant now) {
        return why.isPresent() && now.isBefore(why.get().until()) ? why : Optional.empty();
    }

    /** Returns whether a rejection of the client that this account received concerns the client or the account. */
    Blame blame(TokenKey key) {
        if (singled.contains(key)) {
            return Blame.ACCOUNT;
        }
        if (suspects.isEmpty()) {
            return proven ? Blame.ACCOUNT : Blame.CLIENT;
        }
        boolean onlyThisOne = suspects.size() == 1 && suspects.contains(key);
        return onlyThisOne ? Blame.ACCOUNT : Blame.CLIENT;
    }

    /**
     * Returns whether a rate limit that this account received concerns the client, the account or both.
     *
     * @param isLong whether the provider asks for a longer pause than the client makes
     */
    Blame blameForLimit(TokenKey key, boolean isLong) {
        if (limits.concernsOnly(key, isLong)) {
            return Blame.ACCOUNT;
        }
        return isLong ? Blame.BOTH : Blame.CLIENT;
    }

    /**
     * Counts one more suspension if this account's refusal begins one; a response that arrives while the client is
     * suspended or another account probes it belongs to the same suspension.
     */
    ClientState counted(TokenKey key, Instant now) {
        return beginsPeriod(key, now)
                ? new ClientState(stage, why, prober, Math.max(1, inARow + 1), suspects, singled, proven, limits)
                : this;
    }

    /** Records a refused account, except for one with a problem of its own, which says nothing about the client. */
    ClientState suspecting(TokenKey key) {
        if (singled.contains(key)) {
            return this;
        }
        return new ClientState(stage, why, prober, inARow, plus(suspects, Set.of(key)), singled, proven, limits);
    }

    /** Records an account that was rate limited. */
    ClientState limiting(TokenKey key, Instant until) {
        return new ClientState(stage, why, prober, inARow, suspects, singled, proven, limits.with(key, until));
    }

    ClientState refused(Suspension suspension, Instant now) {
        return suspendedFor(
                Stage.REFUSED, suspension.notAfter(now.plus(stage == Stage.OPEN ? LONGEST_PAUSE : BETWEEN_PROBES)));
    }

    ClientState paused(Suspension suspension) {
        return suspendedFor(Stage.PAUSED, suspension);
    }

    /**
     * Returns the state after a rate limit that concerns the client. If a probe is limited too, the longest pause that
     * any account was asked for stands, with a probe from time to time. Another account's limit does not end a probe.
     */
    ClientState limited(TokenKey key, Suspension suspension, Instant now) {
        if (stage == Stage.PROBED && !isProbedBy(key)) {
            return this;
        }
        return stage != Stage.OPEN && beginsPeriod(key, now)
                ? paused(suspension.notBefore(limits.longest()).notAfter(now.plus(BETWEEN_PROBES)))
                : paused(suspension.notAfter(now.plus(LONGEST_PAUSE)));
    }

    private ClientState suspendedFor(Stage next, Suspension suspension) {
        boolean longerAlready = (stage == Stage.REFUSED || stage == Stage.PAUSED)
                && why.filter(old -> old.until().isAfter(suspension.until())).isPresent();
        Instant since = why.map(Suspension::since).orElse(suspension.since());
        return longerAlready ? this : at(next, Optional.of(suspension.since(since)), Optional.empty());
    }

    ClientState probed(TokenKey key, Instant now) {
        return ending(Stage.PROBED, now.plus(PROBE_PATIENCE), Optional.of(key));
    }

    /** Returns the state after an inconclusive probe by this account: the next one may start at once. */
    ClientState undecided(TokenKey key) {
        return isProbedBy(key) ? ending(Stage.REFUSED, Instant.EPOCH, Optional.empty()) : this;
    }

    private boolean beginsPeriod(TokenKey key, Instant now) {
        return isProbedBy(key) || suspension(now).isEmpty();
    }

    private boolean isProbedBy(TokenKey key) {
        return prober.isPresent() && prober.get().equals(key);
    }

    private ClientState ending(Stage next, Instant until, Optional<TokenKey> by) {
        return at(next, why.map(suspension -> suspension.until(until)), by);
    }

    private ClientState at(Stage next, Optional<Suspension> suspension, Optional<TokenKey> by) {
        return new ClientState(next, suspension, by, inARow, suspects, singled, proven, limits);
    }

    /**
     * Returns the state after the provider accepted the client: accounts refused since the last success have a problem
     * of their own, and so have accounts whose rate limit was not over when the probe began.
     */
    ClientState accepted(TokenKey key) {
        RateLimits left = stage == Stage.PAUSED ? limits : limits.accepted(key, probeBegan());
        boolean isKnown = suspects.isEmpty() && !singled.contains(key) && left.equals(limits);
        if (stage == Stage.OPEN && proven && isKnown) {
            return this;
        }
        Set<TokenKey> refusedAlone = minus(plus(singled, suspects), key);
        return stage == Stage.PAUSED
                ? new ClientState(stage, why, prober, inARow, Set.of(), refusedAlone, true, left)
                : new ClientState(
                        Stage.OPEN, Optional.empty(), Optional.empty(), 0, Set.of(), refusedAlone, true, left);
    }

    private Instant probeBegan() {
        return stage == Stage.PROBED
                ? why.map(suspension -> suspension.until().minus(PROBE_PATIENCE))
                        .orElse(Instant.MIN)
                : Instant.MIN;
    }

    private static Set<TokenKey> plus(Set<TokenKey> some, Set<TokenKey> more) {
        Set<TokenKey> all = new LinkedHashSet<>(some);
        int room = MOST_ACCOUNTS - Math.min(MOST_ACCOUNTS, all.size());
        for (TokenKey key : more) {
            if (room-- <= 0) {
                break;
            }
            all.add(key);
        }
        return Collections.unmodifiableSet(all);
    }

    private static Set<TokenKey> minus(Set<TokenKey> some, TokenKey key) {
        Set<TokenKey> rest = new LinkedHashSet<>(some);
        rest.remove(key);
        return Collections.unmodifiableSet(rest);
    }
}
