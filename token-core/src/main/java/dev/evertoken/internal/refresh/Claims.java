package dev.evertoken.internal.refresh;

import dev.evertoken.internal.client.Settings;
import dev.evertoken.internal.client.TokenExceptions;
import dev.evertoken.internal.record.MonitoredStore;
import dev.evertoken.internal.record.RecordMapper;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenStoreException;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.store.Claim;
import dev.evertoken.spi.store.Claim.Phase;
import dev.evertoken.spi.store.TokenRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Takes claims, waits for the claims of peers, and decides when a claim has lapsed: tables C, W and T of the protocol.
 *
 * <p>A claim whose request may have been sent does not lapse by its deadline alone. After a long store outage its owner
 * may hold the response and be about to save it (protocol.md X5). Such a claim lapses only after this process has
 * observed it, with the store responding, for the claim's duration plus a settle window. If a clock shows that the
 * deadline is long past, one settle window is enough. Thread-safe.
 */
public final class Claims {

    /** The state of a record's claim as seen by one cycle. */
    public enum Standing {
        /** There is no claim, or one of this process under which nothing was spent. */
        NONE,
        MINE,
        LIVE,
        LAPSED
    }

    private static final Duration SHORTEST_ALLOWANCE = Duration.ofMinutes(5);
    private static final long SHORTEST_PAUSE_MILLIS = 20;
    private static final long LONGEST_PAUSE_MILLIS = 500;

    private final MonitoredStore store;
    private final UnspentClaims unspent;
    private final RecordMapper mapper;
    private final Timekeeper time;
    private final Settings settings;
    private final String owner;
    private final TokenExceptions exceptions;
    private final CompletableFuture<Void> closing;
    private final RefreshTokenLock refreshTokens = new RefreshTokenLock();
    private final ConcurrentMap<TokenKey, Sighting> sightings = new ConcurrentHashMap<>();
    private final ConcurrentMap<TokenKey, String> ended = new ConcurrentHashMap<>();

    /** A claim as it was first seen; neither the claim nor the record's revision has changed since. */
    private record Sighting(String claimId, long revision, long sinceNanos) {}

    /** @param closing done as soon as nothing may wait any longer */
    public Claims(
            MonitoredStore store,
            UnspentClaims unspent,
            RecordMapper mapper,
            Timekeeper time,
            Settings settings,
            String owner,
            TokenExceptions exceptions,
            CompletableFuture<Void> closing) {
        this.store = store;
        this.unspent = unspent;
        this.mapper = mapper;
        this.time = time;
        this.settings = settings;
        this.owner = owner;
        this.exceptions = exceptions;
        this.closing = closing;
    }

    /** Returns a new claim id. */
    String newId() {
        return mapper.newId();
    }

    /** Returns whether a record is refreshed without a claim, because a write costs more than a second refresh. */
    boolean areSpared(TokenRecord record) {
        return store.sparesClaims(record);
    }

    /**
     * Tries to write a claim into the loaded record. The compare-and-set also tests whether the store accepts writes.
     *
     * @param takingOver whether the claim replaces a lapsed one that may have been sent; the same write counts that
     *     call as uncertain (T3)
     * @param history the history of the store that was known when the decision to refresh was made
     * @return the claimed record, empty if another process wrote first; load again
     * @throws TokenStoreException if the store fails; the claim may have been written, so load again
     */
    Optional<TokenRecord> take(TokenRecord loaded, String claimId, boolean takingOver, long history) {
        Phase phase = loaded.refreshModel() == RefreshModel.ROTATING ? Phase.SENT : Phase.CLAIMED;
        Optional<Instant> storeTime = store.claimTime();
        Instant began = storeTime.isPresent() ? storeTime.get() : time.now();
        Claim claim = new Claim(claimId, owner, settings.claimDuration(), began.plus(settings.claimDuration()), phase);
        TokenRecord.Builder next = loaded.next().claim(claim);
        TokenRecord claimed = mapper.write(takingOver ? counted(next, loaded) : next);
        boolean mine = phase == Phase.SENT
                ? store.claim(loaded.key(), loaded.revision(), claimed, history)
                : store.compareAndSet(loaded.key(), loaded.revision(), claimed);
        if (mine) {
            sightings.remove(loaded.key());
        }
        return mine ? Optional.of(claimed) : Optional.empty();
    }

