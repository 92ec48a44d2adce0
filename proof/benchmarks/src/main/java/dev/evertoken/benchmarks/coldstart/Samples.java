package dev.evertoken.benchmarks.coldstart;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The measurements of one program. Not thread-safe. */
final class Samples {

    private final List<Measurement> all = new ArrayList<>();

    void add(Measurement one) {
        all.add(one);
    }

    double wallMillis() {
        return median(all.stream().map(Measurement::wall).toList());
    }

    double cpuMillis() {
        return median(all.stream().map(Measurement::cpu).toList());
    }

    private static double median(List<Duration> values) {
        List<Duration> sorted = values.stream().sorted().toList();
        Duration two = sorted.get((sorted.size() - 1) / 2).plus(sorted.get(sorted.size() / 2));
        return two.toNanos() / 2e6;
    }

    /** The time from the start of a process to its first token, and the CPU time that it used until then. */
    record Measurement(Duration wall, Duration cpu) {}
}
