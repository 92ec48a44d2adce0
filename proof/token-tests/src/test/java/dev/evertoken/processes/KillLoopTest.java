package dev.evertoken.processes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.Tokens;
import dev.evertoken.faults.Fault;
import dev.evertoken.internal.store.journal.Journal;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.store.FileTokenStore;
import dev.evertoken.testing.ChildJvm;
import dev.evertoken.testing.Ledger;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Pairs of working processes that are killed at random times for a fixed duration. */
class KillLoopTest {

    private static final Logger log = LoggerFactory.getLogger(KillLoopTest.class);
    private static final Duration LONGEST = Duration.ofSeconds(12);
    private static final int ACCOUNTS = 48;
    private static final int MOST_CALLS = 30;

    @TempDir
    private Path folder;

    private SharedHost host;
    private List<TokenKey> keys;
    private int kills;

    @BeforeEach
    void connect() {
        host = new SharedHost(folder);
        Tokens here = host.here();
        keys = IntStream.range(0, ACCOUNTS)
                .mapToObj(n -> host.connect(here, TokenKey.of("acme", "account-" + n)))
                .toList();
    }

    @AfterEach
    void close() throws Exception {
        host.close();
    }

    @Test
    @Fault({"A12", "B2", "F11"})
    void afterManyKillsOnlyGrantsWithAnUnreadResponseAreLost() {
        long seed = System.nanoTime();
        killWorkersAtRandom(new Random(seed));
        Ledger ledger = host.providers.rotating().ledger();
        assertThat(ledger.familiesRevoked()).as("seed %s", seed).isEmpty();
        List<Long> safe = keys.stream().map(this::newestOnThisHost).toList();

        List<String> outcomes = usedAfterExpiry();

        List<TokenKey> lost = new ArrayList<>();
        for (int n = 0; n < ACCOUNTS; n++) {
            TokenKey key = keys.get(n);
            boolean responseLost = ledger.presented(key.account(), safe.get(n)) > 1;
            assertThat(outcomes.get(n))
                    .as("%s with generation %s, seed %s", key, safe.get(n), seed)
                    .isEqualTo(responseLost ? "PROBLEM REFRESH_TOKEN_LOST" : "GENERATION " + (safe.get(n) + 1));
            if (responseLost) {
                lost.add(key);
            }
            assertEachWasPresentedOnce(ledger, key, safe.get(n), seed);
        }
        assertThat(lost)
                .as("at most the grants that were in flight when a process was killed")
                .hasSizeLessThanOrEqualTo(kills * 3);
        long rotations = ledger.entries().stream()
                .filter(entry -> entry.kind() == Ledger.Kind.ISSUED && entry.generation() > 1)
                .count();
        assertThat(rotations).as("enough work was interrupted").isGreaterThan(kills);
        log.info("seed {}: {} kills, {} rotations, lost with unread responses {}", seed, kills, rotations, lost);
    }

    private void killWorkersAtRandom(Random random) {
        long end = System.nanoTime() + LONGEST.toNanos();
        String accounts = keys.stream().map(TokenKey::toString).collect(Collectors.joining(" "));
        Stream.of(1, 2)
                .map(pair -> new Random(random.nextLong()))
                .map(own -> CompletableFuture.supplyAsync(() -> killSequentially(own, accounts, end)))
                .toList()
                .forEach(loop -> kills += loop.join());
    }

    private int killSequentially(Random random, String accounts, long end) {
        int killed = 0;
        while (System.nanoTime() < end) {
            try (ChildJvm worker = host.start(start -> start.property(TokenProcess.MAX_WAIT, "500"))) {
                worker.awaitLine("open");
                worker.send("work " + random.nextInt(1000) + " " + accounts);
                int calls = 1 + random.nextInt(MOST_CALLS);
                for (int n = 0; n < calls && System.nanoTime() < end; n++) {
                    worker.readLine();
                }
                killed++;
            }
        }
        return killed;
    }

    /** Returns the newest generation in the store or, if its owner was killed before saving it, in the journal. */
    private long newestOnThisHost(TokenKey key) {
        try (TokenStore store = FileTokenStore.open(host.setup.folder(), Setup.NAMESPACE)) {
            long stored = store.load(key).orElseThrow().generation();
            return Journal.in(host.setup.folder().resolve("answers"), Setup.NAMESPACE).entries(key).stream()
                    .map(Journal.Entry::answered)
                    .mapToLong(TokenRecord::generation)
                    .reduce(stored, Math::max);
        }
    }

    /** Uses every account in a process that starts after every token has expired and every claim has lapsed. */
    private List<String> usedAfterExpiry() {
        Tokens later = host.later(Duration.ofHours(5));
        return keys.stream().map(key -> host.async(() -> later.accessToken(key))).toList().stream()
                .map(SharedHost::get)
                .toList();
    }

    private static void assertEachWasPresentedOnce(Ledger ledger, TokenKey key, long newest, long seed) {
        for (long generation = 1; generation < newest; generation++) {
            assertThat(ledger.presented(key.account(), generation))
                    .as("%s generation %s, seed %s", key, generation, seed)
                    .isEqualTo(1);
        }
    }
}
