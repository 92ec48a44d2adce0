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

/** Reads and writes the copies that the fallbacks of a chain have, each by compare-and-set. Thread-safe. */
final class Copies {

    private static final Logger log = LoggerFactory.getLogger(Copies.class);
    private static final int MOST_ROUNDS = 5;

    private final List<Tier> fallbacks;
    private final Tombstones tombstones;
    private final Timekeeper time;

    /** What a tier has: a record and its revision, or one of the revisions of what is no record. */
    private record Found(long revision, Optional<TokenRecord> record, boolean tooNew) {}

    Copies(List<Tier> fallbacks, Tombstones tombstones, Timekeeper time) {
        this.fallbacks = fallbacks;
        this.tombstones = tombstones;
        this.time = time;
    }

    /** Returns the newest copy that counts; tiers that do not answer, or cannot read theirs, are passed over. */
    Optional<TokenRecord> newest(TokenKey key) {
        Optional<Tombstone> tombstone = tombstones.of(key);
        return fallbacks.stream()
                .flatMap(tier -> tier.askQuietly("load", store -> store.load(key)).stream())
                .flatMap(Optional::stream)
                .filter(copy -> tombstone.filter(one -> one.covers(copy)).isEmpty())
                .reduce((first, second) -> SyncDecision.compare(second, first) > 0 ? second : first);
    }

    /**
     * Brings one copy in step with what the authority has.
     *
     * @param authoritys empty if the authority has nothing
     * @return what was done; {@link Step#HIDE} and {@link Step#PROMOTE} are left to do
     * @throws dev.evertoken.model.TokenStoreException if the tier does not take it
     */
    Step bring(Tier tier, TokenKey key, Optional<TokenRecord> authoritys) {
        for (int round = 0; round < MOST_ROUNDS; round++) {
            Found found = found(tier, key);
            Step step = found.record().isEmpty() && found.revision() == TokenStore.UNREADABLE
                    ? unreadable(key, authoritys, found.tooNew())
                    : SyncDecision.step(authoritys, found.record(), tombstones.of(key), time.now());
            if (isDone(tier, key, step, found.revision(), authoritys)) {
                return step;
            }
        }
        throw TokenException.about(Problem.STORE_UNAVAILABLE)
                .key(key)
                .detail("store " + tier.name() + " changed " + MOST_ROUNDS
                        + " times while it was to be brought in step")
                .build();
    }

    private static Found found(Tier tier, TokenKey key) {
        try {
            Optional<TokenRecord> record = tier.ask("load", store -> store.load(key));
            return new Found(record.map(TokenRecord::revision).orElse(TokenStore.ABSENT), record, false);
        } catch (UnreadableRecordException e) {
            boolean tooNew = e.reason() == UnreadableRecordException.Reason.NEWER_FORMAT;
            log.warn("store {} has a copy that cannot be read", tier.name(), e);
            return new Found(TokenStore.UNREADABLE, Optional.empty(), tooNew);
        }
    }

    /** A damaged copy is replaced or deleted; one of a later version is left alone. */
    private Step unreadable(TokenKey key, Optional<TokenRecord> authoritys, boolean tooNew) {
        if (tooNew) {
            return Step.NOTHING;
        }
        Optional<Tombstone> removed = tombstones.of(key).filter(one -> one.kind() == Tombstone.Kind.REMOVED);
        if (removed.isPresent()) {
            return Step.REMOVE;
        }
        return authoritys.isPresent() ? Step.WRITE : Step.NOTHING;
    }

    private static boolean isDone(Tier tier, TokenKey key, Step step, long revision, Optional<TokenRecord> authoritys) {
        return switch (step) {
            case WRITE -> {
                TokenRecord next = authoritys.orElseThrow();
                yield tier.ask("save", store -> store.compareAndSet(key, revision, next));
            }
            case REMOVE -> tier.ask("remove", store -> store.remove(key, revision));
            case NOTHING, HIDE, PROMOTE -> true;
        };
    }
}
