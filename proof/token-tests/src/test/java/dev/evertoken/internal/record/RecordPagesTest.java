package dev.evertoken.internal.record;

import static dev.evertoken.testing.StoreOperation.LOAD;
import static dev.evertoken.testing.StoreOperation.LOAD_ALL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.faults.Fault;
import dev.evertoken.internal.record.RecordPages.Read;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenStoreException;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.store.InMemoryTokenStore;
import dev.evertoken.testing.FaultyStore;
import dev.evertoken.testing.ManualClock;
import dev.evertoken.testing.SampleRecords;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Spliterator;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Many records are read in the batches of the store. */
class RecordPagesTest {

    private static final TokenKey FIRST = key(0);

    private final InMemoryTokenStore memory = new InMemoryTokenStore(ManualClock.start());

    private static TokenKey key(int number) {
        return TokenKey.of("acme", "account-" + number);
    }

    private static List<TokenKey> keys(int count) {
        return IntStream.range(0, count).mapToObj(RecordPagesTest::key).toList();
    }

    private List<TokenRecord> written(int count) {
        List<TokenRecord> records =
                keys(count).stream().map(SampleRecords::sparse).toList();
        records.forEach(record -> assertThat(memory.compareAndSet(record.key(), TokenStore.ABSENT, record))
                .isTrue());
        return records;
    }

    private static MonitoredStore monitored(TokenStore store) {
        return new MonitoredStore(store, ManualClock.start(), new UnwrittenRecords(10), Duration.ofMinutes(1));
    }

    private static List<Optional<TokenRecord>> records(Stream<Read> reads) {
        return reads.map(Read::record).toList();
    }

    @Test
    @Fault("P1")
    void everyRecordIsReadOnceInBatchesOfTheStore() {
        List<TokenRecord> expected = written(25);
        BatchingStore store = new BatchingStore(memory, 10);

        assertThat(records(RecordPages.of(monitored(store), keys(25).stream())))
                .isEqualTo(expected.stream().map(Optional::of).toList());
        assertThat(store.batches()).containsExactly(10, 10, 5);
    }

    @Test
    void noBatchIsLongerThanTheMemoryAllows() {
        BatchingStore store = new BatchingStore(memory, Integer.MAX_VALUE);

        assertThat(records(RecordPages.of(monitored(store), keys(501).stream())))
                .hasSize(501);
        assertThat(store.batches()).containsExactly(RecordPages.LONGEST);
    }

    @Test
    void aStoreWithoutBatchesReadsARecordWhenItIsAskedFor() {
        written(3);
        FaultyStore store = FaultyStore.over(memory);

        try (Stream<Read> reads = RecordPages.of(monitored(store), keys(3).stream())) {
            assertThat(reads.map(Read::record).findFirst()).isNotEmpty();
        }
        assertThat(store.calls(LOAD)).isEqualTo(1);
        assertThat(store.calls(LOAD_ALL)).isZero();
    }

    @Test
    @Fault("P1")
    void theRecordsOfAFailedBatchAreReadOneByOneSoThatOneFailureIsThatOfOneAccount() {
        List<TokenRecord> expected = written(4);
        FaultyStore store = FaultyStore.over(new BatchingStore(memory, 2));
        store.next(LOAD_ALL).failBefore();
        store.next(LOAD).failBefore();

        List<Read> reads = RecordPages.of(monitored(store), keys(4).stream()).toList();

        assertThatThrownBy(reads.get(0)::record).isInstanceOf(TokenStoreException.class);
        assertThat(reads.get(0).key()).isEqualTo(FIRST);
        assertThat(reads.subList(1, 4))
                .extracting(Read::record)
                .isEqualTo(expected.subList(1, 4).stream().map(Optional::of).toList());
        assertThat(store.calls(LOAD_ALL)).isEqualTo(2);
        assertThat(store.calls(LOAD)).isEqualTo(2);
    }

    @Test
    void aFailureToListKeysComesAfterTheRecordsOfTheKeysBeforeIt() {
        written(3);
        Stream<TokenKey> listing =
                Stream.concat(keys(3).stream(), Stream.of(FIRST).map(key -> {
                    throw TokenStoreException.unavailable("the list broke off", new IOException("planned by a test"));
                }));
        List<TokenKey> seen = new ArrayList<>();
        Stream<Read> reads = RecordPages.of(monitored(new BatchingStore(memory, 10)), listing);

        assertThatThrownBy(() -> reads.forEach(read -> seen.add(read.key()))).hasMessageContaining("broke off");

        assertThat(seen).containsExactlyElementsOf(keys(3));
    }

    @Test
    void changesThatThisProcessKeepsInMemoryAreInBatchesToo() {
        TokenRecord stored = written(2).get(0);
        MonitoredStore store = monitored(new BatchingStore(memory, 10));
        TokenRecord kept = stored.next().uncertain(7).build(stored.revision(), stored.updatedAt());
        store.keepUnwritten(kept);

        assertThat(records(RecordPages.of(store, keys(2).stream())).get(0)).contains(kept);
    }

    @Test
    void closingTheStreamClosesThatOfTheKeys() {
        AtomicBoolean closed = new AtomicBoolean();

        RecordPages.of(monitored(memory), keys(3).stream().onClose(() -> closed.set(true)))
                .close();

        assertThat(closed).isTrue();
    }

    // ---- one batch ahead

