package dev.evertoken.benchmarks.comparison;

import dev.evertoken.benchmarks.coldstart.ColdStart;
import dev.evertoken.benchmarks.coldstart.StartResults;
import java.util.List;
import java.util.Map;

/** The time from the start of a JVM to the first token; and the CPU time until then, see {@link ColdStart}. */
final class FirstTokens implements Measurement {

    private static final int PACKAGES = 10;

    /** A start takes half a second, and the times of single starts differ by a third. */
    private static final int STARTS_EACH_ROUND = 3;

    private static final Goal GOAL = Goal.atMost(ColdStart.GOAL);

    @Override
    public String name() {
        return "cold-start";
    }

    @Override
    public void measure(Extent extent, Report report) throws Exception {
        StartResults results = ColdStart.results(extent == Extent.TINY ? 1 : STARTS_EACH_ROUND * extent.rounds);
        report.table(new Report.Table("First token of a process", StartResults.COLUMNS, results.rows()));
        boolean missed = false;
        for (Map.Entry<String, ColdStart.Ratio> one : results.ratios().entrySet()) {
            ColdStart.Ratio ratio = one.getValue();
            if (one.getKey().equals("cold-start-google-auth")) {
                report.ratio(one.getKey(), ratio.wall());
            } else {
                report.ratio(one.getKey(), ratio.wall(), GOAL);
                report.ratio(one.getKey() + "-cpu", ratio.cpu(), GOAL);
                missed |= !GOAL.isMet(ratio.wall()) || !GOAL.isMet(ratio.cpu());
            }
        }
        if (missed) {
            report.table(classes(results));
        }
    }

    private static Report.Table classes(StartResults results) {
        List<List<String>> rows = results.moreClasses().entrySet().stream()
                .limit(PACKAGES)
                .map(one -> List.of(String.valueOf(one.getValue()), one.getKey()))
                .toList();
        return new Report.Table(
                "Profile of a cold start over files, the classes that bare OkHttp does not load",
                List.of("Classes", "Package"),
                rows);
    }
}
