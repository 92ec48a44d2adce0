package dev.evertoken.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.LoadResult;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.spi.store.UnreadableRecordException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The additional contract of a {@link TokenStore} whose records are persistent and shared with other processes: all
 * handles see the same records, and an unreadable record is neither reported as missing nor overwritten.
 *
 * <p>Not thread-safe; JUnit creates an instance for each test.
 */
public abstract class SharedTokenStoreContract extends TokenStoreContract {

    private static final TokenKey ALICE = TokenKey.of("google", "alice");
    private static final TokenKey BOB = TokenKey.of("google", "bob");

    /** Opens another handle on the data of {@link #store()}, as another process would. */
    protected abstract TokenStore another() throws Exception;

    /** Makes a stored record unreadable, like a damaged disk does. */
    protected abstract void damage(TokenKey key) throws Exception;

    @Test
    void theGuaranteeIsShared() {
        assertEquals(TokenStore.Guarantee.SHARED, store().guarantee());
    }

    @Test
    void anotherHandleSeesEveryWriteAndRemoval() throws Exception {
        try (TokenStore other = another()) {
            TokenRecord first = written(SampleRecords.full(ALICE));
            assertEquals(Optional.of(first), other.load(ALICE));
            assertEquals(Set.of(ALICE), keys(other));

            TokenRecord second = SampleRecords.sparse(ALICE);
            assertTrue(other.compareAndSet(ALICE, first.revision(), second));
            assertEquals(Optional.of(second), store().load(ALICE));
            assertFalse(store().compareAndSet(ALICE, first.revision(), SampleRecords.next(first)));

            assertTrue(store().remove(ALICE, second.revision()));
            assertEquals(Optional.empty(), other.load(ALICE));
        }
    }

    @Test
    void recordsAreStillThereAfterTheStoreWasClosed() throws Exception {
        TokenRecord record = written(SampleRecords.full(ALICE));
        store().close();

        try (TokenStore reopened = another()) {
            assertEquals(Optional.of(record), reopened.load(ALICE));
        }
    }

    @Test
    void exactlyOneOfTwoHandlesUpdatesEachRevision() throws Exception {
        TokenRecord current = written(SampleRecords.sparse(ALICE));
        try (TokenStore other = another()) {
            List<TokenStore> handles = List.of(store(), other, store(), other);
            for (int round = 0; round < 10; round++) {
                TokenRecord seen = current;
                List<TokenRecord> winners = ConcurrentRun.run(handles.size(), thread -> {
                    TokenRecord next = SampleRecords.next(seen);
                    return handles.get(thread).compareAndSet(ALICE, seen.revision(), next)
                            ? Stream.of(next)
                            : Stream.empty();
                });

                assertEquals(1, winners.size(), "winners");
                current = winners.get(0);
                assertEquals(Optional.of(current), store().load(ALICE));
                assertEquals(Optional.of(current), other.load(ALICE));
            }
        }
    }

    @Test
    void anUnreadableRecordIsNotMissing() throws Exception {
        TokenRecord bob = written(SampleRecords.full(BOB));
        written(SampleRecords.full(ALICE));
        damage(ALICE);

        assertThrows(UnreadableRecordException.class, () -> store().load(ALICE));
        assertThrows(UnreadableRecordException.class, () -> store().loadTimed(ALICE));
        assertEquals(Set.of(ALICE, BOB), keys(store()));
        assertEquals(Optional.of(bob), store().load(BOB));
    }

    @Test
    void anUnreadableRecordInABatchDoesNotAffectTheOthers() throws Exception {
        TokenRecord bob = written(SampleRecords.full(BOB));
        written(SampleRecords.full(ALICE));
        damage(ALICE);

        List<LoadResult> results = store().loadAll(List.of(ALICE, BOB));

        assertEquals(LoadResult.of(bob), results.get(1));
        assertEquals(
                assertThrows(UnreadableRecordException.class, () -> store().load(ALICE))
                        .reason(),
                results.get(0).unreadable().orElseThrow().reason());
        assertThrows(UnreadableRecordException.class, results.get(0)::get);
    }

    @Test
    void anUnreadableRecordIsReplacedOnlyOnRequest() throws Exception {
        TokenRecord first = written(SampleRecords.full(ALICE));
        damage(ALICE);
        TokenRecord next = SampleRecords.next(SampleRecords.sparse(ALICE));

        assertFalse(store().compareAndSet(ALICE, TokenStore.ABSENT, next), "an insert replaced it");
        assertFalse(
                store().compareAndSet(ALICE, first.revision(), next), "an update with its old revision replaced it");
        assertThrows(UnreadableRecordException.class, () -> store().load(ALICE));

        assertTrue(store().compareAndSet(ALICE, TokenStore.UNREADABLE, next));
        assertEquals(Optional.of(next), store().load(ALICE));
        assertFalse(
                store().compareAndSet(ALICE, TokenStore.UNREADABLE, SampleRecords.next(next)),
                "the record is readable again");
    }

    @Test
    void anUnreadableRecordIsRemovedOnlyOnRequest() throws Exception {
        TokenRecord first = written(SampleRecords.full(ALICE));
        damage(ALICE);

        assertFalse(store().remove(ALICE, first.revision()));
        assertThrows(UnreadableRecordException.class, () -> store().load(ALICE));

        assertTrue(store().remove(ALICE, TokenStore.UNREADABLE));
        assertEquals(Optional.empty(), store().load(ALICE));
        assertEquals(Set.of(), keys(store()));
    }
}
