package dev.evertoken.benchmarks.comparison;

import dev.evertoken.benchmarks.ImportBenchmark;

/**
 * The import of two thousand accounts into files, against the disk operations that the same durability requires.
 *
 * <p>Both forms run {@value #UNCOUNTED} rounds that are not counted, because the compiler of the JVM takes half of the
 * processor until then. The rounds that count alternate between the forms; the median is reported.
 */
final class Import implements Measurement {

    private static final String DISK = "bare disk";
    private static final int UNCOUNTED = 6;
    private static final String ENGINE = "Evertoken, connectAll";

    @Override
    public String name() {
        return "import";
    }

    @Override
    public void measure(Extent extent, Report report) throws Exception {
        ImportBenchmark benchmark = new ImportBenchmark();
        Ratios ratios = new Ratios();
        ratios.add(DISK, () -> millis(benchmark, ImportBenchmark::bareDisk));
        ratios.add(ENGINE, () -> millis(benchmark, ImportBenchmark::engine));
        try {
            for (int round = 0; round < UNCOUNTED; round++) {
                double unused =
                        millis(benchmark, ImportBenchmark::bareDisk) + millis(benchmark, ImportBenchmark::engine);
            }
            ratios.run(extent.loops());
        } finally {
            benchmark.delete();
        }
        report.costs(new Report.Costs("Import of 2,000 accounts into files", "ms", ratios.medians()));
        report.ratio("import", ratios.of(DISK, ENGINE), Goal.atLeast(0.9), ratios.profile(ENGINE));
    }

    private interface Form {
        Object run(ImportBenchmark benchmark) throws Exception;
    }

    private static double millis(ImportBenchmark benchmark, Form form) throws Exception {
        benchmark.open();
        try {
            long started = System.nanoTime();
            Object result = form.run(benchmark);
            double millis = (System.nanoTime() - started) / 1e6;
            if (result.toString().isEmpty()) {
                throw new IllegalStateException("nothing was imported");
            }
            return millis;
        } finally {
            benchmark.close();
        }
    }
}
