package dev.evertoken.store.tiered;

import dev.evertoken.model.Origin;
import dev.evertoken.spi.store.TokenRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;

/**
 * Decides how to synchronize a copy with the authority; the first match decides. Records are ordered by consent and
 * then by generation: an older record never replaces a newer one, in either direction. Pure.
 */
final class SyncDecision {

    /** The time for which a copy is kept after the authority has lost its record without a removal. */
    static final Duration MISSED_RETENTION = Duration.ofDays(7);

    /** The change to a copy or to the authority. */
    enum Step {
        NOTHING,
        /** Replace the copy with the authority's record. */
        WRITE,
        REMOVE,
        /** Hide the copy behind a tombstone, because the authority has no record. */
        HIDE,
        /** Write the copy to the authority, because it is a newer generation of the same grant. */
        PROMOTE
    }

    private static final Comparator<TokenRecord> BY_AGE = Comparator.<TokenRecord, Instant>comparing(
                    record -> record.grant().consentedAt())
            .thenComparing(TokenRecord::generation);

    private SyncDecision() {}

    /** Compares two records of an account by consent and generation; zero for two writes of the same generation. */
    static int compare(TokenRecord one, TokenRecord other) {
        return BY_AGE.compare(one, other);
    }

    /**
     * Returns the step for a copy.
     *
     * @param authorityRecord the record of the authority, empty if it has none
     * @param copy the copy of the tier, empty if it has none
     */
    static Step step(
            Optional<TokenRecord> authorityRecord,
            Optional<TokenRecord> copy,
            Optional<Tombstone> tombstone,
            Instant now) {
        if (authorityRecord.isEmpty()) {
            return copy.map(one -> absent(one, tombstone, now)).orElse(Step.NOTHING);
        }
        TokenRecord current = authorityRecord.get();
        if (isRemoved(current, tombstone)) {
            boolean pending =
                    tombstone.get().grant().id().equals(current.grant().id());
            boolean outdated =
                    !pending && copy.filter(one -> isRemoved(one, tombstone)).isPresent();
            return outdated ? Step.REMOVE : Step.NOTHING;
        }
        return copy.map(one -> step(current, one, tombstone)).orElse(Step.WRITE);
    }

    private static Step absent(TokenRecord copy, Optional<Tombstone> tombstone, Instant now) {
        if (isRemoved(copy, tombstone)) {
            return Step.REMOVE;
        }
        Optional<Tombstone> missed = tombstone.filter(one -> one.covers(copy));
        return missed.map(one -> now.isAfter(one.at().plus(MISSED_RETENTION)) ? Step.REMOVE : Step.NOTHING)
                .orElse(Step.HIDE);
    }

    private static Step step(TokenRecord current, TokenRecord copy, Optional<Tombstone> tombstone) {
        if (!isOfSameApplication(current.origin(), copy.origin())) {
            return Step.NOTHING;
        }
        if (tombstone.filter(one -> one.covers(copy)).isPresent() && !isSameGrant(current, copy)) {
            return Step.WRITE;
        }
        int age = compare(current, copy);
        if (age < 0) {
            return isPromotable(current, copy) ? Step.PROMOTE : Step.NOTHING;
        }
        boolean sameTokens = age == 0 && isSameGrant(current, copy);
        boolean older = sameTokens
                && (current.revision() == copy.revision()
                        || current.claim().isPresent()
                        || current.updatedAt().isBefore(copy.updatedAt()));
        return older ? Step.NOTHING : Step.WRITE;
    }

    /** Returns whether a copy is a newer generation of the same grant and of the same user: table S of the protocol. */
    static boolean isPromotable(TokenRecord authorityRecord, TokenRecord copy) {
        return isSameGrant(authorityRecord, copy)
                && copy.generation() > authorityRecord.generation()
                && isOfSameApplication(authorityRecord.origin(), copy.origin())
                && !authorityRecord.isOfAnotherUser(copy.subject());
    }

    private static boolean isSameGrant(TokenRecord one, TokenRecord other) {
        return one.grant().id().equals(other.grant().id());
    }

    private static boolean isRemoved(TokenRecord record, Optional<Tombstone> tombstone) {
        return tombstone
                .filter(one -> one.kind() == Tombstone.Kind.REMOVED && one.covers(record))
                .isPresent();
    }

    private static boolean isOfSameApplication(Origin one, Origin other) {
        return one.namespace().equals(other.namespace()) && one.environment().equals(other.environment());
    }
}
