package dev.evertoken.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evertoken.model.Lifetime;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.store.DueIndex;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.TokenStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The contract of the cost of a {@link DueIndex}: to find and to read the accounts that are due costs the same in a
 * small store and in a large one.
 *
 * <p>By default a tenth of the {@link #everydayAccounts} are stored or all, a hundredth is due, and the operations are
 * compared. If the system property {@value ManyProcessesContract#LONG} is {@code true}, 1,000 accounts of 10,000 and of
 * {@link #longAccounts} are due, and the times are compared too. Not thread-safe; JUnit creates an instance for each
 * test.
 */
@Timeout(value = 20, unit = TimeUnit.MINUTES)
public abstract class DueSweepContract {

    private static final Logger log = LoggerFactory.getLogger(DueSweepContract.class);
    private static final String REGISTRATION = "google";
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    private static final Instant LATER = NOON.plus(Duration.ofHours(1));
    private static final int PAGE = 500;
    private static final int THREADS = 8;
    private static final int WARM_UP = 20;
    private static final int TIMED = 41;
    private static final double MOST_RATIO = 1.5;

    private final boolean isLong = Boolean.getBoolean(ManyProcessesContract.LONG);
    private final int most = isLong ? longAccounts() : everydayAccounts();
    private final int few = isLong ? 10_000 : most / 10;
    private final int due = few / 10;

    /** For subclasses. */
    protected DueSweepContract() {}

    /** Opens an empty store that is a {@link DueIndex}; the contract closes it. Called several times. */
    protected abstract TokenStore newStore() throws Exception;

    /** Returns the number of accounts in the large store of the short form; 10,000 unless overridden. */
    protected int everydayAccounts() {
        return 10_000;
    }

    /** Returns the number of accounts in the large store of the long form; 1,000,000 unless overridden. */
    protected int longAccounts() {
        return 1_000_000;
    }

    /**
     * Inserts the accounts that are not due, as {@link #insert} does; one after the other unless overridden.
     *
     * @param from the number of the first account
     * @param to the number after that of the last account
     */
    protected void insertOthers(TokenStore store, int from, int to) throws Exception {
        insertAll(store, from, to);
    }

    /**
     * Returns the number of operations that the store's server has executed since it was started, by their kind; none
     * unless overridden. The operations of one sweep are compared.
     */
    protected Map<String, Long> operations() {
        return Map.of();
    }

    @Test
    void theAccountsThatAreDueCostTheSameInALargeStore() throws Exception {
        try (TokenStore small = filled(few);
                TokenStore large = filled(most);
                Timekeeper time = Timekeeper.system()) {
            sweep(small);
            sweep(large);

            assertEquals(operationsOf(small), operationsOf(large), "the operations of a sweep");
            if (isLong) {
                compareTimes(small, large, time);
            }
        }
    }

    private void compareTimes(TokenStore small, TokenStore large, Timekeeper time) {
        List<Long> ofSmall = new ArrayList<>();
        List<Long> ofLarge = new ArrayList<>();
        for (int n = 0; n < WARM_UP + TIMED; n++) {
            ofSmall.add(timed(small, time));
            ofLarge.add(timed(large, time));
        }
        double ratio = (double) median(ofLarge) / median(ofSmall);
        log.info(
                "{}: {} of {} accounts in {} us, ratio {}",
                getClass().getSimpleName(),
                due,
                most,
                median(ofLarge) / 1_000,
                ratio);
        assertTrue(ratio <= MOST_RATIO, () -> "the ratio of the times is " + ratio);
    }

    private long timed(TokenStore store, Timekeeper time) {
        long began = time.nanos();
        sweep(store);
        return time.nanos() - began;
    }

    private static long median(List<Long> times) {
        List<Long> warm = new ArrayList<>(times.subList(WARM_UP, times.size()));
        Collections.sort(warm);
        return warm.get(warm.size() / 2);
    }

    private Map<String, Long> operationsOf(TokenStore store) {
        Map<String, Long> before = operations();
        int queries = sweep(store);
        Map<String, Long> counted = new TreeMap<>();
        operations().forEach((kind, number) -> counted.put(kind, number - before.getOrDefault(kind, 0L)));
        counted.values().removeIf(number -> number == 0);
        counted.put("pages", (long) queries);
        return counted;
    }

    /** Reads the due accounts page by page and then their records, and returns the number of pages. */
    private int sweep(TokenStore store) {
        List<TokenKey> found = new ArrayList<>();
        int pages = 0;
        boolean more = true;
        while (more) {
            Optional<TokenKey> last = found.isEmpty() ? Optional.empty() : Optional.of(found.get(found.size() - 1));
            List<TokenKey> page = ((DueIndex) store).due(REGISTRATION, LATER, last, PAGE);
            found.addAll(page);
            pages++;
            more = page.size() == PAGE;
        }
        long read = found.stream().filter(key -> store.load(key).isPresent()).count();
        assertEquals(due, read, "due accounts");
        return pages;
    }

    // ---- accounts

    private TokenStore filled(int accounts) throws Exception {
        TokenStore store = newStore();
        insertAll(store, 0, due);
        insertOthers(store, due, accounts);
        return store;
    }

    private void insertAll(TokenStore store, int from, int to) {
        List<String> refused = ConcurrentRun.run(
                THREADS,
                thread -> IntStream.range(from, to)
                        .filter(n -> n % THREADS == thread)
                        .filter(n -> !insert(store, n))
                        .mapToObj(n -> "account-" + n));
        assertEquals(List.of(), refused, "accounts that exist already");
    }

    /**
     * Inserts an account; those after the due ones are due later than any sweep looks.
     *
     * @return whether it was absent
     */
    protected final boolean insert(TokenStore store, int number) {
        Instant moment = number < due ? NOON.plusMillis(number) : LATER.plusSeconds(number);
        TokenKey key = TokenKey.of(REGISTRATION, "account-" + number);
        Lifetime lifetime = new Lifetime(
                NOON,
                Optional.of(moment.plusSeconds(60)),
                false,
                Optional.empty(),
                Optional.of(moment),
                Optional.empty());
        TokenRecord record = SampleRecords.builder(key).lifetime(lifetime).build();
        return store.compareAndSet(key, TokenStore.ABSENT, record);
    }
}
