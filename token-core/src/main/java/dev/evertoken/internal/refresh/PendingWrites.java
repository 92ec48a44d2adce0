package dev.evertoken.internal.refresh;

import dev.evertoken.internal.client.Backoff;
import dev.evertoken.internal.client.RetryQueue;
import dev.evertoken.internal.client.TaskQueue;
import dev.evertoken.internal.record.LogLine;
import dev.evertoken.internal.record.RecordMapper;
import dev.evertoken.internal.refresh.Settlement.Saved;
import dev.evertoken.internal.store.journal.Journal;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.LoggerNames;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenStoreException;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.store.Health;
import dev.evertoken.spi.store.TokenRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Responses that are not in the store yet. A rotated token is never dropped: until it is saved it is kept in the
 * journal, or in memory with an alert (table J and invariant 3). Thread-safe.
 */
public final class PendingWrites {

    private static final Logger log = LoggerFactory.getLogger(LoggerNames.REFRESH);

    /** The age of a journal entry whose process no longer tries to save it; also the time between two checks. */
    private static final Duration ABANDONED_AFTER = Duration.ofDays(1);

    private final Settlement settlement;
    private final RecordMapper mapper;
    private final Journal journal;
    private final Timekeeper time;
    private final TaskQueue saving;
    private final RetryQueue retries;
    private final Consumer<TokenEvent> tell;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final AtomicLong nextPass;
    private final ConcurrentMap<TokenKey, List<PendingWrite>> waiting = new ConcurrentHashMap<>();

    public PendingWrites(
            Settlement settlement,
            RecordMapper mapper,
            Journal journal,
            Timekeeper time,
            TaskQueue saving,
            Backoff backoff,
            Consumer<TokenEvent> tell) {
        this.settlement = settlement;
        this.mapper = mapper;
        this.journal = journal;
        this.time = time;
        this.saving = saving;
        this.retries = new RetryQueue(time, backoff, Integer.MAX_VALUE, closed);
        this.tell = tell;
        this.nextPass = new AtomicLong(time.nanos());
    }

    /**
     * Saves a response that was just received. If the store fails, saving continues in the background.
     *
     * @return how it was saved, empty if it is not saved yet
     */
    Optional<Saved> save(TokenRecord claimed, PendingWrite pending) {
        try {
            return Optional.of(finished(pending, settlement.save(Optional.of(claimed), pending)));
        } catch (TokenStoreException first) {
            return saveAgain(pending);
        }
    }

    /**
     * Tries once more before an alert is published: the store may have saved the response and only its acknowledgement
     * was lost (B11).
     */
    private Optional<Saved> saveAgain(PendingWrite pending) {
        try {
            return Optional.of(finished(pending, settlement.save(Optional.empty(), pending)));
        } catch (TokenStoreException second) {
            keep(pending, second);
            return Optional.empty();
        }
    }

    /**
     * Saves the account's pending responses from this process and from this host's journal. Called before anything else
     * is decided about the account.
     *
     * @throws TokenStoreException if the store still fails
     */
    public void settleFirst(TokenKey key) {
        for (PendingWrite pending : waiting.getOrDefault(key, List.of())) {
            settle(pending);
        }
        for (Journal.Entry entry : journaled(key)) {
            settle(PendingWrite.of(entry));
        }
    }

    /** Deletes the entries of a disconnected account that were set aside in the journal of this host. */
    public void forget(TokenKey key) {
        journal.forget(
                key, record -> mapper.ownership().otherApplication(record).isEmpty());
    }

    /**
     * Saves the responses that are in this host's journal for more than a day, in the background; a response whose
     * grant is gone is deleted, also if another host has disconnected its account. Does nothing if the last pass was
     * less than a day ago.
     */
    public void settleAbandoned() {
        long next = nextPass.get();
        long now = time.nanos();
        if (now - next >= 0 && nextPass.compareAndSet(next, now + ABANDONED_AFTER.toNanos())) {
            TaskQueue.Place unused = saving.submit(new Pass(this));
        }
    }

    private record Pass(PendingWrites writes) implements TaskQueue.Task {
        @Override
        public void run() {
            writes.settleOlderThan(writes.time.now().minus(ABANDONED_AFTER));
        }

        @Override
        public void rejected(Throwable why) {
            log.debug("the responses in the journal are not checked today", why);
        }
    }

