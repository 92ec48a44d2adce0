package dev.evertoken.background;

import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.operations.RecordView;
import java.time.Instant;
import java.util.Comparator;

/**
 * An account that is to be refreshed. Immutable.
 *
 * @param tenant the tenant that the account belongs to
 * @param expiresAt when its token expires
 * @param dueAt since when it is due
 * @param isUncertain whether the outcome of an earlier call is unknown, or may be
 */
record Candidate(TokenKey key, String tenant, Instant expiresAt, Instant dueAt, boolean isUncertain) {

    /** The account whose token expires first comes first. */
    static final Comparator<Candidate> SOONEST_FIRST = Comparator.comparing(Candidate::expiresAt)
            .thenComparing(Candidate::dueAt)
            .thenComparing(candidate -> candidate.key().account());

    static Candidate of(RecordView record, String tenant, Instant dueAt) {
        return new Candidate(
                record.key(),
                tenant,
                record.lifetime().schedule().expiresAt(),
                dueAt,
                record.claim().isPresent() || record.uncertain() > 0);
    }
}
