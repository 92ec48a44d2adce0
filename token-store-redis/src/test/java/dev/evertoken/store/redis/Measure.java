package dev.evertoken.store.redis;

import dev.evertoken.Tokens;
import dev.evertoken.TokensBuilder;
import dev.evertoken.doctor.DoctorOutput;
import dev.evertoken.doctor.DoctorSummary;
import dev.evertoken.doctor.TokenDoctor;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.AccountStatus;
import dev.evertoken.model.ConnectResult;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.store.redis.server.RedisProcess;
import dev.evertoken.testing.ConcurrentRun;
import dev.evertoken.testing.EngineCluster;
import dev.evertoken.testing.ForwardingTokenStore;
import dev.evertoken.testing.SampleRecords;
import dev.evertoken.testing.TestTokens;
import java.io.IOException;
import java.io.PrintStream;
import java.io.Writer;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import redis.clients.jedis.ConnectionPoolConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.RedisClient;

/** Compares the store with the plain client on a separate server; started by the profile {@code measure}. */
final class Measure {

    private static final Duration LONG_ENOUGH = Duration.ofSeconds(1);
    private static final int ROUNDS = 9;
    private static final int VALUE = 2048;
    private static final int ACCOUNTS = 24;
    private static final int FAILOVERS = 3;
    private static final int MANY = 100_000;
    private static final PrintStream OUT = System.out;

    private Measure() {}

    public static void main(String[] arguments) throws IOException {
        try (RedisProcess server = RedisProcess.start()) {
            for (int threads : new int[] {1, 8}) {
                speed(server, threads);
            }
            roundTrips(server);
            statuses(server);
        }
        try (RedisProcess server = RedisProcess.start("appendonly yes", "appendfsync everysec")) {
            restart(server);
        }
        for (boolean guarded : new boolean[] {false, true}) {
            for (int round = 0; round < FAILOVERS; round++) {
                failover(guarded);
            }
        }
    }

    /**
     * Two processes use {@value #ACCOUNTS} accounts; each refreshes a quarter of them while replication is held back.
     * After the failover both ask for all accounts until they have a token for each, or its grant has ended.
     *
     * @param guarded whether the engine sees that the store is replicated
     */
    private static void failover(boolean guarded) throws IOException {
        try (LostWritesScene scene = new LostWritesScene(Files.createTempDirectory("measure-"))) {
            List<TokenKey> keys = LostWritesScene.keys(ACCOUNTS);
            Tokens here = process(scene, guarded);
            Tokens there = process(scene, guarded);
            scene.connectExpired(here, keys);
            scene.holdReplicationBack();
            keys.subList(0, ACCOUNTS / 4).forEach(here::accessToken);
            keys.subList(ACCOUNTS / 4, ACCOUNTS / 2).forEach(there::accessToken);
            scene.failOver();
            List<TokenKey> backwards = new ArrayList<>(keys);
            Collections.reverse(backwards);
            long begin = System.nanoTime();
            var all = ConcurrentRun.run(
                    2,
                    thread -> (thread == 0 ? keys : backwards)
                            .stream().filter(key -> isServed(thread == 0 ? here : there, key)));
            print(
                    "a failover that loses %d rotations, %s: %d of %d grants ended, %d of %d tokens served in %.1f s",
                    ACCOUNTS / 2,
                    guarded ? "guarded" : "not guarded",
                    scene.lostGrants().size(),
                    ACCOUNTS,
                    all.size(),
                    2 * ACCOUNTS,
                    (System.nanoTime() - begin) / 1e9);
        }
    }

    private static Tokens process(LostWritesScene scene, boolean guarded) {
        return scene.cluster.tokens(scene.location(), builder -> {
            TokensBuilder windows = builder.settleWindow(Duration.ofSeconds(5)).claimDuration(Duration.ofSeconds(30));
            return guarded
                    ? windows
                    : windows.store(
                            new ForwardingTokenStore(RedisTokenStore.open(scene.location(), EngineCluster.NAMESPACE)));
        });
    }

