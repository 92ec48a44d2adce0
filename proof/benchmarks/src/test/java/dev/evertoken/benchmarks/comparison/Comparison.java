package dev.evertoken.benchmarks.comparison;

import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Measures Evertoken beside other libraries in one run, and prints a line {@code ratio NAME VALUE (goal …)} for each
 * result. Arguments: the folder for the results; then {@code --full} or {@code --tiny}, and names of measurements to
 * which the run is restricted. Not thread-safe; a program to run.
 */
public final class Comparison {

    private static final List<Measurement> ALL = List.of(
            new HotPath(),
            new HttpCalls(),
            new Crowd(),
            new RefreshThroughput(),
            new TlsRefresh(),
            new HeapPerAccount(),
            new Import(),
            new StatusOfMany(),
            new Revoke(),
            new FirstTokens(),
            new VirtualThreads(),
            new Torture());

    private Comparison() {}

    public static void main(String[] args) throws Exception {
        List<String> options = new ArrayList<>(Arrays.asList(args).subList(1, args.length));
        options.removeIf(String::isBlank);
        Extent extent = options.remove("--full") ? Extent.FULL : Extent.SHORT;
        extent = options.remove("--tiny") ? Extent.TINY : extent;
        Report report = new Report();
        boolean complete = true;
        for (Measurement measurement : chosen(options)) {
            complete &= measured(measurement, extent, report);
        }
        report.write(Path.of(args[0]), environment(extent));
        System.exit(complete ? 0 : 1); // libraries leave threads that are no daemons
    }

    /** Measures, and returns whether that succeeded; the other measurements run in either case. */
    private static boolean measured(Measurement measurement, Extent extent, Report report) {
        System.out.println("\n## " + measurement.name());
        try {
            measurement.measure(extent, report);
            return true;
        } catch (Exception e) {
            report.note("The measurement " + measurement.name() + " failed: " + e);
            return false;
        }
    }

    private static List<Measurement> chosen(List<String> names) {
        List<String> known = ALL.stream().map(Measurement::name).toList();
        if (!known.containsAll(names)) {
            throw new IllegalArgumentException("the measurements are " + known + ", not " + names);
        }
        return names.isEmpty()
                ? ALL
                : ALL.stream().filter(one -> names.contains(one.name())).toList();
    }

    private static String environment(Extent extent) {
        return "Run of " + LocalDate.now(ZoneOffset.UTC) + " on JDK " + Runtime.version() + ", "
                + Runtime.getRuntime().availableProcessors() + " cores, extent " + extent + ". Peers: "
                + Libraries.peers().stream().map(Library::name).toList() + ".";
    }
}
