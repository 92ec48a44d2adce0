package dev.evertoken.store.tiered;

import dev.evertoken.model.Origin;
import dev.evertoken.spi.store.TokenRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;

/**
 * What to do with a copy so that it is in step with the authority, first hit wins. Records are ordered by consent, then
 * by generation: nothing old ever goes over something new, in either direction. Pure.
 */
final class SyncDecision {

    /** How long a copy is kept that the authority has no record for, and that nobody here removed. */
    static final Duration MISSED_KEPT = Duration.ofDays(7);

    /** What to do with the copy. */
    enum Step {
        NOTHING,
        /** Write the authority's record over it. */
        WRITE,
        REMOVE,
        /** The authority has nothing: hide the copy behind a tombstone. */
        HIDE,
        /** It is a newer generation of the authority's grant: the authority is to have it. */
        PROMOTE
    }

    private static final Comparator<TokenRecord> BY_AGE = Comparator.<TokenRecord, Instant>comparing(
                    record -> record.grant().consentedAt())
            .thenComparing(TokenRecord::generation);

    private SyncDecision() {}

    /** Compares records of one account by consent and generation; zero for two writes of one generation. */
    static int compare(TokenRecord one, TokenRecord other) {
        return BY_AGE.compare(one, other);
    }

    /**
     * @param authoritys what the authority has, empty if it has nothing
     * @param copy what the tier has, empty if it has nothing
     */
    static Step step(
            Optional<TokenRecord> authoritys, Optional<TokenRecord> copy, Optional<Tombstone> tombstone, Instant now) {
        if (authoritys.isEmpty()) {
            return copy.map(one -> gone(one, tombstone, now)).orElse(Step.NOTHING);
        }
        TokenRecord theirs = authoritys.get();
        if (isRemoved(theirs, tombstone)) {
            boolean underway =
                    tombstone.get().grant().id().equals(theirs.grant().id());
            boolean other =
                    !underway && copy.filter(one -> isRemoved(one, tombstone)).isPresent();
            return other ? Step.REMOVE : Step.NOTHING;
        }
        return copy.map(one -> step(theirs, one, tombstone)).orElse(Step.WRITE);
    }

    private static Step gone(TokenRecord copy, Optional<Tombstone> tombstone, Instant now) {
        if (isRemoved(copy, tombstone)) {
            return Step.REMOVE;
        }
        Optional<Tombstone> missed = tombstone.filter(one -> one.covers(copy));
        return missed.map(one -> now.isAfter(one.at().plus(MISSED_KEPT)) ? Step.REMOVE : Step.NOTHING)
                .orElse(Step.HIDE);
    }

    private static Step step(TokenRecord theirs, TokenRecord copy, Optional<Tombstone> tombstone) {
        if (!isOfSameApplication(theirs.origin(), copy.origin())) {
            return Step.NOTHING;
        }
        if (tombstone.filter(one -> one.covers(copy)).isPresent() && !isSameGrant(theirs, copy)) {
            return Step.WRITE;
        }
        int age = compare(theirs, copy);
        if (age < 0) {
            return isPromotable(theirs, copy) ? Step.PROMOTE : Step.NOTHING;
        }
        boolean sameTokens = age == 0 && isSameGrant(theirs, copy);
        boolean older = sameTokens
                && (theirs.revision() == copy.revision()
                        || theirs.claim().isPresent()
                        || theirs.updatedAt().isBefore(copy.updatedAt()));
        return older ? Step.NOTHING : Step.WRITE;
    }

    /** A newer generation of the same grant, and of the same person: table S of the protocol. */
    static boolean isPromotable(TokenRecord authoritys, TokenRecord copy) {
        return isSameGrant(authoritys, copy)
                && copy.generation() > authoritys.generation()
                && isOfSameApplication(authoritys.origin(), copy.origin())
                && !authoritys.isOfAnotherUser(copy.subject());
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