    @Test
    @Fault("P1")
    void fromTheSecondBatchOnTheNextOneIsReadWhileTheCallerUsesTheRecords() {
        List<TokenRecord> expected = written(25);
        BatchingStore store = new BatchingStore(memory, 10);
        Deque<Runnable> waiting = new ArrayDeque<>();
        Iterator<Read> reads = RecordPages.ahead(monitored(store), keys(25).stream(), waiting::add)
                .iterator();
        List<Optional<TokenRecord>> seen = new ArrayList<>();

        take(10, reads, seen);
        assertThat(waiting).isEmpty();
        take(1, reads, seen);
        assertThat(store.batches()).containsExactly(10, 10);
        waiting.remove().run();
        assertThat(store.batches()).containsExactly(10, 10, 5);

        take(14, reads, seen);
        assertThat(reads.hasNext()).isFalse();
        assertThat(seen).isEqualTo(expected.stream().map(Optional::of).toList());
        assertThat(waiting).isEmpty();
        assertThat(store.batches()).containsExactly(10, 10, 5);
    }

    private static void take(int count, Iterator<Read> reads, List<Optional<TokenRecord>> seen) {
        for (int n = 0; n < count; n++) {
            seen.add(reads.next().record());
        }
    }

    @Test
    void onOtherThreadsTheRecordsKeepTheirOrder() throws InterruptedException {
        List<TokenRecord> expected = written(95);
        ExecutorService threads = Executors.newFixedThreadPool(2);

        try (Stream<Read> reads =
                RecordPages.ahead(monitored(new BatchingStore(memory, 10)), keys(95).stream(), threads)) {
            assertThat(records(reads))
                    .isEqualTo(expected.stream().map(Optional::of).toList());
        }

        threads.shutdown();
        assertThat(threads.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
    }

    @Test
    void theCallerReadsABatchItselfIfNoThreadHasBegunIt() {
        List<TokenRecord> expected = written(25);
        List<Optional<TokenRecord>> all = expected.stream().map(Optional::of).toList();
        Executor noThreads = task -> {
            throw new RejectedExecutionException("planned by a test");
        };

        for (Executor threads : List.<Executor>of(task -> {}, noThreads)) {
            BatchingStore store = new BatchingStore(memory, 10);
            assertThat(records(RecordPages.ahead(monitored(store), keys(25).stream(), threads)))
                    .isEqualTo(all);
            assertThat(store.batches()).containsExactly(10, 10, 5);
        }
    }

    @Test
    void aClosedStreamReadsNoFurtherBatch() {
        written(40);
        BatchingStore store = new BatchingStore(memory, 10);
        Deque<Runnable> waiting = new ArrayDeque<>();
        Stream<Read> reads = RecordPages.ahead(monitored(store), keys(40).stream(), waiting::add);
        Spliterator<Read> records = reads.spliterator();
        for (int n = 0; n < 11; n++) {
            assertThat(records.tryAdvance(read -> assertThat(read.record()).isPresent()))
                    .isTrue();
        }

        reads.close();
        waiting.remove().run();

        assertThat(store.batches()).containsExactly(10, 10);
    }

    @Test
    void theKeysAreClosedAfterABatchThatIsBeingReadHasEnded() throws InterruptedException {
        written(40);
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        List<String> steps = Collections.synchronizedList(new ArrayList<>());
        Stream<TokenKey> listing = keys(40).stream()
                .peek(key -> {
                    if (key.equals(key(29))) {
                        begun.countDown();
                        awaited(mayEnd);
                        steps.add("read");
                    }
                })
                .onClose(() -> steps.add("closed"));
        ExecutorService threads = Executors.newFixedThreadPool(2);
        Stream<Read> reads = RecordPages.ahead(monitored(new BatchingStore(memory, 10)), listing, threads);
        Spliterator<Read> records = reads.spliterator();
        for (int n = 0; n < 11; n++) {
            assertThat(records.tryAdvance(read -> assertThat(read.record()).isPresent()))
                    .isTrue();
        }
        awaited(begun);

        Future<?> closing = threads.submit(reads::close);
        assertThat(steps).isEmpty();
        mayEnd.countDown();

        assertThat(closing).succeedsWithin(Duration.ofMinutes(1));
        assertThat(steps).containsExactly("read", "closed");
        threads.shutdown();
        assertThat(threads.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
    }

    private static void awaited(CountDownLatch latch) {
        try {
            assertThat(latch.await(1, TimeUnit.MINUTES)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aFailureOnAnotherThreadReachesTheCallerAfterTheRecordsBeforeIt() {
        written(25);
        TokenKey last = key(24);
        Stream<TokenKey> listing = keys(25).stream().peek(key -> {
            if (key.equals(last)) {
                throw TokenStoreException.unavailable("the list broke off", new IOException("planned by a test"));
            }
        });
        List<TokenKey> seen = new ArrayList<>();
        Stream<Read> reads = RecordPages.ahead(monitored(new BatchingStore(memory, 4)), listing, Runnable::run);

        assertThatThrownBy(() -> reads.forEach(read -> seen.add(read.key()))).hasMessageContaining("broke off");

        assertThat(seen).containsExactlyElementsOf(keys(24));
    }

    @Test
    void aStoreWithoutBatchesReadsNothingAhead() {
        written(3);
        Deque<Runnable> waiting = new ArrayDeque<>();
        FaultyStore store = FaultyStore.over(memory);

        assertThat(RecordPages.ahead(monitored(store), keys(3).stream(), waiting::add)
                        .toList())
                .hasSize(3);

        assertThat(waiting).isEmpty();
        assertThat(store.calls(LOAD)).isZero();
    }
}
