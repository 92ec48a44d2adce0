package dev.evertoken.testing;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.LoadResult;
import dev.evertoken.spi.store.TimedRecord;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.TokenStore;
import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The contract of every {@link TokenStore}: extend it, return your store, and run it with JUnit.
 *
 * <p>For a store that several processes share, extend {@link SharedTokenStoreContract} instead. Each test gets a new
 * store. Not thread-safe; JUnit creates an instance for each test.
 */
public abstract class TokenStoreContract {

    private static final TokenKey ALICE = TokenKey.of("google", "alice");
    private static final TokenKey BOB = TokenKey.of("google", "bob");
    private static final int THREADS = 4;

    private Optional<TokenStore> opened = Optional.empty();

    /** Opens an empty store. Called before each test; the contract closes the store after it. */
    protected abstract TokenStore newStore() throws Exception;

    /** Returns the store of this test. */
    protected final TokenStore store() {
        return opened.orElseThrow();
    }

    @BeforeEach
    final void openTheStore() throws Exception {
        opened = Optional.of(newStore());
    }

    @AfterEach
    final void closeTheStore() {
        opened.ifPresent(TokenStore::close);
    }

    @Test
    void anAccountThatWasNeverWrittenIsAbsent() {
        assertEquals(Optional.empty(), store().load(ALICE));
    }

    @Test
    void aRecordWithAllOptionalPartsIsLoadedUnchanged() {
        TokenRecord full = written(SampleRecords.full(ALICE));

        assertEquals(Optional.of(full), store().load(ALICE));
        assertEquals(
                List.copyOf(full.requestedScopes()),
                List.copyOf(store().load(ALICE).orElseThrow().requestedScopes()),
                "the order of the scopes");
    }

    @Test
    void aRecordWithoutOptionalPartsIsLoadedUnchanged() {
        TokenRecord sparse = written(SampleRecords.sparse(ALICE));

        assertEquals(Optional.of(sparse), store().load(ALICE));
    }

    @Test
    void optionalPartsCanBecomeAbsentAgain() {
        TokenRecord full = written(SampleRecords.full(ALICE));
        TokenRecord sparse = SampleRecords.sparse(ALICE);

        assertTrue(store().compareAndSet(ALICE, full.revision(), sparse));

        assertEquals(Optional.of(sparse), store().load(ALICE));
    }

    @Test
    void largeSecretsAreLoadedUnchanged() {
        TokenRecord large = written(SampleRecords.nextWithSecrets(SampleRecords.full(ALICE), 40_000));

        assertEquals(Optional.of(large), store().load(ALICE));
    }

    @Test
    void aTimedReadHasTheRecordAndATimeBetweenTwoReadsOfTheClock() {
        TokenRecord full = written(SampleRecords.full(ALICE));

        Optional<Instant> before = store().now();
        TimedRecord timed = store().loadTimed(ALICE);
        Optional<Instant> after = store().now();

        assertEquals(Optional.of(full), timed.record());
        assertEquals(Optional.empty(), store().loadTimed(BOB).record(), "a record of nobody");
        timed.time().ifPresent(time -> {
            assertTrue(before.isPresent(), "the store has a clock");
            assertFalse(time.isBefore(before.get()), time + " is before " + before.get());
            assertFalse(time.isAfter(after.orElseThrow()), time + " is after " + after.get());
        });
    }

    @Test
    void aBatchHasOneResultForEachKeyInTheOrderOfTheKeys() {
        TokenRecord alice = written(SampleRecords.full(ALICE));
        TokenRecord bob = written(SampleRecords.sparse(BOB));
        TokenKey nobody = TokenKey.of("google", "nobody");

        assertEquals(
                List.of(LoadResult.of(bob), LoadResult.absent(nobody), LoadResult.of(alice), LoadResult.of(bob)),
                store().loadAll(List.of(BOB, nobody, ALICE, BOB)));
        assertEquals(List.of(), store().loadAll(List.of()));
    }

    @Test
    void aBatchOfUnusualKeysHasTheRecordOfEach() {
        Map<TokenKey, TokenRecord> expected = new LinkedHashMap<>();
        UnusualKeys.all().forEach(key -> expected.put(key, written(SampleRecords.sparse(key))));

        assertEquals(
                expected.values().stream().map(LoadResult::of).toList(),
                store().loadAll(List.copyOf(expected.keySet())));
    }

    @Test
    void aBatchMayBeLongerThanTheBatchSize() {
        TokenRecord alice = written(SampleRecords.full(ALICE));
        int length = store().batchSize() + 1;

        assertTrue(store().batchSize() >= 1, "the batch size");
        assertEquals(
                Collections.nCopies(length, LoadResult.of(alice)), store().loadAll(Collections.nCopies(length, ALICE)));
    }

    @Test
    void anInsertSucceedsOnce() {
        TokenRecord first = written(SampleRecords.full(ALICE));

        assertFalse(store().compareAndSet(ALICE, TokenStore.ABSENT, SampleRecords.full(ALICE)));

        assertEquals(Optional.of(first), store().load(ALICE));
    }

    @Test
    void anUpdateNeedsTheRevisionThatIsStored() {
        TokenRecord first = written(SampleRecords.full(ALICE));
        TokenRecord second = SampleRecords.next(SampleRecords.sparse(ALICE));
        assertTrue(store().compareAndSet(ALICE, first.revision(), second));

        assertFalse(
                store().compareAndSet(ALICE, first.revision(), SampleRecords.next(first)),
                "an update with an old revision");
        assertFalse(
                store().compareAndSet(ALICE, SampleRecords.revision(), SampleRecords.next(first)),
                "an update with an unknown revision");

        assertEquals(Optional.of(second), store().load(ALICE));
    }