    /** Counts the call under the replaced claim. Its outcome has been unknown since it began. */
    private static TokenRecord.Builder counted(TokenRecord.Builder next, TokenRecord loaded) {
        Instant began = loaded.claim().map(UnknownOutcome::began).orElse(loaded.updatedAt());
        return next.uncertain(loaded.uncertain() + 1)
                .health(loaded.health().become(ConnectionState.UNCERTAIN, Problem.OUTCOME_UNKNOWN, began));
    }

    /** Classifies the claim of a record that was just read, and records when that claim was first seen (T2). */
    public Standing standing(TokenRecord record, String myClaimId) {
        if (record.claim().isEmpty() || isUnspent(record)) {
            sightings.remove(record.key());
            return Standing.NONE;
        }
        Claim claim = record.claim().get();
        if (claim.id().equals(myClaimId)) {
            return Standing.MINE;
        }
        if (isEnded(record.key(), claim)) {
            return Standing.LAPSED;
        }
        Duration watched = watched(record, claim);
        boolean lapsed = watched.compareTo(settings.watch(claim.duration())) >= 0 || byDeadline(claim, watched);
        return lapsed ? Standing.LAPSED : Standing.LIVE;
    }

    /** Returns whether a record has a claim of this process under which no refresh token was spent. */
    public boolean isUnspent(TokenRecord record) {
        return record.claim()
                .filter(claim -> unspent.contain(record.key(), claim))
                .isPresent();
    }

    /**
     * Returns the standing of a record's claim for a report. In contrast to {@link #standing}, nothing is observed, and
     * a claim has lapsed as soon as its time is over by this process's clock.
     */
    Standing reported(TokenRecord record, Instant now) {
        if (record.claim().isEmpty() || isUnspent(record)) {
            return Standing.NONE;
        }
        Claim claim = record.claim().get();
        return now.isAfter(reportedEnd(claim)) || isEnded(record.key(), claim) ? Standing.LAPSED : Standing.LIVE;
    }

    /** Returns when a claim has lapsed by its deadline alone. */
    Instant reportedEnd(Claim claim) {
        return claim.deadline().plus(settings.settleWindow());
    }

    /** Returns when the claim of a record that {@link #standing} calls live is expected to have lapsed. */
    Instant lapsesAt(TokenRecord record, Claim claim, Instant now) {
        Duration watched = watched(record, claim);
        Instant observed = now.plus(settings.watch(claim.duration()).minus(watched));
        Instant byDeadline = claim.deadline();
        if (claim.phase() == Phase.SENT) {
            Duration allowance = store.now().isPresent() ? settings.settleWindow() : allowance(claim);
            Instant settled = now.plus(settings.settleWindow().minus(watched));
            Instant over = claim.deadline().plus(allowance);
            byDeadline = over.isAfter(settled) ? over : settled;
        }
        return byDeadline.isBefore(observed) ? byDeadline : observed;
    }

    /**
     * Records that a claim of this process has ended, although it is still in the store: no response will be saved
     * under it.
     */
    void keepEnded(TokenKey key, String claimId) {
        ended.put(key, claimId);
    }

    void forgetEnded(TokenKey key, String claimId) {
        ended.remove(key, claimId);
    }

    private boolean isEnded(TokenKey key, Claim claim) {
        return claim.id().equals(ended.get(key));
    }

    /** Keeps a claim that an attempt has left in the store although nothing was spent under it. */
    void keepUnspent(UnspentClaims.Unspent claim) {
        unspent.keep(claim);
    }

    /**
     * Returns how long this claim has been observed unchanged, without a failure of the store for this account in
     * between. What fails for other accounts alone does not keep this claim from lapsing.
     */
    private Duration watched(TokenRecord record, Claim claim) {
        long now = time.nanos();
        Sighting sighting = sightings.compute(
                record.key(),
                (key, seen) -> seen != null
                                && seen.claimId.equals(claim.id())
                                && seen.revision == record.revision()
                                && !store.failedSince(key, seen.sinceNanos)
                        ? seen
                        : new Sighting(claim.id(), record.revision(), now));
        return Duration.ofNanos(now - sighting.sinceNanos);
    }

