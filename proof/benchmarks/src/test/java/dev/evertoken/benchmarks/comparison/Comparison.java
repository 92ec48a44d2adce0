package dev.evertoken.benchmarks.comparison;

import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Measures Evertoken beside other libraries in one run, and prints a line {@code ratio NAME VALUE (goal …)} for each
 * result; if a goal is missed, also where the time goes. Arguments: the folder for the results; then {@code --full} or
 * {@code --tiny}, and names of measurements to which the run is restricted. Not thread-safe; a program to run.
 */
public final class Comparison {

    private static final String FULL = "--full";
    private static final String TINY = "--tiny";
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
        Logging.end();
        List<String> options =
                Arrays.stream(args).skip(1).filter(one -> !one.isBlank()).toList();
        Optional<String> objection = objection(args.length, options);
        if (objection.isPresent()) {
            System.err.println(objection.get());
            System.exit(2);
        }
        Extent extent = options.contains(FULL) ? Extent.FULL : options.contains(TINY) ? Extent.TINY : Extent.SHORT;
        Report report = new Report(extent);
        boolean complete = true;
        for (Measurement measurement : chosen(options)) {
            complete &= measured(measurement, extent, report);
        }
        report.write(Path.of(args[0]), environment(extent));
        System.exit(complete ? 0 : 1); // libraries leave threads that are no daemons
    }

    /** Measures, and returns whether that succeeded; the other measurements run in either case. */
    private static boolean measured(Measurement measurement, Extent extent, Report report) {
        report.begin(measurement.name());
        try {
            measurement.measure(extent, report);
            return true;
        } catch (Exception | LinkageError e) {
            report.note("The measurement " + measurement.name() + " failed: " + e);
            return false;
        }
    }

    /** Returns why the arguments cannot be used; empty if they can. */
    static Optional<String> objection(int arguments, List<String> options) {
        List<String> unknown = options.stream()
                .filter(one -> !one.equals(FULL) && !one.equals(TINY) && !names().contains(one))
                .toList();
        if (arguments > 0 && unknown.isEmpty()) {
            return Optional.empty();
        }
        String found = unknown.isEmpty() ? "The folder for the results is missing." : "Unknown: " + join(unknown) + ".";
        return Optional.of(found + " Options: " + FULL + ", " + TINY + "; measurements: " + join(names()) + ".");
    }

    private static String join(List<String> words) {
        return String.join(", ", words);
    }

    private static List<String> names() {
        return ALL.stream().map(Measurement::name).toList();
    }

    private static List<Measurement> chosen(List<String> options) {
        List<Measurement> named =
                ALL.stream().filter(one -> options.contains(one.name())).toList();
        return named.isEmpty() ? ALL : named;
    }

    private static String environment(Extent extent) {
        return "Run of " + LocalDate.now(ZoneOffset.UTC) + " on JDK " + Runtime.version() + ", "
                + Runtime.getRuntime().availableProcessors() + " cores, extent " + extent + ". Peers: "
                + Libraries.peers().stream().map(Library::name).toList() + ".";
    }
}