    private void settleOlderThan(Instant oldest) {
        try {
            Set<TokenKey> abandoned = new LinkedHashSet<>();
            for (Journal.Entry entry : journal.all()) {
                if (entry.answered().updatedAt().isBefore(oldest)) {
                    abandoned.add(entry.answered().key());
                }
            }
            for (TokenKey key : abandoned) {
                settleIfPossible(key);
            }
        } catch (TokenException e) {
            log.warn("the journal cannot be read, so its responses are not checked: {}", LogLine.reason(e));
        }
    }

    private void settleIfPossible(TokenKey key) {
        try {
            settleFirst(key);
        } catch (TokenException e) {
            log.warn("{}: a response in the journal is not saved yet: {}", key, LogLine.reason(e));
        }
    }

    /**
     * The accounts whose newest tokens are only in memory or in the journal. Immutable.
     *
     * @param journalFailure why the journal cannot be read, so that there may be more of them
     */
    public record Unsaved(Set<TokenKey> keys, Optional<TokenException> journalFailure) {

        public boolean contains(TokenKey key) {
            return keys.contains(key);
        }
    }

    /** Returns whether this account has unsaved tokens. */
    public Unsaved unsaved(TokenKey key) {
        Set<TokenKey> inMemory = waiting.containsKey(key) ? Set.of(key) : Set.of();
        return withJournal(inMemory, () -> journaled(key));
    }

    /** Returns all accounts with unsaved tokens. The journal is read once. */
    public Unsaved unsaved() {
        return withJournal(Set.copyOf(waiting.keySet()), () -> ofThisApplication(journal.all()));
    }

    /** Returns the number of accounts whose tokens this process has not saved yet, without reading the journal. */
    public int waitingAccounts() {
        return waiting.size();
    }

    /** Returns the number of accounts with unsaved tokens; empty if the journal cannot be read. Reads the journal. */
    public OptionalInt unsavedOnHost() {
        try {
            Stream<TokenKey> journaled = ofThisApplication(journal.all()).stream()
                    .map(entry -> entry.answered().key());
            return OptionalInt.of((int) Stream.concat(waiting.keySet().stream(), journaled)
                    .distinct()
                    .count());
        } catch (TokenException e) {
            log.debug("the journal cannot be read", e);
            return OptionalInt.empty();
        }
    }

    private static Unsaved withJournal(Set<TokenKey> inMemory, Supplier<List<Journal.Entry>> entries) {
        try {
            Set<TokenKey> all = new HashSet<>(inMemory);
            entries.get().forEach(entry -> all.add(entry.answered().key()));
            return new Unsaved(Collections.unmodifiableSet(all), Optional.empty());
        } catch (TokenException e) {
            log.warn("the journal cannot be read, so unsaved tokens are unknown: {}", LogLine.reason(e));
            return new Unsaved(inMemory, Optional.of(e));
        }
    }

    /** Returns the newest pending response of an account, from memory or the journal; empty if there is none. */
    Optional<TokenRecord> newest(TokenKey key) {
        try {
            return Stream.concat(
                            waiting.getOrDefault(key, List.of()).stream(),
                            journaled(key).stream().map(PendingWrite::of))
                    .map(PendingWrite::answered)
                    .max(Comparator.comparingLong(TokenRecord::generation));
        } catch (TokenException e) {
            log.warn("{}: the journal cannot be read, so unsaved tokens are unknown: {}", key, LogLine.reason(e));
            return Optional.empty();
        }
    }

    /**
     * Returns the journal entries of an account without those that another environment has written to a shared folder.
     */
    private List<Journal.Entry> journaled(TokenKey key) {
        return ofThisApplication(journal.entries(key));
    }

    private List<Journal.Entry> ofThisApplication(List<Journal.Entry> entries) {
        List<Journal.Entry> own = new ArrayList<>();
        for (Journal.Entry entry : entries) {
            if (mapper.ownership().otherApplication(entry.answered()).isEmpty()) {
                own.add(entry);
            }
        }
        return own;
    }

