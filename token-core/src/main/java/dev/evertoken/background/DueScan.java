package dev.evertoken.background;

import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenStoreException;
import dev.evertoken.spi.operations.RecordView;
import dev.evertoken.spi.operations.TokenOperations;
import dev.evertoken.spi.store.DueIndex;
import dev.evertoken.spi.store.UnreadableRecordException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Reads the due accounts of a client, page by page, and adds those that are to be refreshed to a queue.
 *
 * <p>Accounts that are left alone stay at the front of the index. A scan starts after the last of them that it knows,
 * so that they cost nothing again; the {@link Audit} finds the accounts that became due before them. Not thread-safe.
 */
final class DueScan {

    static final int PAGE = 500;
    private static final int MOST_PAGES = 100;
    private static final int MOST_STAYS = 16;
    private static final int MOST_FAILURES = 20;

    private final String registration;
    private final TokenOperations operations;
    private final DueIndex index;
    private final Tenants tenants;
    private final Predicate<TokenKey> isLazy;
    private final Jitter jitter;
    private final Deferrals deferrals;
    private final Tallies tallies;
    private final BooleanSupplier closed;
    private final Deque<Stay> stays = new ArrayDeque<>();
    private Optional<TokenKey> deep = Optional.empty();
    private boolean passesNothing;
    private int failuresInARow;
    private @Nullable TokenKey lastLeft;

    /** An account that is left alone, at its place in the index. */
    private record Stay(TokenKey key, Instant dueAt) {}

    /** @param isLazy whether an account is left alone without a look at its record */
    DueScan(
            String registration,
            TokenOperations operations,
            DueIndex index,
            Tenants tenants,
            Predicate<TokenKey> isLazy,
            Jitter jitter,
            Deferrals deferrals,
            Tallies tallies,
            BooleanSupplier closed) {
        this.registration = registration;
        this.operations = operations;
        this.index = index;
        this.tenants = tenants;
        this.isLazy = isLazy;
        this.jitter = jitter;
        this.deferrals = deferrals;
        this.tallies = tallies;
        this.closed = closed;
    }

    /**
     * Reads until the end of the due accounts, or until the queue is full.
     *
     * @return whether it has reached the end
     * @throws TokenStoreException if the store does not respond
     */
    boolean read(Instant now, FairQueue queue, Predicate<TokenKey> isRunning) {
        passesNothing = deep.isEmpty();
        failuresInARow = 0;
        Optional<TokenKey> after = deep.or(this::lastStay);
        deep = Optional.empty();
        for (int page = 0; page < MOST_PAGES && !closed.getAsBoolean(); page++) {
            List<TokenKey> keys = index.due(registration, now.plusMillis(1), after, PAGE);
            for (TokenKey key : keys) {
                if (queue.isFull()) {
                    return false;
                }
                if (!queue.contains(key) && !isRunning.test(key)) {
                    consider(key, now, queue);
                }
            }
            rememberStay();
            if (keys.size() < PAGE) {
                return true;
            }
            after = Optional.of(keys.get(keys.size() - 1));
        }
        deep = after;
        return false;
    }

    /** Returns whether the last scan has ended before the end of the due accounts, although the queue was not full. */
    boolean hasPagesLeft() {
        return deep.isPresent();
    }

    /** Lets the next scan read an account again that stays due. */
    void readAgainFrom(Instant dueAt) {
        stays.removeIf(stay -> !stay.dueAt().isBefore(dueAt));
    }

    private void consider(TokenKey key, Instant now, FairQueue queue) {
        if (deferrals.contain(key, now)) {
            passesNothing = false;
            return;
        }
        if (isLazy.test(key)) {
            tallies.count(Tally::countIdle);
            left(key);
            return;
        }
        String tenant = tenants.of(key);
        if (queue.hasRoomFor(tenant)) {
            read(key, now).ifPresent(record -> judge(record, tenant, now, queue));
        } else {
            passesNothing = false;
        }
    }

    private void judge(RecordView record, String tenant, Instant now, FairQueue queue) {
        if (!Need.isDue(record, now)) {
            tallies.count(Tally::countNotDue);
            index.repair(record.key());
        } else if (Need.isHeld(record, now)) {
            tallies.count(Tally::countElsewhere);
            passesNothing = false;
        } else if (jitter.startsAt(record).isAfter(now)) {
            deferrals.put(record.key(), jitter.startsAt(record));
            passesNothing = false;
        } else {
            queue.add(Candidate.of(record, tenant, record.dueAt().orElse(now)));
        }
    }

    /** Reads a record; one that cannot be read delays no other one, unless no record can be read. */
    private Optional<RecordView> read(TokenKey key, Instant now) {
        try {
            Optional<RecordView> record = operations.record(key);
            failuresInARow = 0;
            if (record.isEmpty()) {
                index.repair(key);
            }
            return record;
        } catch (TokenStoreException e) {
            tallies.count(Tally::countStoreFailure);
            passesNothing = false;
            failuresInARow++;
            if (failuresInARow >= MOST_FAILURES) {
                throw e;
            }
            return Optional.empty();
        } catch (UnreadableRecordException e) {
            failuresInARow = 0;
            tallies.count(Tally::countUnreadable);
            deferrals.put(key, now.plus(ClientSweep.LONG_PAUSE));
            return Optional.empty();
        }
    }

    private void left(TokenKey key) {
        if (passesNothing) {
            lastLeft = key;
        }
    }

    private void rememberStay() {
        TokenKey key = lastLeft;
        lastLeft = null;
        if (key != null) {
            dueAt(key).ifPresent(due -> {
                stays.addLast(new Stay(key, due));
                if (stays.size() > MOST_STAYS) {
                    stays.removeFirst();
                }
            });
        }
    }

    /** Returns the last account that is still left alone at the same place of the index. */
    private Optional<TokenKey> lastStay() {
        while (!stays.isEmpty()) {
            Stay last = stays.getLast();
            if (dueAt(last.key()).filter(last.dueAt()::equals).isPresent()) {
                return Optional.of(last.key());
            }
            stays.removeLast();
        }
        return Optional.empty();
    }

    private Optional<Instant> dueAt(TokenKey key) {
        try {
            return operations.record(key).flatMap(RecordView::dueAt);
        } catch (UnreadableRecordException e) {
            return Optional.empty();
        }
    }
}
