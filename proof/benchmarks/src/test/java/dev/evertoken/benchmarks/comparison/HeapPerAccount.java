package dev.evertoken.benchmarks.comparison;

import dev.evertoken.Tokens;
import dev.evertoken.model.TokenKey;
import dev.evertoken.store.InMemoryTokenStore;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The heap of an account whose access and refresh token have 45 characters each: the tokens that an engine keeps for
 * its readers, and the record of the store in memory.
 */
final class HeapPerAccount implements Measurement {

    private static final int ACCOUNTS = 100_000;
    private static final double GOAL = 400;
    private static final int CLASSES = 10;
    private static final String HISTOGRAM = "histogram";

    @Override
    public String name() {
        return "heap";
    }

    @Override
    public void measure(Extent extent, Report report) throws Exception {
        int accounts = Math.max(ACCOUNTS / 10, extent.of(ACCOUNTS));
        double[] bytes = FreshJvm.run(HeapPerAccount.class, List.of("-Xmx1g"), String.valueOf(accounts));
        report.ratio("heap-record-bytes", bytes[0]);
        report.ratio("heap-account-bytes", bytes[1], Goal.atMost(GOAL), HeapPerAccount::bytesByClass);
    }

    /** Returns the bytes of an account in the engine by class. */
    private static Report.Table bytesByClass(String ratio, Extent extent) throws Exception {
        List<List<String>> rows = FreshJvm.output(
                        FreshJvm.home(),
                        HeapPerAccount.class,
                        List.of("-Xmx1g"),
                        String.valueOf(ACCOUNTS / 10),
                        HISTOGRAM)
                .stream()
                .filter(line -> line.startsWith(HISTOGRAM))
                .map(line -> List.of(line.split(" ", -1)).subList(1, 3))
                .toList();
        return new Report.Table("Profile of " + ratio, List.of("Bytes of an account", "Class"), rows);
    }

    /** Arguments: the number of accounts; with a second one, the bytes by class are printed too. */
    public static void main(String[] args) throws Exception {
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
            HeapHistogram first = HeapHistogram.now();
            long before = usedHeap();
            keys.forEach(key -> tokens.source(key).accessToken());
            bytes[1] = (double) (usedHeap() - before) / accounts;
            if (args.length > 1) {
                print(HeapHistogram.now().since(first), accounts);
            }
            FreshJvm.report(bytes);
        }
        System.exit(0);
    }

    private static void print(HeapHistogram added, int accounts) {
        for (Map.Entry<String, Long> type : added.largest(CLASSES)) {
            String bytes = Text.of((double) type.getValue() / accounts);
            System.out.println(HISTOGRAM + " " + bytes + " `" + type.getKey() + "`");
        }
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
