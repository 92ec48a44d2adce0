package dev.evertoken.internal.refresh;

import dev.evertoken.internal.client.Backoff;
import dev.evertoken.internal.record.RecordMapper;
import dev.evertoken.internal.refresh.Settlement.Saved;
import dev.evertoken.internal.store.journal.Journal;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenStoreException;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.store.Health;
import dev.evertoken.spi.store.TokenRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers on their way into the store: a rotated token is never dropped, it is saved, or journalled, or in
 * memory with an alarm, until it is saved (table J and invariant 3).
 */
public final class PendingWrites {

    private static final Logger log = LoggerFactory.getLogger(PendingWrites.class);

    private final Settlement settlement;
    private final RecordMapper mapper;
    private final Journal journal;
    private final Timekeeper time;
    private final Executor executor;
    private final Backoff backoff;
    private final Consumer<TokenEvent> tell;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final ConcurrentMap<TokenKey, List<PendingWrite>> waiting = new ConcurrentHashMap<>();

    public PendingWrites(
            Settlement settlement,
            RecordMapper mapper,
            Journal journal,
            Timekeeper time,
            Executor executor,
            Backoff backoff,
            Consumer<TokenEvent> tell) {
        this.settlement = settlement;
        this.mapper = mapper;
        this.journal = journal;
        this.time = time;
        this.executor = executor;
        this.backoff = backoff;
        this.tell = tell;
    }

    /**
     * Saves an answer that has just come; if the store does not take it, goes on trying behind the caller.
     *
     * @return how it was saved, empty if it is not yet
     */
    Optional<Saved> save(TokenRecord claimed, PendingWrite pending) {
        try {
            return Optional.of(finished(pending, settlement.save(Optional.of(claimed), pending)));
        } catch (TokenStoreException first) {
            return saveAgain(pending);
        }
    }

    /** The acknowledgement may be all that was lost: one more look before anybody is alarmed (B11). */
    private Optional<Saved> saveAgain(PendingWrite pending) {
        try {
            return Optional.of(finished(pending, settlement.save(Optional.empty(), pending)));
        } catch (TokenStoreException second) {
            keep(pending, second);
            return Optional.empty();
        }
    }

    /**
     * Saves what this process or this host still holds for an account: before anything else is decided about it.
     *
     * @throws TokenStoreException if the store still does not take it
     */
    public void settleFirst(TokenKey key) {
        waiting.getOrDefault(key, List.of()).forEach(this::settle);
        journaled(key).stream().map(PendingWrite::of).forEach(this::settle);
    }

    /** Tells whether the newest tokens of an account are only in memory or in the journal. */
    public boolean holds(TokenKey key) {
        try {
            return waiting.containsKey(key) || !journaled(key).isEmpty();
        } catch (TokenException e) {
            log.warn("{}: the journal cannot be read, so nothing is known of unsaved tokens", key, e);
            return false;
        }
    }

    /** Returns the newest answer of an account that waits here or in the journal; empty if there is none. */
    Optional<TokenRecord> newest(TokenKey key) {
        try {
            return Stream.concat(
                            waiting.getOrDefault(key, List.of()).stream(),
                            journaled(key).stream().map(PendingWrite::of))
                    .map(PendingWrite::answered)
                    .max(Comparator.comparingLong(TokenRecord::generation));
        } catch (TokenException e) {
            log.warn("{}: the journal cannot be read, so nothing is known of unsaved tokens", key, e);
            return Optional.empty();
        }
    }

    /** What another stage has left in a folder that it shares with this one is not ours to judge. */
    private List<Journal.Entry> journaled(TokenKey key) {
        return journal.entries(key).stream()
                .filter(entry ->
                        mapper.ownership().otherApplication(entry.answered()).isEmpty())
                .toList();
    }

