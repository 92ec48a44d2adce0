package dev.evertoken.internal.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.internal.cache.TokenCache.Cell;
import dev.evertoken.model.TokenKey;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TokenCacheTest {

    private static final int THREADS = 4;

    private final ExecutorService executor = Executors.newFixedThreadPool(THREADS);

    @AfterEach
    void endThreads() {
        executor.shutdownNow();
    }

    @Test
    void anAccountAlwaysHasTheSameCell() {
        TokenCache cache = new TokenCache(10);

        assertThat(cache.cell(key(1))).isSameAs(cache.cell(key(1))).isNotSameAs(cache.cell(key(2)));
        assertThat(cache.cell(key(1)).key()).isEqualTo(key(1));
    }

    @Test
    void anEvictedCellIsFoundAgainWhileACallerHoldsIt() {
        TokenCache cache = new TokenCache(1);
        Cell held = cache.cell(key(0));

        fill(cache, 1, 1_000);
        collectGarbage();

        assertThat(cache.cell(key(0))).isSameAs(held);
    }

    @Test
    void anEvictedCellThatIsFoundAgainIsCachedAgain() {
        TokenCache cache = new TokenCache(2);
        WeakReference<Cell> found = evictedAndFoundAgain(cache, key(0));

        collectGarbage();

        assertThat(found.get()).isNotNull().isSameAs(cache.cell(key(0)));
    }

    @Test
    void noMoreCellsStayReachableThanTheCacheMayHold() {
        TokenCache cache = new TokenCache(10);

        List<WeakReference<Cell>> cells = fill(cache, 0, 10_000);

        untilCollected(() -> reachableCount(cells) <= 10);
        assertThat(reachableCount(cells)).isEqualTo(10);
        assertThat(cache.cell(key(0)).key()).isEqualTo(key(0));
    }

    @Test
    void theCacheKeepsAsManyCellsAsItMayHold() {
        TokenCache cache = new TokenCache(1_000);
        List<WeakReference<Cell>> cells = fill(cache, 0, 1_000);
        fill(cache, 0, 1_000);

        collectGarbage();

        assertThat(reachableCount(cells)).isEqualTo(1_000);
    }

    @Test
    void anAccountInUseIsNotEvictedByAccountsThatAreSeenOnce() {
        TokenCache cache = new TokenCache(10);
        WeakReference<Cell> inUse = new WeakReference<>(cache.cell(key(0)));

        for (int other = 1; other < 1_000; other++) {
            cache.cell(key(0));
            cache.cell(key(other));
        }
        collectGarbage();

        assertThat(inUse.get()).isNotNull();
    }

    @Test
    void accountsInUseAreEvictedIfThereAreMoreThanTheCacheMayHold() {
        TokenCache cache = new TokenCache(200);
        List<WeakReference<Cell>> cells = new ArrayList<>();
        IntStream.range(0, 400).forEach(account -> {
            cells.add(new WeakReference<>(cache.cell(key(account))));
            cache.cell(key(account));
        });

        untilCollected(() -> reachableCount(cells) <= 200);
        assertThat(reachableCount(cells)).isEqualTo(200);
    }

    @Test
    void unknownAccountsEvictNoKnownOneAndHaveABoundedPlace() {
        TokenCache cache = new TokenCache(5_000);
        List<WeakReference<Cell>> known = IntStream.range(0, 5_000)
                .mapToObj(account -> {
                    Cell cell = cache.cell(key(account));
                    cell.refuse(() -> true);
                    return new WeakReference<>(cell);
                })
                .toList();

        List<WeakReference<Cell>> unknown = fill(cache, 5_000, 20_000);

        untilCollected(() -> reachableCount(unknown) <= 1_024);
        assertThat(reachableCount(unknown)).isEqualTo(1_024);
        assertThat(reachableCount(known)).isEqualTo(5_000);
    }

    @Test
    void anUnknownAccountThatBecomesKnownIsKeptLikeAnother() {
        TokenCache cache = new TokenCache(10);
        WeakReference<Cell> connected = new WeakReference<>(cache.cell(key(0)));
        cache.cell(key(0)).refuse(() -> false);
        cache.cell(key(0)).refuse(() -> true);

        List<WeakReference<Cell>> unknown = fill(cache, 1, 1_000);

        untilCollected(() -> reachableCount(unknown) <= 10);
        assertThat(connected.get()).isNotNull();
    }

    @Test
    void threadsThatRequestANewKeyConcurrentlyGetOneCell() {
        for (int account = 0; account < 2_000; account++) {
            TokenCache cache = new TokenCache(1);
            TokenKey key = key(account);
            List<Cell> cells = inThreads(() -> cache.cell(key));
            assertThat(cells).hasSize(THREADS).allMatch(cell -> cell == cells.get(0));
        }
    }

    @Test
    void anAccountNeverHasTwoReachableCells() {
        int accounts = 64;
        TokenCache cache = new TokenCache(4);
        // A cell in this array is reachable. A thread that gets another cell of its account has found a second one.
        AtomicReferenceArray<Cell> reachable = new AtomicReferenceArray<>(accounts);
        ConcurrentLinkedQueue<String> pairs = new ConcurrentLinkedQueue<>();
        inThreads(() -> {
            ThreadLocalRandom random = ThreadLocalRandom.current();
            for (int round = 0; round < 100_000; round++) {
                int account = random.nextInt(accounts);
                Cell cell = cache.cell(key(account));
                Cell other = reachable.getAndSet(account, cell);
                if (other != null && other != cell) {
                    pairs.add("account " + account + " in round " + round);
                }
                reachable.set(random.nextInt(accounts), null);
                if (round % 5_000 == 0) {
                    System.gc();
                }
            }
            return pairs.size();
        });

        assertThat(pairs).isEmpty();
    }

    @Test
    void concurrentEvictionsKeepTheCellsWithinTheBound() {
        TokenCache cache = new TokenCache(8);
        ConcurrentLinkedQueue<WeakReference<Cell>> cells = new ConcurrentLinkedQueue<>();
        inThreads(() -> {
            ThreadLocalRandom random = ThreadLocalRandom.current();
            for (int round = 0; round < 20_000; round++) {
                cells.add(new WeakReference<>(cache.cell(key(random.nextInt(1_000)))));
            }
            return cells.size();
        });
        fill(cache, 2_000, 2_010);

        untilCollected(() -> reachableCount(cells) <= 8);
    }

    private <T> List<T> inThreads(Callable<T> work) {
        List<CompletableFuture<T>> running = IntStream.range(0, THREADS)
                .mapToObj(thread -> CompletableFuture.supplyAsync(() -> call(work), executor))
                .toList();
        return running.stream()
                .map(one -> one.orTimeout(60, TimeUnit.SECONDS).join())
                .toList();
    }

    private static <T> T call(Callable<T> work) {
        try {
            return work.call();
        } catch (Exception e) {
            throw new CompletionException(e);
        }
    }

    /** Requests the cell of each account once and returns weak references to the cells. */
    private static List<WeakReference<Cell>> fill(TokenCache cache, int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(account -> new WeakReference<>(cache.cell(key(account))))
                .toList();
    }

    private static WeakReference<Cell> evictedAndFoundAgain(TokenCache cache, TokenKey key) {
        Cell held = cache.cell(key);
        fill(cache, 1, 100);
        assertThat(cache.cell(key)).isSameAs(held);
        return new WeakReference<>(held);
    }

    private static long reachableCount(Collection<WeakReference<Cell>> cells) {
        return cells.stream()
                .map(WeakReference::get)
                .filter(Objects::nonNull)
                .distinct()
                .count();
    }

    /** Returns once every object that was unreachable at the call has been collected. */
    private static void collectGarbage() {
        WeakReference<Object> witness = new WeakReference<>(new Object());
        untilCollected(() -> witness.get() == null);
    }

    private static void untilCollected(BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        do {
            System.gc();
            assertThat(System.nanoTime()).as("20 s of real time").isLessThan(deadline);
        } while (!condition.getAsBoolean());
    }

    private static TokenKey key(int account) {
        return TokenKey.of("acme", "account-" + account);
    }
}
