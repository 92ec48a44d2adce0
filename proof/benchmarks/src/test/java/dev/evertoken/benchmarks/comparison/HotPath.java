package dev.evertoken.benchmarks.comparison;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The cost of a valid token: against one volatile read and the clock, and by key against maps. */
final class HotPath implements Measurement {

    private static final int MILLIS = 4000;

    @Override
    public String name() {
        return "hot-path";
    }

    @Override
    public void measure(Extent extent, Report report) throws Exception {
        Map<String, Double> bytes = new LinkedHashMap<>();
        Ratios handles = new Ratios();
        List<String> readers = new ArrayList<>(List.of(Readers.FLOOR));
        Libraries.all().forEach(library -> readers.add(library.name()));
        readers.forEach(reader -> handles.add(reader, () -> loop(reader, extent, bytes)));
        handles.run(extent.loops());
        Ratios keys = new Ratios();
        for (String reader : List.of(Readers.MAP, Readers.CAFFEINE, Readers.BY_KEY)) {
            keys.add(reader, () -> loop(reader, extent, bytes));
        }
        keys.run(extent.loops());
        report.costs(new Report.Costs("Valid token", "ns", handles.medians()));
        report.costs(new Report.Costs("Valid token by key", "ns", keys.medians()));
        report.ratio(
                "hot-path", handles.of("Evertoken", Readers.FLOOR), Goal.atMost(1.1), profile("Evertoken", extent));
        report.ratio(
                "hot-path-by-key-caffeine",
                keys.of(Readers.BY_KEY, Readers.CAFFEINE),
                Goal.atMost(1.1),
                profile(Readers.BY_KEY, extent));
        report.ratio("hot-path-by-key-map", keys.of(Readers.BY_KEY, Readers.MAP));
        for (Library peer : Libraries.peers()) {
            report.ratio("hot-path-" + Text.fileName(peer.name()), handles.of(peer.name(), Readers.FLOOR));
        }
        report.ratio("hot-path-allocated-bytes", bytes.get("Evertoken"), Goal.atMost(0.1));
    }

    private static Profile profile(String reader, Extent extent) {
        int millis = extent == Extent.TINY ? extent.of(MILLIS) : MILLIS;
        return TimeProfile.ofProgram(options -> FreshJvm.run(HotLoop.class, options, reader, String.valueOf(millis)));
    }

    private static double loop(String reader, Extent extent, Map<String, Double> bytes) throws Exception {
        double[] figures = FreshJvm.run(HotLoop.class, List.of("-Xmx256m"), reader, String.valueOf(extent.of(MILLIS)));
        bytes.put(reader, figures[1]);
        return figures[0];
    }
}