    /** Tries everything once more; what stays unsaved stays in the journal, or is named as lost in the log. */
    void close() {
        closed.set(true);
        List.copyOf(waiting.values()).stream().flatMap(List::stream).forEach(pending -> {
            try {
                settle(pending);
            } catch (TokenException e) {
                if (!pending.isDurable()) {
                    log.error(
                            "{} is closed with unsaved tokens and no journal",
                            pending.answered().key(),
                            e);
                }
            }
        });
    }

    private Saved settle(PendingWrite pending) {
        return finished(pending, settlement.save(Optional.empty(), pending));
    }

    private void keep(PendingWrite pending, TokenStoreException why) {
        TokenRecord answered = pending.answered();
        waiting.merge(
                answered.key(),
                List.of(pending),
                (some, more) -> Stream.concat(some.stream(), more.stream()).toList());
        pending.isKeptAside(settlement.keepAside(answered));
        log.warn("{} generation {} is not saved yet, trying again", answered.key(), answered.generation(), why);
        tell.accept(new TokenEvent.RotationAtRisk(
                answered.key(), time.now(), answered.generation(), pending.isDurable(), why.detail()));
        retryLater(pending, 1);
    }

    private void retryLater(PendingWrite pending, int attempts) {
        if (closed.get()) {
            return;
        }
        time.schedule(backoff.delay(attempts), () -> {
            try {
                executor.execute(() -> retry(pending, attempts));
            } catch (RuntimeException | Error e) {
                log.warn(
                        "{}: no thread could be had to save it, trying again",
                        pending.answered().key(),
                        e);
                retryLater(pending, attempts + 1);
            }
        });
    }

    private void retry(PendingWrite pending, int attempts) {
        if (!isWaiting(pending)) {
            return;
        }
        try {
            settle(pending);
        } catch (TokenException e) {
            retryLater(pending, attempts + 1);
        }
    }

    private boolean isWaiting(PendingWrite pending) {
        return waiting.getOrDefault(pending.answered().key(), List.of()).contains(pending);
    }

    /** Clears up behind a saved answer: the journal entry goes, or is parked while a peer's tokens hold. */
    private Saved finished(PendingWrite pending, Saved saved) {
        TokenKey key = pending.answered().key();
        waiting.computeIfPresent(key, (k, some) -> {
            List<PendingWrite> left =
                    some.stream().filter(other -> other != pending).toList();
            return left.isEmpty() ? null : left;
        });
        if (saved instanceof Saved.Peers peers) {
            pending.entry().ifPresent(journal::park);
            conflict(key, peers.record(), "a peer has saved a newer generation; ours is parked");
        } else if (saved instanceof Saved.Foreign) {
            pending.entry().ifPresent(journal::park);
            log.error("{}: an answer with another user's tokens is set aside", key);
        } else if (isOfLaterConsent(pending, saved)) {
            pending.entry().ifPresent(journal::park);
            log.warn("{}: the store shows an earlier consent than that of an answer, which is parked", key);
        } else {
            pending.entry().ifPresent(journal::delete);
        }
        if (saved instanceof Saved.Written written) {
            journal.dropParked(key);
            Health before = written.before().health();
            if (before.state() == ConnectionState.NEEDS_REAUTH) {
                Instant now = time.now();
                tell.accept(new TokenEvent.Recovered(key, now, before.state(), Duration.between(before.since(), now)));
            }
            if (written.overPeersClaim()) {
                conflict(key, written.record(), "our answer was saved over a peer's claim");
            }
        }
        return saved;
    }

    /** What the store shows is old, as after a restored backup or a read from the past: it does not say that ours is gone. */
    private static boolean isOfLaterConsent(PendingWrite pending, Saved saved) {
        Instant consentedAt = pending.answered().grant().consentedAt();
        return saved instanceof Saved.Dropped dropped
                && dropped.record()
                        .filter(shown -> shown.grant().consentedAt().isBefore(consentedAt))
                        .isPresent();
    }

    private void conflict(TokenKey key, TokenRecord record, String detail) {
        log.warn("{} generation {}: {}", key, record.generation(), detail);
        tell.accept(new TokenEvent.RotationConflict(key, time.now(), record.generation(), detail));
    }
}
