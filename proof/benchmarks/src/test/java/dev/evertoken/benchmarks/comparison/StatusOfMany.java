package dev.evertoken.benchmarks.comparison;

import dev.evertoken.Tokens;
import dev.evertoken.model.AccountStatus;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.spi.store.TokenStore;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;

/** The status of all accounts of a store, against the reads of their records. */
final class StatusOfMany implements Measurement {

    private static final int ACCOUNTS = 20_000;

    @Override
    public String name() {
        return "status";
    }

    @Override
    public void measure(Extent extent, Report report) throws Exception {
        int accounts = extent.of(ACCOUNTS);
        try (MeasuredStore stores = new MeasuredStore()) {
            measure("memory", accounts, stores.memory(), extent, report);
            measure("redis", accounts, stores.redis(), extent, report);
            measure("postgres", accounts, stores.postgres(), extent, report);
            measure("files", accounts, stores.files(), extent, report);
        }
    }

    private static void measure(String name, int accounts, TokenStore store, Extent extent, Report report)
            throws Exception {
        Scene scene = Scene.fresh(URI.create("http://127.0.0.1:1/token"));
        try (Tokens tokens = EvertokenLibrary.builder(scene, store).build()) {
            Map<TokenKey, TokenSet> rows = new HashMap<>();
            for (int n = 0; n < accounts; n++) {
                rows.put(TokenKey.of("acme", "user-" + n), EvertokenLibrary.tokens(scene));
            }
            tokens.connectAll(rows);
            Ratios ratios = new Ratios();
            String bare = name + ", one read for each record";
            String ours = "Evertoken, " + name;
            ratios.add(bare, () -> perAccount(accounts, () -> reads(store)));
            ratios.add(ours, () -> perAccount(accounts, () -> statuses(tokens)));
            ratios.run(extent.loops());
            report.costs(new Report.Costs("Status of " + accounts + " accounts, " + name, "µs", ratios.medians()));
            report.ratio("status-" + name, ratios.of(ours, bare));
        }
    }

    private interface Count {
        long of();
    }

    private static long reads(TokenStore store) {
        try (Stream<TokenKey> keys = store.keys()) {
            return keys.filter(key -> store.load(key).isPresent()).count();
        }
    }

    private static long statuses(Tokens tokens) {
        try (Stream<AccountStatus> statuses = tokens.statuses()) {
            return statuses.filter(status -> status.problem().isEmpty()).count();
        }
    }

    private static double perAccount(int accounts, Count count) {
        long started = System.nanoTime();
        long counted = count.of();
        double micros = (System.nanoTime() - started) / 1e3 / accounts;
        if (counted != accounts) {
            throw new IllegalStateException("counted " + counted + " of " + accounts);
        }
        return micros;
    }
}
