package dev.evertoken.benchmarks.comparison;

import dev.evertoken.benchmarks.coldstart.ColdStart;

/** The time from the start of a JVM to the first token; and the CPU time until then, see {@link ColdStart}. */
final class FirstTokens implements Measurement {

    @Override
    public String name() {
        return "cold-start";
    }

    @Override
    public void measure(Extent extent, Report report) throws Exception {
        ColdStart.ratios(extent.loops()).forEach((name, ratio) -> {
            if (name.equals("cold-start-google-auth")) {
                report.ratio(name, ratio.wall());
            } else {
                report.ratio(name, ratio.wall(), Goal.atMost(ColdStart.GOAL));
                report.ratio(name + "-cpu", ratio.cpu(), Goal.atMost(ColdStart.GOAL));
            }
        });
    }
}