    /**
     * Tries to save every response once more. An unsaved one stays in the journal, or is logged as lost if it has no
     * entry there.
     */
    void close() {
        closed.set(true);
        List.copyOf(waiting.values()).stream().flatMap(List::stream).forEach(pending -> {
            try {
                settle(pending);
            } catch (TokenException e) {
                if (!pending.isDurable()) {
                    log.error(
                            "{}: closed with unsaved tokens that are not in the journal: {}",
                            pending.answered().key(),
                            LogLine.reason(e));
                }
            }
        });
    }

    private Saved settle(PendingWrite pending) {
        return finished(pending, settlement.save(Optional.empty(), pending));
    }

    private void keep(PendingWrite pending, TokenStoreException why) {
        TokenRecord updated = pending.answered();
        waiting.merge(
                updated.key(),
                List.of(pending),
                (some, more) -> Stream.concat(some.stream(), more.stream()).toList());
        pending.setKeptAside(settlement.keepAside(updated));
        log.warn(
                "{}: generation {} is not saved yet, trying again: {}",
                updated.key(),
                updated.generation(),
                LogLine.reason(why));
        tell.accept(new TokenEvent.RotationAtRisk(
                updated.key(), time.now(), updated.generation(), pending.isDurable(), why.detail()));
        retries.repeat(new Save(this, pending), saving);
    }

    /** Saves one response, if it still waits. */
    private record Save(PendingWrites writes, PendingWrite pending) implements RetryQueue.Task {
        @Override
        public boolean attempt(int number) {
            if (!writes.isWaiting(pending)) {
                return true;
            }
            try {
                writes.settle(pending);
                return true;
            } catch (TokenException e) {
                log.debug("{}: attempt {} failed", this, number, e);
                return false;
            }
        }

        @Override
        public String toString() {
            return pending.answered().key() + ": saving its tokens";
        }
    }

    private boolean isWaiting(PendingWrite pending) {
        return waiting.getOrDefault(pending.answered().key(), List.of()).contains(pending);
    }

    /**
     * Removes a settled response from memory. Deletes its journal entry, or parks the entry if the store has other
     * tokens.
     */
    private Saved finished(PendingWrite pending, Saved saved) {
        TokenKey key = pending.answered().key();
        if (waiting.containsKey(key)) {
            noLongerWaiting(pending);
        }
        if (saved instanceof Saved.Peers peers) {
            pending.entry().ifPresent(journal::park);
            conflict(key, peers.record(), "a peer has saved a newer generation; ours is parked");
        } else if (saved instanceof Saved.Foreign) {
            pending.entry().ifPresent(journal::park);
            log.error("{}: a response with another user's tokens was parked", key);
        } else if (isOfLaterConsent(pending, saved)) {
            pending.entry().ifPresent(journal::park);
            log.warn("{}: the store has an earlier consent than a pending response, which was parked", key);
        } else {
            deleteEntry(pending);
        }
        if (saved instanceof Saved.Written written) {
            journal.dropParked(key);
            Health before = written.before().health();
            if (before.state() == ConnectionState.NEEDS_REAUTH) {
                Instant now = time.now();
                tell.accept(new TokenEvent.Recovered(key, now, before.state(), Duration.between(before.since(), now)));
            }
            if (written.overPeersClaim()) {
                conflict(key, written.record(), "our response was saved over a peer's claim");
            }
        }
        return saved;
    }

    private void deleteEntry(PendingWrite pending) {
        if (pending.entry().isPresent()) {
            journal.delete(pending.entry().get());
        }
    }

    private void noLongerWaiting(PendingWrite pending) {
        waiting.computeIfPresent(pending.answered().key(), (key, some) -> {
            List<PendingWrite> left =
                    some.stream().filter(other -> other != pending).toList();
            return left.isEmpty() ? null : left;
        });
    }

    /**
     * Returns whether the store has an earlier consent than the response, such as after a restored backup or a stale
     * read. That does not mean that the response's grant is gone.
     */
    private static boolean isOfLaterConsent(PendingWrite pending, Saved saved) {
        Instant consentedAt = pending.answered().grant().consentedAt();
        return saved instanceof Saved.Dropped dropped
                && dropped.record()
                        .filter(shown -> shown.grant().consentedAt().isBefore(consentedAt))
                        .isPresent();
    }

    private void conflict(TokenKey key, TokenRecord record, String detail) {
        log.warn("{}: generation {}: {}", key, record.generation(), detail);
        tell.accept(new TokenEvent.RotationConflict(key, time.now(), record.generation(), detail));
    }
}