    /** Asks for a token until there is one, or the user has to reconnect. */
    private static boolean isServed(Tokens tokens, TokenKey key) {
        AtomicReference<String> last = new AtomicReference<>("");
        Until.holds("an outcome", () -> {
            String outcome = EngineCluster.outcome(() -> tokens.accessToken(key));
            last.set(outcome);
            return outcome.startsWith("GENERATION")
                    || outcome.equals("PROBLEM GRANT_DEAD")
                    || outcome.equals("PROBLEM REFRESH_TOKEN_LOST");
        });
        return last.get().startsWith("GENERATION");
    }

    private static void speed(RedisProcess server, int threads) {
        ConnectionPoolConfig pool = new ConnectionPoolConfig();
        pool.setMaxTotal(16);
        pool.setMaxIdle(16);
        byte[] value = new byte[VALUE];
        try (RedisClient raw = RedisClient.builder()
                        .hostAndPort(new HostAndPort("127.0.0.1", server.port()))
                        .poolConfig(pool)
                        .build();
                RedisTokenStore store = RedisTokenStore.open(server.location(), RedisInstance.newNamespace())) {
            TokenRecord[] current = new TokenRecord[threads];
            for (int n = 0; n < threads; n++) {
                TokenKey key = TokenKey.of("acme", "account-" + n);
                current[n] = SampleRecords.nextWithSecrets(SampleRecords.full(key), VALUE);
                store.compareAndSet(key, TokenStore.ABSENT, current[n]);
            }
            IntConsumer set = thread -> raw.set(("raw-" + thread).getBytes(StandardCharsets.US_ASCII), value);
            IntConsumer change = thread -> {
                TokenRecord next = SampleRecords.nextWithSecrets(current[thread], VALUE);
                if (!store.compareAndSet(next.key(), current[thread].revision(), next)) {
                    throw new IllegalStateException("a write failed");
                }
                current[thread] = next;
            };
            rate(threads, set);
            rate(threads, change);
            double[] bare = new double[ROUNDS];
            double[] ratio = new double[ROUNDS];
            for (int round = 0; round < ROUNDS; round++) {
                bare[round] = rate(threads, set);
                ratio[round] = rate(threads, change) / bare[round];
            }
            print(
                    "%d threads: SET %.0f/s, compare-and-set %.2f of it (medians of %d)",
                    threads, median(bare), median(ratio), ROUNDS);
        }
    }

    private static double median(double[] values) {
        Arrays.sort(values);
        return values[values.length / 2];
    }

    private static double rate(int threads, IntConsumer work) {
        AtomicLong done = new AtomicLong();
        long begin = System.nanoTime();
        ConcurrentRun.run(threads, thread -> {
            while (System.nanoTime() - begin < LONG_ENOUGH.toNanos()) {
                work.accept(thread);
                done.incrementAndGet();
            }
            return Stream.empty();
        });
        return done.get() * 1e9 / (System.nanoTime() - begin);
    }

    private static void roundTrips(RedisProcess server) throws IOException {
        try (Proxy proxy = Proxy.to(server.port());
                EngineCluster cluster =
                        EngineCluster.over(new RedisStoreFixture(), Files.createTempDirectory("measure-"))) {
            Tokens tokens = cluster.tokens(
                    "redis://127.0.0.1:" + proxy.port(),
                    builder -> builder.settleWindow(Duration.ofMinutes(5)).claimDuration(Duration.ofMinutes(6)));
            cluster.connect(tokens);
            AccessToken first = tokens.accessToken(EngineCluster.ANNA);
            AccessToken second = tokens.replace(EngineCluster.ANNA, first);
            int before = proxy.requests();
            tokens.replace(EngineCluster.ANNA, second);
            print("a refresh: %d round trips", proxy.requests() - before);
        }
    }

