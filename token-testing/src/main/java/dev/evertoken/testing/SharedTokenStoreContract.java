package dev.evertoken.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.spi.store.UnreadableRecordException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What a {@link TokenStore} has to do besides when its records outlive it and others write there too: a
 * second handle sees the same, and a record that cannot be read is neither missing nor lost.
 *
 * <p>Not thread-safe; JUnit makes one for each test.
 */
public abstract class SharedTokenStoreContract extends TokenStoreContract {

    private static final TokenKey ALICE = TokenKey.of("google", "alice");
    private static final TokenKey BOB = TokenKey.of("google", "bob");

    /** Opens one more handle on the data of {@link #store()}, as another process would. */
    protected abstract TokenStore another() throws Exception;

    /** Makes a stored record unreadable, as a damaged disk would. */
    protected abstract void damage(TokenKey key) throws Exception;

    @Test
    void itIsShared() {
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
    void whatWasWrittenIsThereAfterTheStoreWasClosed() throws Exception {
        TokenRecord record = written(SampleRecords.full(ALICE));
        store().close();

        try (TokenStore later = another()) {
            assertEquals(Optional.of(record), later.load(ALICE));
        }
    }

    @Test
    void ofTwoHandlesExactlyOneWinsEachRevision() throws Exception {
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
        assertEquals(Set.of(ALICE, BOB), keys(store()));
        assertEquals(Optional.of(bob), store().load(BOB));
    }

    @Test
    void anUnreadableRecordIsReplacedByWhoSaysSoAndByNobodyElse() throws Exception {
        TokenRecord first = written(SampleRecords.full(ALICE));
        damage(ALICE);
        TokenRecord next = SampleRecords.next(SampleRecords.sparse(ALICE));

        assertFalse(store().compareAndSet(ALICE, TokenStore.ABSENT, next), "inserted over it");
        assertFalse(store().compareAndSet(ALICE, first.revision(), next), "updated by its old revision");
        assertThrows(UnreadableRecordException.class, () -> store().load(ALICE));

        assertTrue(store().compareAndSet(ALICE, TokenStore.UNREADABLE, next));
        assertEquals(Optional.of(next), store().load(ALICE));
        assertFalse(store().compareAndSet(ALICE, TokenStore.UNREADABLE, SampleRecords.next(next)), "readable again");
    }

    @Test
    void anUnreadableRecordIsRemovedByWhoSaysSoAndByNobodyElse() throws Exception {
        TokenRecord first = written(SampleRecords.full(ALICE));
        damage(ALICE);

        assertFalse(store().remove(ALICE, first.revision()));
        assertThrows(UnreadableRecordException.class, () -> store().load(ALICE));

        assertTrue(store().remove(ALICE, TokenStore.UNREADABLE));
        assertEquals(Optional.empty(), store().load(ALICE));
        assertEquals(Set.of(), keys(store()));
    }
}
