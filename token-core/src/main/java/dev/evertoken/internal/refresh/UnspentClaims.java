package dev.evertoken.internal.refresh;

import dev.evertoken.internal.client.Backoff;
import dev.evertoken.internal.client.RetryQueue;
import dev.evertoken.internal.client.TaskQueue;
import dev.evertoken.internal.record.LogLine;
import dev.evertoken.internal.record.MonitoredStore;
import dev.evertoken.internal.record.RecordMapper;
import dev.evertoken.model.LoggerNames;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.store.Claim;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.UnreadableRecordException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Claims of this process that may be stored although no refresh token was spent under them: the store failed when it
 * was to write the claim or to release it.
 *
 * <p>Only this process knows that such a claim is void. It treats the account as unclaimed, and releases the claim as
 * soon as the store works again, so that other processes do not have to wait until it lapses (protocol.md C5). The
 * claims of at most {@value #MOST_ACCOUNTS} accounts are kept; one that is forgotten lapses. Thread-safe.
 */
public final class UnspentClaims implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(LoggerNames.REFRESH);
    private static final int MOST_ACCOUNTS = 10_000;
    private static final int MOST_OF_ACCOUNT = 8;
    private static final Duration LONGEST = Duration.ofHours(24);

    /** After this many attempts that found no claim, a delayed write of one is no longer expected. */
    private static final int MOST_ATTEMPTS_WITHOUT = 6;

    private final MonitoredStore store;
    private final RecordMapper mapper;
    private final Timekeeper time;
    private final Duration patience;
    private final TaskQueue saving;
    private final RetryQueue retries;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<TokenKey, List<Unspent>> kept = new LinkedHashMap<>();

    /**
     * A claim under which nothing was spent.
     *
     * @param revision the revision of the record that was last known to be stored: while it is stored, a delayed write
     *     may still bring the claim
     */
    record Unspent(TokenKey key, String claimId, long revision) {}

    /**
     * @param saving runs one task at a time
     * @param patience how long closing tries to release the claims that are left
     */
    public UnspentClaims(
            MonitoredStore store, RecordMapper mapper, Timekeeper time, TaskQueue saving, Duration patience) {
        this.store = store;
        this.mapper = mapper;
        this.time = time;
        this.patience = patience;
        this.saving = saving;
        this.retries = new RetryQueue(time, Backoff.betweenAttempts(), Integer.MAX_VALUE, closed);
    }

    /** Keeps a claim of an attempt that has ended, until it is released or known to be gone. */
    void keep(Unspent claim) {
        if (add(claim)) {
            log.debug("{}: a claim that was not used may be stored; it is released in the background", claim.key);
            retries.repeat(new Release(this, claim.key, time.now().plus(LONGEST)), saving);
        }
    }

    /** Returns whether the account had no such claim before. */
    private boolean add(Unspent claim) {
        lock.lock();
        try {
            List<Unspent> known = kept.getOrDefault(claim.key, List.of());
            kept.put(
                    claim.key,
                    Stream.concat(known.stream(), Stream.of(claim))
                            .skip(known.size() < MOST_OF_ACCOUNT ? 0 : 1)
                            .toList());
            if (kept.size() > MOST_ACCOUNTS) {
                kept.remove(kept.keySet().iterator().next());
            }
            return known.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /** Returns whether the claim of an account is one of this process under which no refresh token was spent. */
    boolean contain(TokenKey key, Claim claim) {
        return of(key).stream().anyMatch(unspent -> unspent.claimId.equals(claim.id()));
    }

    private List<Unspent> of(TokenKey key) {
        lock.lock();
        try {
            return kept.getOrDefault(key, List.of());
        } finally {
            lock.unlock();
        }
    }

    /** Forgets these claims; returns false if the account has others that were added in the meantime. */
    private boolean forget(TokenKey key, List<Unspent> claims) {
        lock.lock();
        try {
            List<Unspent> left = kept.getOrDefault(key, List.of()).stream()
                    .filter(claim -> !claims.contains(claim))
                    .toList();
            if (left.isEmpty()) {
                kept.remove(key);
            } else {
                kept.put(key, left);
            }
            return left.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /** Releases the claim of one account. */
    private record Release(UnspentClaims claims, TokenKey key, Instant until) implements RetryQueue.Task {
        @Override
        public boolean attempt(int number) {
            List<Unspent> known = claims.of(key);
            try {
                return (claims.released(key, known) || number > MOST_ATTEMPTS_WITHOUT) && claims.forget(key, known);
            } catch (TokenException | UnreadableRecordException e) {
                log.debug("{}: attempt {} failed", this, number, e);
                return false;
            }
        }

        @Override
        public void giveUp() {
            claims.forget(key, claims.of(key));
        }

        @Override
        public String toString() {
            return key + ": releasing a claim";
        }
    }

    /**
     * Releases an account's claim if it is one of these.
     *
     * @return whether none of them is stored; false if a delayed write may still bring one
     */
    private boolean released(TokenKey key, List<Unspent> claims) {
        while (true) {
            Optional<TokenRecord> stored = store.load(key);
            if (stored.isEmpty()) {
                return true;
            }
            TokenRecord record = stored.get();
            if (record.claim().filter(claim -> isOneOf(claims, claim)).isEmpty()) {
                return claims.stream().noneMatch(claim -> claim.revision == record.revision());
            }
            if (store.compareAndSet(
                    key, record.revision(), mapper.write(record.next().noClaim()))) {
                return true;
            }
        }
    }

    private static boolean isOneOf(List<Unspent> claims, Claim claim) {
        return claims.stream().anyMatch(unspent -> unspent.claimId.equals(claim.id()));
    }

    /** Tries once more to release each claim, for a limited time. A claim that is left lapses. */
    @Override
    public void close() {
        closed.set(true);
        long began = time.nanos();
        for (Map.Entry<TokenKey, List<Unspent>> left : left().entrySet()) {
            if (time.nanos() - began > patience.toNanos()) {
                return;
            }
            try {
                var unused = released(left.getKey(), left.getValue());
            } catch (TokenException | UnreadableRecordException e) {
                log.warn(
                        "{}: closed with a claim that could not be released and will lapse: {}",
                        left.getKey(),
                        LogLine.reason(e));
            }
        }
    }

    private Map<TokenKey, List<Unspent>> left() {
        lock.lock();
        try {
            return Map.copyOf(kept);
        } finally {
            lock.unlock();
        }
    }
}
