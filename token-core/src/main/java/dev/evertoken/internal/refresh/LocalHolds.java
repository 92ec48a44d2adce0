package dev.evertoken.internal.refresh;

import dev.evertoken.internal.refresh.RefreshDecision.Hold;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.TokenRecord;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** The reasons why this process must not call a provider for an account, apart from those in its record. Thread-safe. */
final class LocalHolds {

    /** A hold on calls, which ends with the grant that it applies to. */
    private record OfGrant(String grantId, Hold hold) {}

    private final ConcurrentMap<TokenKey, OfGrant> holds = new ConcurrentHashMap<>();

    /** Returns the hold on a record's grant; discards one that has ended or applies to another grant. */
    Optional<Hold> of(TokenRecord record, Instant now) {
        if (!holds.containsKey(record.key())) {
            return Optional.empty();
        }
        OfGrant current = holds.computeIfPresent(
                record.key(), (key, known) -> isOf(record, known) && now.isBefore(known.hold.until()) ? known : null);
        return Optional.ofNullable(current).map(OfGrant::hold);
    }

    void put(TokenRecord record, Hold hold) {
        holds.put(record.key(), new OfGrant(record.grant().id(), hold));
    }

    void remove(TokenKey key) {
        holds.remove(key);
    }

    /** Removes the hold on a record's grant, and leaves one on another grant of the account. */
    void remove(TokenRecord record) {
        holds.computeIfPresent(record.key(), (key, known) -> isOf(record, known) ? null : known);
    }

    private static boolean isOf(TokenRecord record, OfGrant known) {
        return known.grantId.equals(record.grant().id());
    }
}
