package dev.evertoken.internal.refresh;

import dev.evertoken.internal.client.Settings;
import dev.evertoken.internal.record.MonitoredStore;
import dev.evertoken.internal.record.RecordMapper;
import dev.evertoken.model.RefreshModel;
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
 * Takes claims, waits for those of peers, and tells when one has lapsed: tables C, W and T of the protocol.
 *
 * <p>A claim that may have been sent does not lapse by its deadline alone. After a long outage of the store
 * its owner may hold the answer and be about to save it (protocol.md X5), so it lapses only after it was
 * watched with the store answering: for its whole duration, or for a settle window when a clock says that it
 * is long past. Thread-safe.
 */
public final class Claims {

    /** How the claim in a record stands towards one cycle. */
    public enum Standing {
        NONE,
        MINE,
        LIVE,
        LAPSED
    }

    private static final Duration WIDE = Duration.ofMinutes(5);
    private static final long SHORTEST_PAUSE_MILLIS = 20;
    private static final long LONGEST_PAUSE_MILLIS = 500;

    private final MonitoredStore store;
    private final RecordMapper mapper;
    private final Timekeeper time;
    private final Settings settings;
    private final String owner;
    private final ConcurrentMap<TokenKey, Sighting> sightings = new ConcurrentHashMap<>();

    /** A claim as it was first seen, unchanged since. */
    private record Sighting(String claimId, long revision, long sinceNanos) {}

    public Claims(MonitoredStore store, RecordMapper mapper, Timekeeper time, Settings settings, String owner) {
        this.store = store;
        this.mapper = mapper;
        this.time = time;
        this.settings = settings;
        this.owner = owner;
    }

    /**
     * Tries to put a claim into the record that was loaded, with the one compare-and-set that is also the write
     * probe.
     *
     * @param takingOver true if a claim that may have been sent has lapsed: it is counted in the same write (T3)
     * @return the claimed record, empty if someone was first: load again
     * @throws TokenStoreException if the store does not take it: load again, it may have
     */
    Optional<TokenRecord> take(TokenRecord loaded, String claimId, boolean takingOver) {
        Phase phase = loaded.refreshModel() == RefreshModel.ROTATING ? Phase.SENT : Phase.CLAIMED;
        Instant began = store.now().orElseGet(time::now);
        Claim claim = new Claim(claimId, owner, settings.claimDuration(), began.plus(settings.claimDuration()), phase);
        TokenRecord claimed =
                mapper.write(loaded.next().claim(claim).uncertain(loaded.uncertain() + (takingOver ? 1 : 0)));
        boolean mine = store.compareAndSet(loaded.key(), loaded.revision(), claimed);
        return mine ? Optional.of(claimed) : Optional.empty();
    }

    /** Judges the claim of a record that was just read, and remembers when it was first seen (T2). */
    public Standing standing(TokenRecord record, String myClaimId) {
        if (record.claim().isEmpty()) {
            sightings.remove(record.key());
            return Standing.NONE;
        }
        Claim claim = record.claim().get();
        if (claim.id().equals(myClaimId)) {
            return Standing.MINE;
        }
        Duration watched = watched(record, claim);
        boolean lapsed = watched.compareTo(settings.watch(claim.duration())) >= 0 || byDeadline(claim, watched);
        return lapsed ? Standing.LAPSED : Standing.LIVE;
    }

    /** Returns for how long this very claim has stood before our eyes, the store answering all the time. */
    private Duration watched(TokenRecord record, Claim claim) {
        long now = time.nanos();
        Sighting sighting = sightings.compute(
                record.key(),
                (key, seen) -> seen != null
                                && seen.claimId.equals(claim.id())
                                && seen.revision == record.revision()
                                && !store.failedSince(seen.sinceNanos)
                        ? seen
                        : new Sighting(claim.id(), record.revision(), now));
        return Duration.ofNanos(now - sighting.sinceNanos);
    }

    /**
     * By a clock. A claim that was sent must also have stood for a settle window with the store answering: its
     * owner, if it lives, saves within that time once an outage is over.
     */
    private boolean byDeadline(Claim claim, Duration watched) {
        Optional<Instant> storeTime = store.now();
        if (claim.phase() == Phase.CLAIMED) {
            return storeTime.orElseGet(time::now).isAfter(claim.deadline());
        }
        if (watched.compareTo(settings.settleWindow()) < 0) {
            return false;
        }
        Duration twice = claim.duration().multipliedBy(2);
        Duration allowance = twice.compareTo(WIDE) > 0 ? twice : WIDE;
        return storeTime
                .map(now -> now.isAfter(claim.deadline().plus(settings.settleWindow())))
                .orElseGet(() -> time.now().isAfter(claim.deadline().plus(allowance)));
    }

    /** Pauses before the next look at a peer's claim, with jitter; returns early if {@code stop} is done. */
    void pause(int round, CompletableFuture<?> stop) throws InterruptedException {
        long ceiling = Math.min(LONGEST_PAUSE_MILLIS, SHORTEST_PAUSE_MILLIS << Math.min(round, 6));
        long millis = ThreadLocalRandom.current().nextLong(ceiling / 2, ceiling + 1);
        time.await(stop, Duration.ofMillis(millis));
    }

    /** Tells whether a call that starts now still ends inside a claim that was taken at {@code claimedAt} (C3). */
    boolean maySend(long claimedAtNanos) {
        long waited = time.nanos() - claimedAtNanos;
        return waited + settings.callDeadline().toNanos()
                <= settings.claimDuration().toNanos();
    }

    /** Gives up the claim of an account that is gone from this process's view. */
    void forget(TokenKey key) {
        sightings.remove(key);
    }
}