    /** Imports {@value #MANY} accounts and reads the status of all of them, in batches and one by one. */
    private static void statuses(RedisProcess server) throws IOException {
        Instant issued = Instant.now();
        try (EngineCluster cluster =
                EngineCluster.over(new RedisStoreFixture(), Files.createTempDirectory("measure-"))) {
            Tokens batches = cluster.tokens(server.location());
            Tokens single = cluster.tokens(
                    server.location(),
                    builder -> builder.store(new ForwardingTokenStore(
                            RedisTokenStore.open(server.location(), EngineCluster.NAMESPACE))));
            Stream<Map.Entry<TokenKey, TokenSet>> rows = IntStream.range(0, MANY)
                    .mapToObj(n -> Map.entry(
                            TokenKey.of("acme", "account-" + n),
                            TokenSet.builder(TestTokens.access())
                                    .refreshToken(TestTokens.refresh())
                                    .issuedAt(issued)
                                    .expiresAt(issued.plus(Duration.ofHours(1)))
                                    .build()));
            long begin = System.nanoTime();
            try (Stream<ConnectResult> results = batches.connectAll(rows)) {
                long imported = results.count();
                print("the import of %d accounts: %.1f s", imported, (System.nanoTime() - begin) / 1e9);
            }
            for (int round = 0; round < 5; round++) {
                print("the status of %d accounts: %.2f s in batches", MANY, seconds(batches));
            }
            print("the status of %d accounts: %.2f s one by one", MANY, seconds(single));
            for (boolean json : new boolean[] {false, true}) {
                diagnosis(cluster.tokens(server.location()), json);
            }
        }
    }

    /** Writes a diagnosis to nowhere, and reads by how much the heap that is in use has grown near its end. */
    private static void diagnosis(Tokens tokens, boolean json) {
        long before = heapInUse();
        AtomicLong characters = new AtomicLong();
        AtomicLong heap = new AtomicLong();
        Writer out = new Writer() {
            @Override
            public void write(char[] text, int from, int length) {
                characters.addAndGet(length);
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        DoctorSummary summary = TokenDoctor.of(tokens)
                .progress(progress -> {
                    if (progress.examined() == MANY * 9L / 10) {
                        heap.set(heapInUse() - before);
                    }
                })
                .examine(json ? DoctorOutput.json(out) : DoctorOutput.text(out));
        print(
                "the diagnosis of %d accounts as %s: %.2f s, %.1f MB more of heap, %.1f MB of output",
                summary.examined(),
                json ? "JSON" : "text",
                summary.took().toMillis() / 1e3,
                heap.get() / 1e6,
                characters.get() / 1e6);
    }

    private static long heapInUse() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static double seconds(Tokens tokens) {
        long begin = System.nanoTime();
        try (Stream<AccountStatus> all = tokens.statuses()) {
            if (all.filter(status -> status.state() == ConnectionState.ACTIVE).count() < MANY) {
                throw new IllegalStateException("accounts are missing");
            }
        }
        return (System.nanoTime() - begin) / 1e9;
    }

    private static void restart(RedisProcess server) {
        TokenKey key = TokenKey.of("acme", "anna");
        try (RedisTokenStore store = RedisTokenStore.open(server.location(), RedisInstance.newNamespace())) {
            TokenRecord first = SampleRecords.full(key);
            store.compareAndSet(key, TokenStore.ABSENT, first);
            ConcurrentRun.run(8, thread -> store.load(key).stream());
            server.kill();
            server.restart();
            long begin = System.nanoTime();
            List<TokenRecord> loaded = ConcurrentRun.run(8, thread -> store.load(key).stream());
            double millis = (System.nanoTime() - begin) / 1e6;
            print(
                    "after a restart: %d of 8 threads with closed connections got a response, %.1f ms",
                    loaded.size(), millis);
            try (Jedis admin = server.admin()) {
                admin.scriptFlush();
            }
            begin = System.nanoTime();
            store.compareAndSet(key, first.revision(), SampleRecords.next(first));
            print("the first write with an unknown script: %.1f ms", (System.nanoTime() - begin) / 1e6);
        }
    }

    private static void print(String form, Object... values) {
        OUT.println(String.format(Locale.ROOT, form, values));
    }
}
