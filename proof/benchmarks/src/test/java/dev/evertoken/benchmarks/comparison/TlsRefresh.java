package dev.evertoken.benchmarks.comparison;

import com.sun.management.OperatingSystemMXBean;
import dev.evertoken.Tokens;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TransportSettings;
import dev.evertoken.store.InMemoryTokenStore;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import okhttp3.ConnectionPool;
import okhttp3.OkHttpClient;

/**
 * The CPU time of a client for a refresh over TLS: with a fresh connection each, with a pool, and by Evertoken with a
 * provider that rotates its refresh tokens and with one that does not, one after the other; and the share of the fresh
 * connections that resumed a session, also of simultaneous ones.
 */
final class TlsRefresh implements Measurement {

    private static final int REFRESHES = 2000;
    private static final String POOLED = "OkHttp, pooled";
    private static final String FRESH = "OkHttp, fresh connections";
    private static final String OURS = "Evertoken, rotating";
    private static final String OURS_POOLED = "Evertoken, static";
    private static final List<Integer> WORKERS = List.of(8, 64);
    private static final long LIMIT_MILLIS = 300_000;
    private static final AtomicInteger NUMBER = new AtomicInteger();

    @Override
    public String name() {
        return "tls";
    }

    @Override
    public void measure(Extent extent, Report report) throws Exception {
        try (MeasuredStore folders = new MeasuredStore()) {
            Path folder = folders.folder();
            TlsServer.createCertificate(folder);
            try (TlsProcess server = new TlsProcess(folder)) {
                measure(extent, server, folder, report);
            }
        }
    }

    private static void measure(Extent extent, TlsProcess server, Path folder, Report report) throws Exception {
        int refreshes = extent.of(REFRESHES);
        String endpoint = server.endpoint().toString();
        RawRefresh pooled = new RawRefresh(endpoint, client(folder));
        RawRefresh fresh = new RawRefresh(
                endpoint, client(folder).connectionPool(new ConnectionPool(0, 1, TimeUnit.MILLISECONDS)));
        Map<String, TlsProcess.Handshakes> handshakes = new HashMap<>();
        try (Tokens tokens = engine(server, folder, RefreshModel.ROTATING);
                Tokens unchanging = engine(server, folder, RefreshModel.STATIC)) {
            Map<String, Refresh> variants = new LinkedHashMap<>();
            variants.put(POOLED, number -> pooled.refresh("pooled-" + number));
            variants.put(FRESH, number -> fresh.refresh("fresh-" + number));
            variants.put(OURS, number -> refresh(tokens, server.endpoint(), number));
            variants.put(OURS_POOLED, number -> refresh(unchanging, server.endpoint(), number));
            Ratios ratios = new Ratios();
            variants.forEach((name, refresh) -> ratios.add(name, () -> {
                double millis = cpuMillis(refreshes, refresh);
                handshakes.merge(name, server.take(), TlsProcess.Handshakes::plus);
                return millis;
            }));
            ratios.run(extent.loops());
            report.costs(new Report.Costs("CPU of a refresh over TLS", "ms", ratios.medians()));
            report.ratio("tls-cpu-fresh", ratios.of(OURS, FRESH));
            report.ratio("tls-cpu-pooled", ratios.of(OURS_POOLED, POOLED), Goal.atMost(2));
            report.ratio("tls-resumed", handshakes.get(OURS).share(), Goal.atLeast(0.9));
            report.ratio("tls-resumed-okhttp", handshakes.get(FRESH).share());
            for (int workers : WORKERS) {
                double resumed = share(workers, refreshes, server, variants.get(OURS));
                report.ratio("tls-resumed-" + workers + "-workers", resumed, Goal.atLeast(0.9));
                report.ratio(
                        "tls-resumed-okhttp-" + workers + "-workers",
                        share(workers, refreshes, server, variants.get(FRESH)));
            }
        }
    }

    /** Returns the share of resumed sessions of simultaneous refreshes, after as many that do not count. */
    private static double share(int workers, int refreshes, TlsProcess server, Refresh refresh) throws Exception {
        TlsProcess.Handshakes handshakes = new TlsProcess.Handshakes(0, 0);
        for (int round = 0; round < 2; round++) {
            AtomicInteger left = new AtomicInteger(refreshes);
            Callers.Outcome outcome = Callers.call(workers, LIMIT_MILLIS, () -> {
                while (left.getAndDecrement() > 0) {
                    refresh.of(NUMBER.incrementAndGet());
                }
                return "";
            });
            if (outcome.succeeded() < workers) {
                throw new IllegalStateException("workers: " + outcome);
            }
            handshakes = server.take();
        }
        return handshakes.share();
    }

    private static Tokens engine(TlsProcess server, Path folder, RefreshModel model) throws Exception {
        return EvertokenLibrary.engine(Scene.expired(server.endpoint()), new InMemoryTokenStore(), model)
                .transport(TransportSettings.builder()
                        .trustStore(TlsServer.trusted(folder))
                        .build())
                .build();
    }

    private static OkHttpClient.Builder client(Path folder) throws Exception {
        return new OkHttpClient.Builder()
                .sslSocketFactory(TlsServer.context(folder).getSocketFactory(), TlsServer.trust(folder));
    }

    private static String refresh(Tokens tokens, URI endpoint, int number) {
        TokenKey key = TokenKey.of("acme", "tls-" + number);
        Scene scene = Scene.expired(endpoint).with("access-" + number, "spent-" + number);
        tokens.connect(key, EvertokenLibrary.tokens(scene));
        return tokens.accessToken(key).value().reveal();
    }

    private interface Refresh {
        String of(int number) throws Exception;
    }

    private static double cpuMillis(int refreshes, Refresh refresh) throws Exception {
        OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long before = system.getProcessCpuTime();
        for (int n = 0; n < refreshes; n++) {
            if (refresh.of(NUMBER.incrementAndGet()).isEmpty()) {
                throw new IllegalStateException("no response");
            }
        }
        return (system.getProcessCpuTime() - before) / 1e6 / refreshes;
    }
}