    /**
     * Returns whether a claim has lapsed by the store's clock, or by ours if the store has none. A claim that was sent
     * must also have been observed for a settle window with the store responding: after an outage its owner, if it is
     * still running, saves within that time.
     */
    private boolean byDeadline(Claim claim, Duration watched) {
        Optional<Instant> storeTime = store.now();
        if (claim.phase() == Phase.CLAIMED) {
            return storeTime.orElseGet(time::now).isAfter(claim.deadline());
        }
        if (watched.compareTo(settings.settleWindow()) < 0) {
            return false;
        }
        return storeTime
                .map(now -> now.isAfter(claim.deadline().plus(settings.settleWindow())))
                .orElseGet(() -> time.now().isAfter(claim.deadline().plus(allowance(claim))));
    }

    private static Duration allowance(Claim claim) {
        Duration twice = claim.duration().multipliedBy(2);
        return twice.compareTo(SHORTEST_ALLOWANCE) > 0 ? twice : SHORTEST_ALLOWANCE;
    }

    /**
     * Returns the wait for the peer that holds the claim of a record; the record is loaded again afterwards (table W).
     *
     * @throws TokenException with {@link Problem#HELD_BY_PEER} if the attempt has waited long enough, if no caller
     *     needs the token now, or if the engine closes
     */
    CycleStep waitForPeer(RefreshAttempt attempt, TokenRecord record) {
        if (record.claim().isEmpty()) {
            return new CycleStep.LoadAgain();
        }
        Claim peers = record.claim().get();
        Duration waited = attempt.waitedFor(peers, time.nanos());
        if (mayWait(attempt, waited, peers.duration())) {
            return pause(attempt);
        }
        throw exceptions.problem(
                attempt.key(),
                Problem.HELD_BY_PEER,
                peers.owner() + " is refreshing this account and did not end within " + waited.toMillis() + " ms",
                peers.deadline());
    }

    /**
     * Takes the refresh token of a record for this attempt, within this process. Two accounts with one refresh token are
     * refreshed one after the other.
     *
     * @return the wait for the other account; empty if the refresh token is taken
     * @throws TokenException with {@link Problem#HELD_BY_PEER} if the attempt has waited long enough, if no caller
     *     needs the token now, or if the engine closes
     */
    Optional<CycleStep> waitForSharedToken(RefreshAttempt attempt, TokenRecord record) {
        if (refreshTokens.enter(attempt, record)) {
            return Optional.empty();
        }
        Duration waited = attempt.waitedForOther(time.nanos());
        if (mayWait(attempt, waited, settings.claimDuration())) {
            return Optional.of(pause(attempt));
        }
        throw exceptions.problem(
                attempt.key(),
                Problem.HELD_BY_PEER,
                "another account with the same refresh token is being refreshed and did not end within "
                        + waited.toMillis() + " ms");
    }

    /** Returns whether the engine is closing, so that nothing may wait and no call may be sent. */
    boolean areClosing() {
        return closing.isDone();
    }

    private boolean mayWait(RefreshAttempt attempt, Duration waited, Duration claim) {
        return !attempt.requirement().ahead() && waited.compareTo(settings.longestWait(claim)) < 0 && !areClosing();
    }

    private CycleStep pause(RefreshAttempt attempt) {
        Duration pause = Duration.ofMillis(pauseMillis(attempt.nextWait()));
        return new CycleStep.WaitUntil(time.nanos() + pause.toNanos());
    }

    /** Returns the length of a pause, with jitter; it grows with the number of pauses before. */
    static long pauseMillis(int round) {
        long ceiling = Math.min(LONGEST_PAUSE_MILLIS, SHORTEST_PAUSE_MILLIS << Math.min(round, 6));
        return ThreadLocalRandom.current().nextLong(ceiling / 2, ceiling + 1);
    }

    /**
     * Returns whether a call that starts now would end within a claim that was taken at {@code claimedAtNanos} (C3).
     */
    boolean maySend(long claimedAtNanos) {
        long waited = time.nanos() - claimedAtNanos;
        return waited + settings.callDeadline().toNanos()
                <= settings.claimDuration().toNanos();
    }

    /** Returns how long a response can be read that is to be saved within a claim taken at {@code claimedAtNanos}. */
    Duration timeToRead(long claimedAtNanos) {
        Duration taken = Duration.ofNanos(time.nanos() - claimedAtNanos);
        return settings.claimDuration().minus(settings.settleWindow()).minus(taken);
    }

    /** Discards the observations of an account that is no longer connected. */
    void forget(TokenKey key) {
        sightings.remove(key);
    }
}
