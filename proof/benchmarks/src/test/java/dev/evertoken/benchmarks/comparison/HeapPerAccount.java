package dev.evertoken.benchmarks.comparison;

import dev.evertoken.Tokens;
import dev.evertoken.model.TokenKey;
import dev.evertoken.store.InMemoryTokenStore;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/**
 * The heap of an account whose access and refresh token have 45 characters each: the tokens that an engine keeps for
 * its readers, and the record of the store in memory.
 */
final class HeapPerAccount implements Measurement {

    private static final int ACCOUNTS = 100_000;
    private static final double GOAL = 400;

    @Override
    public String name() {
        return "heap";
    }

    @Override
    public void measure(Extent extent, Report report) throws Exception {
        int accounts = Math.max(ACCOUNTS / 10, extent.of(ACCOUNTS));
        double[] bytes = FreshJvm.run(HeapPerAccount.class, List.of("-Xmx1g"), String.valueOf(accounts));
        report.ratio("heap-record-bytes", bytes[0]);
        report.ratio("heap-account-bytes", bytes[1], Goal.atMost(GOAL));
    }

    /** Argument: the number of accounts. */
    public static void main(String[] args) {
        int accounts = Integer.parseInt(args[0]);
        Scene scene = Scene.fresh(URI.create("http://127.0.0.1:1/token"));
        InMemoryTokenStore store = new InMemoryTokenStore();
        List<TokenKey> keys = new ArrayList<>();
        for (int n = 0; n < accounts; n++) {
            keys.add(TokenKey.of("acme", "account-" + n));
        }
        double[] bytes = new double[2];
        try (Tokens tokens =
                EvertokenLibrary.builder(scene, store).cacheSize(2 * accounts).build()) {
            long before = usedHeap();
            for (int n = 0; n < accounts; n++) {
                tokens.connect(
                        keys.get(n), EvertokenLibrary.tokens(scene.with(token("access", n), token("refresh", n))));
            }
            bytes[0] = (double) (usedHeap() - before) / accounts;
        }
        try (Tokens tokens =
                EvertokenLibrary.builder(scene, store).cacheSize(2 * accounts).build()) {
            long before = usedHeap();
            keys.forEach(key -> tokens.source(key).accessToken());
            bytes[1] = (double) (usedHeap() - before) / accounts;
            FreshJvm.report(bytes);
        }
        System.exit(0);
    }

    private static String token(String kind, int number) {
        return String.format("%-10s%035d", kind, number).replace(' ', '-');
    }

    private static long usedHeap() {
        for (int n = 0; n < 4; n++) {
            System.gc();
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
