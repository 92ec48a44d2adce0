package dev.evertoken.benchmarks.comparison;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The cost of a call over HTTP with a token, on this machine, against calls with the same headers. Each way is compared
 * with its base in JVMs of their own, so that no third way shapes the compiled code; see {@link HttpLoop}.
 */
final class HttpCalls implements Measurement {

    private static final int CALLS = 100_000;

    @Override
    public String name() {
        return "http-call";
    }

    @Override
    public void measure(Extent extent, Report report) throws Exception {
        Pairs okhttp = new Pairs(HttpVariants.OWN, extent);
        okhttp.compare(HttpVariants.OURS, extent.loops());
        okhttp.compare(HttpVariants.FIXED, 1);
        for (Library peer : Libraries.peers()) {
            okhttp.compare(HttpVariants.of(peer), 1);
        }
        Pairs jdk = new Pairs(HttpVariants.JDK_FIXED, extent);
        jdk.compare(HttpVariants.JDK_OURS, extent.loops());
        report.costs(new Report.Costs("HTTP call", "µs", okhttp.micros));
        report.costs(new Report.Costs("HTTP call with java.net.http", "µs", jdk.micros));
        report.ratio(
                "http-call", okhttp.ratio(HttpVariants.OURS), Goal.atMost(1.03), okhttp.profile(HttpVariants.OURS));
        report.ratio("http-call-fixed-header", okhttp.ratio(HttpVariants.OURS) / okhttp.ratio(HttpVariants.FIXED));
        for (Library peer : Libraries.peers()) {
            report.ratio("http-call-" + Text.fileName(peer.name()), okhttp.ratio(HttpVariants.of(peer)));
        }
        report.ratio(
                "http-call-jdk",
                jdk.ratio(HttpVariants.JDK_OURS),
                Goal.atMost(1.05),
                jdk.profile(HttpVariants.JDK_OURS));
        report.ratio("http-call-allocated-bytes", okhttp.bytes(HttpVariants.OURS));
        report.ratio("http-call-jdk-allocated-bytes", jdk.bytes(HttpVariants.JDK_OURS));
    }

    /** Ways to make a call, each measured in turns with the same base. */
    private static final class Pairs {

        private final String base;
        private final String calls;
        private final Map<String, Double> micros = new LinkedHashMap<>();
        private final Map<String, List<double[]>> figures = new LinkedHashMap<>();

        Pairs(String base, Extent extent) {
            this.base = base;
            this.calls = String.valueOf(extent.of(CALLS));
        }

        void compare(String way, int rounds) throws Exception {
            List<double[]> all = new ArrayList<>();
            for (int n = 0; n < rounds; n++) {
                all.add(FreshJvm.run(HttpLoop.class, List.of("-Xmx512m"), base, way, calls));
            }
            figures.put(way, all);
            micros.putIfAbsent(base, median(way, 0));
            micros.put(way, micros.get(base) * ratio(way));
        }

        double ratio(String way) {
            return Ratios.median(
                    figures.get(way).stream().map(one -> one[1] / one[0]).toList());
        }

        /** Returns how many more bytes the calling thread allocates than with the base. */
        double bytes(String way) {
            return median(way, 3) - median(way, 2);
        }

        private double median(String way, int figure) {
            return Ratios.median(
                    figures.get(way).stream().map(one -> one[figure]).toList());
        }

        /** Returns the profile of a way without its base. */
        Profile profile(String way) {
            return TimeProfile.ofProgram(options -> FreshJvm.run(HttpLoop.class, options, way, way, calls));
        }
    }
}
