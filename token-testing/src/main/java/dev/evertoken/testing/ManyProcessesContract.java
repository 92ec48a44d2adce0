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
import java.util.ArrayList;
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
 * The contract of a shared store under concurrent processes: four processes refresh the same accounts at a provider
 * that rotates refresh tokens and revokes a grant when a used refresh token is presented again, and no grant is
 * revoked.
 *
 * <p>By default a short form runs. If the system property {@value #LONG} is {@code true}, the test uses 200 accounts
 * with 20 expiries each and kills processes for two minutes. Requires a POSIX system. Not thread-safe; JUnit creates an
 * instance for each test.
 */
@Timeout(value = 15, unit = TimeUnit.MINUTES)
public abstract class ManyProcessesContract {

    /** The system property that selects the long form. */
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
    protected abstract Class<? extends StoreFixture> fixture();

    /**
     * Returns the location of an empty store, which all processes of one test use.
     *
     * @param temporary a folder of this test, for stores that need one
     */
    protected abstract String location(Path temporary) throws Exception;

    /**
     * Returns how many of the processes to be killed open the store before the others begin to work. The default is
     * none: each opens it while the others work. Return a larger number for a store that takes seconds to open, for
     * otherwise hardly any process would be killed in the available time. The processes that are open already are
     * killed first; while time remains, new ones are opened and killed one after the other.
     */
    protected int preopenedProcesses() {
        return 0;
    }

    @BeforeEach
    final void connectAll() throws Exception {
        config = WorkerConfig.of(fixture(), location(folder), folder.resolve("journal"), providers.rotating());
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
        List<ChildJvm> workers = workers(PROCESSES);
        for (int round = 1; round <= expiries; round++) {
            command(workers, "expire " + round * HOURS_APART);
            for (String line : command(workers, "use " + accounts)) {
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
    final void killedProcessesLoseOnlyUnreadResponsesAndEachIsReportedAsUncertain() {
        long seed = time.nanos();
        List<ChildJvm> workers = workers(PROCESSES - 1);
        Deque<ChildJvm> openWorkers = new ArrayDeque<>(workers(preopenedProcesses()));
        workers.forEach(worker -> worker.send("work " + seed + " " + accounts));
        int kills = killOneAfterTheOther(openWorkers, new Random(seed));
        workers.forEach(worker -> worker.send("stop"));
        workers.forEach(worker -> worker.awaitLine("stopped"));
        Ledger ledger = providers.rotating().ledger();
        assertEquals(
                List.of(),
                ledger.familiesRevoked(),
                "no refresh token is replayed while an access token is valid, seed " + seed);

        Tokens here = tokens(Duration.ZERO);
        List<AccessToken> current = forEachAccount((n, key) -> here.accessToken(key));
        List<Integer> presented = forEachAccount(
                (n, key) -> ledger.presented(key.account(), current.get(n).generation()));
        List<String> rejected = forEachAccount((n, key) -> outcome(() -> here.replace(key, current.get(n))));
        Tokens later = tokens(Duration.ofHours(HOURS_APART * 2L));
        List<String> afterExpiry = forEachAccount((n, key) -> outcome(() -> later.accessToken(key)));

        int lost = 0;
        for (int n = 0; n < accounts; n++) {
            TokenKey key = WorkerConfig.key(n);
            long newest = current.get(n).generation();
            String account = key + " generation " + newest + ", seed " + seed;
            if (presented.get(n) > 0) {
                assertEquals("PROBLEM OUTCOME_UNKNOWN", rejected.get(n), "uncertain: " + account);
                assertEquals("PROBLEM REFRESH_TOKEN_LOST", afterExpiry.get(n), "lost: " + account);
                lost++;
            } else {
                assertTrue(
                        afterExpiry.get(n).startsWith("GENERATION"),
                        "refreshable: " + account + " " + afterExpiry.get(n));
            }
            LongStream.range(1, newest)
                    .forEach(generation -> assertEquals(1, ledger.presented(key.account(), generation), account));
        }
        assertTrue(kills > 0, "at least one process was killed");
        assertTrue(lost <= kills * ContractWorker.THREADS, "more lost accounts than calls in flight: " + lost);
        log.info("seed {}: {} kills, {} requests, lost {}", seed, kills, ledger.tokenRequests(), lost);
    }

    /** Kills one process after the other at random points of its work, while the others continue. */
    private int killOneAfterTheOther(Deque<ChildJvm> openWorkers, Random random) {
        long end = time.nanos() + Duration.ofSeconds(isLong ? 120 : 3).toNanos();
        int killed = 0;
        ChildJvm next = worker();
        while (!openWorkers.isEmpty() || time.nanos() < end) {
            boolean isOpen = !openWorkers.isEmpty();
            try (ChildJvm worker = isOpen ? openWorkers.pop() : opened(next)) {
                next = isOpen ? next : worker();
                worker.send("work " + random.nextInt() + " " + accounts);
                int calls = 1 + random.nextInt(MOST_CALLS);
                for (int n = 0; n < calls; n++) {
                    worker.readLine();
                }
                killed++;
            }
        }
        return killed; // the process that was to be next is closed with the test
    }

    private void assertPresentedOnce(Ledger ledger, int generations) {
        assertAll(WorkerConfig.keys(accounts)
                .flatMap(key -> IntStream.rangeClosed(1, generations)
                        .mapToObj(generation -> () -> assertEquals(
                                1, ledger.presented(key.account(), generation), key + " generation " + generation))));
    }

    // ---- processes and calls

    /** Opens workers, of which two start at a time: a busy machine cannot start all of them in time. */
    private List<ChildJvm> workers(int many) {
        List<ChildJvm> workers = new ArrayList<>();
        for (int n = 0; n <= many; n++) {
            if (n < many) {
                workers.add(worker());
            }
            if (n > 0) {
                opened(workers.get(n - 1));
            }
        }
        return workers;
    }

    private static ChildJvm opened(ChildJvm worker) {
        worker.awaitLine("open");
        return worker;
    }

    private ChildJvm worker() {
        ChildJvm worker = ChildJvm.of(ContractWorker.class).start();
        open.push(worker);
        worker.send(config.words().reveal());
        return worker;
    }

    /** Sends one command to all workers and returns the last line of each before the command was done. */
    private static List<String> command(List<ChildJvm> workers, String command) {
        workers.forEach(worker -> worker.send(command));
        return workers.stream()
                .map(worker -> {
                    String last = "";
                    for (String line = worker.readLine(); !line.equals("done " + command); line = worker.readLine()) {
                        last = line;
                    }
                    return last;
                })
                .toList();
    }

    private Tokens tokens(Duration ahead) {
        FastForwardClock clock = new FastForwardClock();
        clock.setOffset(ahead);
        Tokens tokens = config.builder(clock).build();
        open.push(clock);
        open.push(tokens);
        return tokens;
    }

    private static String outcome(Supplier<AccessToken> call) {
        return ContractWorker.outcome(call);
    }

    /** Runs a call for all accounts concurrently, and returns the results in the order of the accounts. */
    private <T> List<T> forEachAccount(BiFunction<Integer, TokenKey, T> call) {
        List<CompletableFuture<T>> calls = IntStream.range(0, accounts)
                .mapToObj(n -> CompletableFuture.supplyAsync(() -> call.apply(n, WorkerConfig.key(n)), callers))
                .toList();
        return calls.stream()
                .map(one -> one.orTimeout(1, TimeUnit.MINUTES).join())
                .toList();
    }
}
