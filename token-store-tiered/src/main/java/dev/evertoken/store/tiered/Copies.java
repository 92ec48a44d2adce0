package dev.evertoken.store.tiered;

import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.spi.store.UnreadableRecordException;
import dev.evertoken.store.tiered.SyncDecision.Step;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads and writes the copies in the fallbacks of a chain, always by compare-and-set. Thread-safe. */
final class Copies {

    private static final Logger log = LoggerFactory.getLogger(Copies.class);
    private static final int MAX_ATTEMPTS = 5;

    private final List<Tier> fallbacks;
    private final Tombstones tombstones;
    private final Timekeeper time;

    /**
     * The contents of a tier for an account: a record with its revision, or the revision of an absent or unreadable
     * one.
     */
    private record Found(long revision, Optional<TokenRecord> record, boolean tooNew) {}

    Copies(List<Tier> fallbacks, Tombstones tombstones, Timekeeper time) {
        this.fallbacks = fallbacks;
        this.tombstones = tombstones;
        this.time = time;
    }

    /** Returns the newest valid copy; tiers that do not respond or have an unreadable copy are skipped. */
    Optional<TokenRecord> newest(TokenKey key) {
        Optional<Tombstone> tombstone = tombstones.of(key);
        return fallbacks.stream()
                .flatMap(tier -> tier.tryCall(key, "load", store -> store.load(key)).stream())
                .flatMap(Optional::stream)
                .filter(copy ->
                        tombstone.filter(tombstoned -> tombstoned.covers(copy)).isEmpty())
                .reduce((first, second) -> SyncDecision.compare(second, first) > 0 ? second : first);
    }

    /**
     * Synchronizes one copy with the record of the authority.
     *
     * @param authorityRecord empty if the authority has no record
     * @return the step that was done; {@link Step#HIDE} and {@link Step#PROMOTE} are left to the caller
     * @throws dev.evertoken.model.TokenStoreException if the tier does not accept the change
     */
    Step sync(Tier tier, TokenKey key, Optional<TokenRecord> authorityRecord) {
        for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
            Found found = found(tier, key);
            Step step = found.record().isEmpty() && found.revision() == TokenStore.UNREADABLE
                    ? unreadable(key, authorityRecord, found.tooNew())
                    : SyncDecision.step(authorityRecord, found.record(), tombstones.of(key), time.now());
            if (isDone(tier, key, step, found.revision(), authorityRecord)) {
                return step;
            }
        }
        throw TokenException.about(Problem.STORE_UNAVAILABLE)
                .key(key)
                .detail("store " + tier.name() + " changed " + MAX_ATTEMPTS
                        + " times while its copy was being synchronized")
                .build();
    }

    private static Found found(Tier tier, TokenKey key) {
        try {
            Optional<TokenRecord> record = tier.call(key, "load", store -> store.load(key));
            return new Found(record.map(TokenRecord::revision).orElse(TokenStore.ABSENT), record, false);
        } catch (UnreadableRecordException e) {
            boolean tooNew = e.reason() == UnreadableRecordException.Reason.NEWER_FORMAT;
            log.warn("{}: store {} has an unreadable copy: {}", key, tier.name(), e.getMessage());
            return new Found(TokenStore.UNREADABLE, Optional.empty(), tooNew);
        }
    }

    /** Replaces or deletes a damaged copy; a copy in a newer format is left unchanged. */
    private Step unreadable(TokenKey key, Optional<TokenRecord> authorityRecord, boolean tooNew) {
        if (tooNew) {
            return Step.NOTHING;
        }
        Optional<Tombstone> removed =
                tombstones.of(key).filter(tombstoned -> tombstoned.kind() == Tombstone.Kind.REMOVED);
        if (removed.isPresent()) {
            return Step.REMOVE;
        }
        return authorityRecord.isPresent() ? Step.WRITE : Step.NOTHING;
    }

    private static boolean isDone(
            Tier tier, TokenKey key, Step step, long revision, Optional<TokenRecord> authorityRecord) {
        return switch (step) {
            case WRITE -> {
                TokenRecord next = authorityRecord.orElseThrow();
                yield tier.call(key, "save", store -> store.compareAndSet(key, revision, next));
            }
            case REMOVE -> tier.call(key, "remove", store -> store.remove(key, revision));
            case NOTHING, HIDE, PROMOTE -> true;
        };
    }
}
