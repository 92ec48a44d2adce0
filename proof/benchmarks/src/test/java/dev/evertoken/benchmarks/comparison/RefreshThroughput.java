package dev.evertoken.benchmarks.comparison;

import dev.evertoken.Tokens;
import dev.evertoken.TokensBuilder;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.spi.store.TokenStore;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Sixty-four workers refresh expired accounts over each store, at three latencies of the provider, against the same
 * calls by a hardened client that stores nothing. Evertoken has the journal that an application has by default: over a
 * store in memory there is none, because a journal would not make its records survive the process. Both the client and
 * the engine over memory make some thousand calls before the first round, so that code is measured which has been
 * compiled.
 */
final class RefreshThroughput implements Measurement {

    private static final int WORKERS = 64;
    private static final int ACCOUNTS = 1920;
    private static final int FAST_SHARE = 5;
    private static final int WARM_UP_ROUNDS = 5;
    private static final long LIMIT_MILLIS = 300_000;
    private static final List<Integer> LATENCIES = List.of(0, 20, 100);
    private static final String RAW = "hardened client alone";
    private static final Map<String, Goal> GOALS = Map.ofEntries(
            Map.entry("memory-0", Goal.atLeast(0.7)),
            Map.entry("memory-20", Goal.atLeast(0.9)),
            Map.entry("memory-100", Goal.atLeast(0.9)),
            Map.entry("redis-20", Goal.atLeast(0.55)),
            Map.entry("redis-100", Goal.atLeast(0.9)),
            Map.entry("postgres-20", Goal.atLeast(0.45)),
            Map.entry("postgres-100", Goal.atLeast(0.9)),
            Map.entry("files-20", Goal.atLeast(0.25)),
            Map.entry("files-100", Goal.atLeast(0.7)));

    @Override
    public String name() {
        return "refresh";
    }

    @Override
    public void measure(Extent extent, Report report) throws Exception {
        try (MeasuredStore stores = new MeasuredStore()) {
            Map<String, TokenStore> all = new LinkedHashMap<>();
            all.put("memory", stores.memory());
            all.put("files", stores.files());
            all.put("redis", stores.redis());
            all.put("postgres", stores.postgres());
            for (int latency : LATENCIES) {
                measure(latency, all, stores, extent, report);
            }
        }
    }

    private static void measure(
            int latency, Map<String, TokenStore> stores, MeasuredStore folders, Extent extent, Report report)
            throws Exception {
        int accounts = Math.max(WORKERS, extent.of(latency == 0 ? ACCOUNTS * FAST_SHARE : ACCOUNTS));
        Map<String, Tokens> engines = new LinkedHashMap<>();
        try (TokenServer server = TokenServer.start().delay(latency)) {
            Scene scene = Scene.expired(server.endpoint());
            Ratios ratios = new Ratios();
            Round raw = raw(accounts, server, new RawRefresh(server.endpoint().toString()));
            ratios.add(RAW, raw);
            for (Map.Entry<String, TokenStore> store : stores.entrySet()) {
                Tokens engine = engine(scene, store.getValue(), folders);
                engines.put(store.getKey(), engine);
                Round round = round(accounts, store.getKey(), engine, server, scene);
                ratios.add("Evertoken, " + store.getKey(), round);
                if (latency == 0 && store.getKey().equals("memory")) {
                    warmUp(raw, round);
                }
            }
            ratios.run(extent.loops());
            report.costs(new Report.Costs("Refresh at " + latency + " ms", "µs", ratios.medians()));
            for (String store : stores.keySet()) {
                String row = store + "-" + latency;
                String ours = "Evertoken, " + store;
                report.ratio("refresh-" + row, ratios.of(RAW, ours), GOALS.get(row), ratios.profile(ours));
            }
        } finally {
            engines.values().forEach(Tokens::close);
        }
    }

    private static void warmUp(Round raw, Round memory) throws Exception {
        for (int n = 0; n < WARM_UP_ROUNDS; n++) {
            double unused = raw.cost() + memory.cost();
        }
    }

    private static Tokens engine(Scene scene, TokenStore store, MeasuredStore folders) throws Exception {
        TokensBuilder builder = EvertokenLibrary.engine(scene, store);
        return store.guarantee() == TokenStore.Guarantee.PROCESS
                ? builder.build()
                : builder.journal(folders.folder()).build();
    }

    private static Round raw(int accounts, TokenServer server, RawRefresh client) {
        AtomicInteger unique = new AtomicInteger();
        return () -> {
            AtomicInteger next = new AtomicInteger();
            return perAccount(accounts, server, () -> {
                while (next.getAndIncrement() < accounts) {
                    client.refresh("raw-" + unique.incrementAndGet());
                }
                return "";
            });
        };
    }

    private static Round round(int accounts, String store, Tokens engine, TokenServer server, Scene scene) {
        AtomicInteger unique = new AtomicInteger();
        return () -> {
            int round = unique.incrementAndGet();
            Map<TokenKey, TokenSet> rows = new LinkedHashMap<>();
            for (int n = 0; n < accounts; n++) {
                String account = store + "-" + scene.endpoint().getPort() + "-" + round + "-" + n;
                rows.put(
                        TokenKey.of("acme", account),
                        EvertokenLibrary.tokens(scene.with("access-" + account, "refresh-" + account)));
            }
            engine.connectAll(rows);
            List<TokenKey> keys = List.copyOf(rows.keySet());
            AtomicInteger next = new AtomicInteger();
            return perAccount(accounts, server, () -> {
                for (int n = next.getAndIncrement(); n < accounts; n = next.getAndIncrement()) {
                    engine.accessToken(keys.get(n));
                }
                return "";
            });
        };
    }

    private static double perAccount(int accounts, TokenServer server, Callable<String> worker) throws Exception {
        server.takeRequests();
        Callers.Outcome outcome = Callers.call(WORKERS, LIMIT_MILLIS, worker);
        int requests = server.takeRequests();
        if (outcome.succeeded() < WORKERS || requests != accounts) {
            throw new IllegalStateException(requests + " of " + accounts + " refreshed, workers: " + outcome);
        }
        return outcome.millis() * 1e3 / accounts;
    }
}