    @Test
    void anUpdateNeverInserts() {
        TokenRecord record = SampleRecords.full(ALICE);

        assertFalse(store().compareAndSet(ALICE, SampleRecords.revision(), record));
        assertFalse(store().compareAndSet(ALICE, TokenStore.UNREADABLE, record));

        assertEquals(Optional.empty(), store().load(ALICE));
    }

    @Test
    void aRecordThatCanBeReadIsNotReplacedOrRemovedAsUnreadable() {
        TokenRecord first = written(SampleRecords.full(ALICE));

        assertFalse(store().compareAndSet(ALICE, TokenStore.UNREADABLE, SampleRecords.next(first)));
        assertFalse(store().remove(ALICE, TokenStore.UNREADABLE));

        assertEquals(Optional.of(first), store().load(ALICE));
    }

    @Test
    void aRemovalNeedsTheRevisionThatIsStored() {
        TokenRecord first = written(SampleRecords.full(ALICE));

        assertFalse(store().remove(ALICE, SampleRecords.revision()));
        assertFalse(store().remove(ALICE, TokenStore.ABSENT));
        assertEquals(Optional.of(first), store().load(ALICE));

        assertTrue(store().remove(ALICE, first.revision()));
        assertEquals(Optional.empty(), store().load(ALICE));
        assertFalse(store().remove(ALICE, first.revision()), "the record was removed already");
    }

    @Test
    void aRevisionFromBeforeARemovalDoesNotMatchALaterRecord() {
        TokenRecord first = written(SampleRecords.full(ALICE));
        assertTrue(store().remove(ALICE, first.revision()));
        TokenRecord second = written(SampleRecords.full(ALICE));

        assertFalse(store().compareAndSet(ALICE, first.revision(), SampleRecords.next(first)));
        assertFalse(store().remove(ALICE, first.revision()));

        assertEquals(Optional.of(second), store().load(ALICE));
    }

    @Test
    void writesOfOneAccountDoNotAffectOthers() {
        TokenRecord alice = written(SampleRecords.full(ALICE));
        TokenRecord bob = written(SampleRecords.full(BOB));

        assertFalse(store().compareAndSet(ALICE, bob.revision(), SampleRecords.next(alice)));
        assertTrue(store().remove(ALICE, alice.revision()));

        assertEquals(Optional.of(bob), store().load(BOB));
    }

    @Test
    void theKeysAreThoseOfTheStoredRecords() {
        assertEquals(Set.of(), keys(store()));

        TokenRecord alice = written(SampleRecords.full(ALICE));
        written(SampleRecords.sparse(BOB));
        assertEquals(Set.of(ALICE, BOB), keys(store()));

        assertTrue(store().remove(ALICE, alice.revision()));
        assertEquals(Set.of(BOB), keys(store()));
    }

    @Test
    void unusualKeysAreDistinguished() {
        Map<TokenKey, TokenRecord> expected = new HashMap<>();
        UnusualKeys.all().forEach(key -> expected.put(key, written(SampleRecords.sparse(key))));

        assertAll(expected.entrySet().stream()
                .map(entry -> () -> assertEquals(
                        Optional.of(entry.getValue()),
                        store().load(entry.getKey()),
                        entry.getKey().toString())));
        assertEquals(expected.keySet(), keys(store()));
    }

    @Test
    void exactlyOneOfManyThreadsUpdatesEachRevision() {
        TokenRecord current = written(SampleRecords.sparse(ALICE));
        for (int round = 0; round < 10; round++) {
            TokenRecord seen = current;
            List<TokenRecord> winners = ConcurrentRun.run(THREADS, thread -> {
                TokenRecord next = SampleRecords.next(seen);
                return store().compareAndSet(ALICE, seen.revision(), next) ? Stream.of(next) : Stream.empty();
            });

            assertEquals(1, winners.size(), "winners");
            current = store().load(ALICE).orElseThrow();
            assertEquals(winners.get(0), current);
        }
    }

    @Test
    void exactlyOneOfManyThreadsInserts() {
        List<TokenRecord> winners = ConcurrentRun.run(THREADS, thread -> {
            TokenRecord mine = SampleRecords.sparse(ALICE);
            return store().compareAndSet(ALICE, TokenStore.ABSENT, mine) ? Stream.of(mine) : Stream.empty();
        });

        assertEquals(1, winners.size(), "winners");
        assertEquals(Optional.of(winners.get(0)), store().load(ALICE));
    }

    @Test
    void noUpdateOfManyThreadsIsLost() {
        written(SampleRecords.sparse(ALICE));
        int steps = 10;

        ConcurrentRun.run(THREADS, thread -> {
            for (int done = 0; done < steps; ) {
                TokenRecord seen = store().load(ALICE).orElseThrow();
                done += store().compareAndSet(ALICE, seen.revision(), SampleRecords.next(seen)) ? 1 : 0;
            }
            return Stream.empty();
        });

        assertEquals(1 + THREADS * steps, store().load(ALICE).orElseThrow().generation());
    }

    @Test
    void closingTwiceHasNoFurtherEffect() {
        store().close();
        store().close();
    }

    /** Inserts a record that must not exist yet. */
    protected final TokenRecord written(TokenRecord record) {
        assertTrue(store().compareAndSet(record.key(), TokenStore.ABSENT, record), "inserted");
        return record;
    }

    /** Returns the keys of all records. */
    protected static Set<TokenKey> keys(TokenStore store) {
        try (Stream<TokenKey> keys = store.keys()) {
            return keys.collect(Collectors.toSet());
        }
    }
}
