package dev.evertoken.testing;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evertoken.Tokens;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.spi.Timekeeper;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a shared store has to make possible: four processes refresh the same accounts at a provider that rotates and
 * ends a grant when a spent refresh token comes again, and no grant ends.
 *
 * <p>A short form runs every day; with the system property {@value #LONG} set to {@code true} it is 200 accounts with 20
 * expiries each, and minutes of killing. Needs a POSIX system. Not thread-safe; JUnit makes one for each test.
 */
@Timeout(value = 15, unit = TimeUnit.MINUTES)
public abstract class ManyProcessesContract {

    /** The system property that asks for the long form. */
    public static final String LONG = "evertoken.long";

    private static final Logger log = LoggerFactory.getLogger(ManyProcessesContract.class);
    private static final int PROCESSES = 4;
    private static final int MOST_CALLS = 40;
    private static final int HOURS_APART = 3;

    private final boolean isLong = Boolean.getBoolean(LONG);
    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private final ExecutorService callers = Executors.newCachedThreadPool();
    private final Timekeeper time = Timekeeper.system();
    private final int accounts = isLong ? 200 : 30;

    @TempDir
    private Path folder;

    private MockProviders providers;
    private WorkerConfig config;

    /** For subclasses. */
    protected ManyProcessesContract() {
        providers = MockProviders.start();
        config = WorkerConfig.of(StoreFixture.class, "-", Path.of("-"), providers.rotating());
    }

    /** Returns the class that opens the store in each process. */
    protected abstract Class<? extends StoreFixture> workplace();

    /**
     * Returns where an empty store is, for all processes of one test.
     *
     * @param temporary a folder of this test, for stores that need one
     */
    protected abstract String location(Path temporary) throws Exception;

    /**
     * Returns how many of the processes that are to be killed open the store before the others begin to work; none by
     * default: each opens it amid the work. A store whose processes take seconds to open would see hardly one of them
     * killed in the time for it. All that are at hand are killed, and then, as long as there is time, one after the
     * other that opens.
     */
    protected int openBeforehand() {
        return 0;
    }

    @BeforeEach
    final void connectAll() throws Exception {
        config = WorkerConfig.of(workplace(), location(folder), folder.resolve("answers"), providers.rotating());
        Tokens here = tokens(Duration.ZERO);
        WorkerConfig.keys(accounts).forEach(key -> {
            TokenSet consent = providers.rotating().consent(key.account());
            here.connect(key, consent);
        });
    }

    @AfterEach
    final void closeAll() throws Exception {
        while (!open.isEmpty()) {
            open.pop().close();
        }
        callers.shutdownNow();
        time.close();
        providers.close();
    }

    @Test
    @Tag("fault:A2")
    final void eachGenerationIsPresentedOnceAndNoGrantIsRevoked() {
        int expiries = isLong ? 20 : 3;
        List<ChildJvm> clerks = clerks(PROCESSES);
        for (int round = 1; round <= expiries; round++) {
            tell(clerks, "expire " + round * HOURS_APART);
            for (String line : tell(clerks, "use " + accounts)) {
                assertEquals("used GENERATION " + (round + 1), line, "round " + round);
            }
        }

        Ledger ledger = providers.rotating().ledger();
        assertEquals(List.of(), ledger.familiesRevoked());
        assertPresentedOnce(ledger, expiries);
        assertEquals(accounts * expiries, ledger.tokenRequests(), "requests");
    }

    @Test
    @Tag("fault:A12")
    @Tag("fault:B2")
    final void ofKilledProcessesOnlyUnreadResponsesAreLostAndEachIsSaidToBeUncertain() {
        long seed = time.nanos();
        List<ChildJvm> clerks = clerks(PROCESSES - 1);
        Deque<ChildJvm> atHand = new ArrayDeque<>(clerks(openBeforehand()));
        clerks.forEach(clerk -> clerk.send("work " + seed + " " + accounts));
        int kills = killOneAfterTheOther(atHand, new Random(seed));
        clerks.forEach(clerk -> clerk.send("stop"));
        clerks.forEach(clerk -> clerk.awaitLine("stopped"));
        Ledger ledger = providers.rotating().ledger();
        assertEquals(List.of(), ledger.familiesRevoked(), "nothing is replayed while a token is valid, seed " + seed);

        Tokens here = tokens(Duration.ZERO);
        List<AccessToken> safe = forEachAccount((n, key) -> here.accessToken(key));
        List<Integer> presented = forEachAccount(
                (n, key) -> ledger.presented(key.account(), safe.get(n).generation()));
        List<String> rejected = forEachAccount((n, key) -> outcome(() -> here.replace(key, safe.get(n))));
        Tokens later = tokens(Duration.ofHours(HOURS_APART * 2L));
        List<String> atTheEnd = forEachAccount((n, key) -> outcome(() -> later.accessToken(key)));

        int lost = 0;
        for (int n = 0; n < accounts; n++) {
            TokenKey key = WorkerConfig.key(n);
            long newest = safe.get(n).generation();
            String account = key + " generation " + newest + ", seed " + seed;
            if (presented.get(n) > 0) {
                assertEquals("PROBLEM OUTCOME_UNKNOWN", rejected.get(n), "uncertain: " + account);
                assertEquals("PROBLEM REFRESH_TOKEN_LOST", atTheEnd.get(n), "lost: " + account);
                lost++;
            } else {
                assertTrue(atTheEnd.get(n).startsWith("GENERATION"), "alive: " + account + " " + atTheEnd.get(n));
            }
            LongStream.range(1, newest)
                    .forEach(generation -> assertEquals(1, ledger.presented(key.account(), generation), account));
        }
        assertTrue(kills > 0, "somebody was killed");
        assertTrue(lost <= kills * ContractWorker.THREADS, "at most what was in flight: " + lost);
        log.info("seed {}: {} kills, {} requests, lost {}", seed, kills, ledger.tokenRequests(), lost);
    }

    /** Kills one process after the other at any moment of its work, while the others go on. */
    private int killOneAfterTheOther(Deque<ChildJvm> atHand, Random random) {
        long end = time.nanos() + Duration.ofSeconds(isLong ? 120 : 3).toNanos();
        int killed = 0;
        ChildJvm next = clerk();
        while (!atHand.isEmpty() || time.nanos() < end) {
            boolean isAtHand = !atHand.isEmpty();
            try (ChildJvm clerk = isAtHand ? atHand.pop() : opened(next)) {
                next = isAtHand ? next : clerk();
                clerk.send("work " + random.nextInt() + " " + accounts);
                int calls = 1 + random.nextInt(MOST_CALLS);
                for (int n = 0; n < calls; n++) {
                    clerk.readLine();
                }
                killed++;
            }
        }
        return killed; // the one that was to come next ends with the test
    }

    private void assertPresentedOnce(Ledger ledger, int generations) {
        assertAll(WorkerConfig.keys(accounts)
                .flatMap(key -> IntStream.rangeClosed(1, generations)
                        .mapToObj(generation -> () -> assertEquals(
                                1, ledger.presented(key.account(), generation), key + " generation " + generation))));
    }

    // ---- processes and calls

    private List<ChildJvm> clerks(int many) {
        return IntStream.range(0, many).mapToObj(n -> openClerk()).toList();
    }

    /** One after the other: a machine that is busy starts one in time, and not all of them at once. */
    private ChildJvm openClerk() {
        return opened(clerk());
    }

    private static ChildJvm opened(ChildJvm clerk) {
        clerk.awaitLine("open");
        return clerk;
    }

    private ChildJvm clerk() {
        ChildJvm clerk = ChildJvm.of(ContractWorker.class).start();
        open.push(clerk);
        clerk.send(config.words().reveal());
        return clerk;
    }

    /** Gives all of them one command and returns what each said last before it was done. */
    private static List<String> tell(List<ChildJvm> clerks, String command) {
        clerks.forEach(clerk -> clerk.send(command));
        return clerks.stream()
                .map(clerk -> {
                    String said = "";
                    for (String line = clerk.readLine(); !line.equals("done " + command); line = clerk.readLine()) {
                        said = line;
                    }
                    return said;
                })
                .toList();
    }

    private Tokens tokens(Duration ahead) {
        FastForwardClock leaping = new FastForwardClock();
        leaping.leapTo(ahead);
        Tokens tokens = config.builder(leaping).build();
        open.push(leaping);
        open.push(tokens);
        return tokens;
    }

    private static String outcome(Supplier<AccessToken> call) {
        return ContractWorker.outcome(call);
    }

    /** Calls for all accounts at once, and returns what came of it in their order. */
    private <T> List<T> forEachAccount(BiFunction<Integer, TokenKey, T> call) {
        List<CompletableFuture<T>> calls = IntStream.range(0, accounts)
                .mapToObj(n -> CompletableFuture.supplyAsync(() -> call.apply(n, WorkerConfig.key(n)), callers))
                .toList();
        return calls.stream()
                .map(one -> one.orTimeout(1, TimeUnit.MINUTES).join())
                .toList();
    }
}
