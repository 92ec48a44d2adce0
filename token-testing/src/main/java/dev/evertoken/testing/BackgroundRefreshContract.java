package dev.evertoken.testing;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evertoken.Tokens;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.operations.RecordView;
import dev.evertoken.spi.store.Claim;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The contract of a shared store under background refreshes: four processes refresh all accounts in the background at a
 * provider that rotates refresh tokens and revokes a grant when a used refresh token is presented again. One of the
 * processes is killed again and again, and no refresh token is presented twice.
 *
 * <p>The store must have a clock ({@link dev.evertoken.spi.store.TokenStore#now}), since the clocks of the processes
 * run faster than the system clock. By default a short form runs. If the system property {@value
 * ManyProcessesContract#LONG} is {@code true}, the test uses 400 accounts and kills 60 processes, and the other ones
 * also take over what was claimed and not sent. Not thread-safe; JUnit creates an instance for each test.
 */
@Timeout(value = 15, unit = TimeUnit.MINUTES)
public abstract class BackgroundRefreshContract {

    private static final Logger log = LoggerFactory.getLogger(BackgroundRefreshContract.class);
    private static final int PROCESSES = 4;
    private static final int MOST_REFRESHES = 5;

    /** The refreshes that a process runs in the background at the same time. */
    private static final int IN_FLIGHT = 4;

    private static final Duration LIFETIME = Duration.ofHours(12);
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final boolean isLong = Boolean.getBoolean(ManyProcessesContract.LONG);
    private final int accounts = isLong ? 400 : 24;
    private final int kills = isLong ? 60 : 2;
    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private final Timekeeper time = Timekeeper.system();
    private final long origin = time.millis();
    private final MockProviders providers = MockProviders.start();
    private final Ledger ledger = providers.rotating().ledger();

    /** For subclasses. */
    protected BackgroundRefreshContract() {}

    /** Returns the class that opens the store in each process. */
    protected abstract Class<? extends StoreFixture> fixture();

    /**
     * Returns the location of an empty store, which all processes use.
     *
     * @param temporary a folder of this test, for stores that need one
     */
    protected abstract String location(Path temporary) throws Exception;

    @AfterEach
    final void closeAll() throws Exception {
        while (!open.isEmpty()) {
            open.pop().close();
        }
        time.close();
        providers.close();
    }

    @Test
    @Tag("fault:J7")
    final void schedulersOfWhichOneIsKilledAgainAndAgainPresentEachGenerationOnce(@TempDir Path folder)
            throws Exception {
        providers.rotating().tokenLifetime(LIFETIME);
        WorkerConfig config =
                WorkerConfig.of(fixture(), location(folder), folder.resolve("journal"), providers.rotating());
        Deque<ChildJvm> workers = new ArrayDeque<>();
        for (int n = 0; n <= PROCESSES; n++) {
            workers.add(worker(config)); // at once, since a JVM takes a second to start
        }
        Tokens here = connected(config);
        workers.forEach(worker -> worker.awaitLine("open"));
        killAgainAndAgain(config, workers);
        List<ChildJvm> survivors = List.copyOf(workers);
        Map<TokenKey, Long> issued = forEachAccount(key -> ledger.issued(key.account()));
        Map<TokenKey, String> claims = claims(here);

        long end = time.nanos() + PATIENCE.toNanos();
        while (!overdue(here, issued, claims).isEmpty()) {
            assertTrue(time.nanos() < end, () -> "overdue: " + described(here, overdue(here, issued, claims)));
            survivors.get(0).awaitLine("refreshed");
        }
        survivors.forEach(worker -> worker.awaitLine("refreshed")); // the work is shared
        survivors.forEach(worker -> worker.send("close"));
        survivors.forEach(worker -> worker.awaitLine("closed"));

        assertEquals(List.of(), ledger.familiesRevoked(), "revoked grants");
        assertAll(WorkerConfig.keys(accounts).map(key -> () -> assertPresentedOnce(key)));
        List<TokenKey> lost = WorkerConfig.keys(accounts)
                .filter(key -> record(here, key).generation() != ledger.issued(key.account()))
                .toList();
        assertTrue(lost.size() <= kills * IN_FLIGHT, () -> "more lost than in flight: " + lost);
        assertAll(lost.stream().map(key -> () -> assertIsUncertain(here, key)));
        log.info("{} kills, {} requests, lost {}", kills, ledger.tokenRequests(), lost);
    }

    private Tokens connected(WorkerConfig config) {
        AcceleratedClock clock = new AcceleratedClock(origin);
        Tokens tokens = BackgroundWorker.builder(config, clock).build();
        open.push(clock);
        open.push(tokens);
        WorkerConfig.keys(accounts)
                .forEach(key -> tokens.connect(key, providers.rotating().consent(key.account())));
        return tokens;
    }

    // ---- processes

    private ChildJvm worker(WorkerConfig config) {
        ChildJvm worker = ChildJvm.of(BackgroundWorker.class).start();
        open.push(worker);
        worker.send(config.words().reveal());
        worker.send(Long.toString(origin));
        return worker;
    }

    /**
     * Kills the newest process after some of its refreshes, again and again, and starts another one in its place unless
     * no further one is killed. There is one process more than {@link #PROCESSES} until the first kill.
     */
    private void killAgainAndAgain(WorkerConfig config, Deque<ChildJvm> workers) {
        Random random = new Random(origin);
        for (int kill = 1; kill <= kills; kill++) {
            ChildJvm worker = workers.removeLast();
            int refreshes = 1 + random.nextInt(MOST_REFRESHES);
            for (int n = 0; n < refreshes; n++) {
                worker.awaitLine("refreshed");
            }
            worker.kill();
            if (kill > 1 && kill < kills) {
                workers.addLast(worker(config));
            }
        }
    }

    // ---- accounts

    /**
     * Returns the accounts that were not refreshed since the last kill although they could be: no killed process has a
     * claim on them. In the long form, only a claim of a request that may have been sent counts; the others lapse.
     */
    private List<TokenKey> overdue(Tokens here, Map<TokenKey, Long> issued, Map<TokenKey, String> claims) {
        return WorkerConfig.keys(accounts)
                .filter(key -> ledger.issued(key.account()) == issued.getOrDefault(key, 0L))
                .filter(key -> claim(here, key)
                        .filter(claim -> claim.id().equals(claims.get(key)))
                        .filter(claim -> !isLong || claim.phase() == Claim.Phase.SENT)
                        .isEmpty())
                .toList();
    }

    /** Describes accounts for a message. */
    private List<String> described(Tokens here, List<TokenKey> keys) {
        return keys.stream()
                .map(key -> key + " with " + claim(here, key) + ", issued " + ledger.issued(key.account()) + ", saved "
                        + record(here, key).generation() + ", " + here.status(key))
                .toList();
    }

    /** Returns the ids of the claims that are in the store now. */
    private Map<TokenKey, String> claims(Tokens here) {
        return WorkerConfig.keys(accounts)
                .filter(key -> claim(here, key).isPresent())
                .collect(Collectors.toMap(
                        key -> key, key -> claim(here, key).map(Claim::id).orElse("")));
    }

    private static Optional<Claim> claim(Tokens here, TokenKey key) {
        return record(here, key).claim();
    }

    private static RecordView record(Tokens here, TokenKey key) {
        return here.operations().record(key).orElseThrow();
    }

    private Map<TokenKey, Long> forEachAccount(ToLongFunction<TokenKey> number) {
        return WorkerConfig.keys(accounts).collect(Collectors.toMap(key -> key, number::applyAsLong));
    }

    private void assertPresentedOnce(TokenKey key) {
        long newest = ledger.issued(key.account());
        LongStream.range(1, newest)
                .forEach(generation -> assertEquals(
                        1, ledger.presented(key.account(), generation), key + " generation " + generation));
        assertEquals(0, ledger.presented(key.account(), newest), key + " generation " + newest);
    }

    /** Asserts that one response was lost, and that the claim of the killed process tells why nothing more was sent. */
    private void assertIsUncertain(Tokens here, TokenKey key) {
        assertEquals(ledger.issued(key.account()) - 1, record(here, key).generation(), () -> "lost responses: " + key);
        assertEquals(Optional.of(Claim.Phase.SENT), claim(here, key).map(Claim::phase), () -> "claim: " + key);
    }
}
