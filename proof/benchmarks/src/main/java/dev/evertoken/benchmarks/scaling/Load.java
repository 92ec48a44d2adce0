package dev.evertoken.benchmarks.scaling;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** The load of a number of accounts on stores and processes, computed from the measured figures. Immutable. */
record Load(Figures figures, long accounts) {

    /** The columns of the document. */
    static final List<Long> SIZES = List.of(1_000_000L, 10_000_000L, 100_000_000L);

    private static final double SECONDS = 86_400;
    private static final double MINUTES = 1_440;
    private static final int MONTH = 30;
    private static final double MILLIS = 1_000;

    double refreshesADay() {
        return sum(share -> share.refreshesOf(accounts));
    }

    /** Returns the refreshes a second in the busiest hour. */
    double peak() {
        return refreshesADay() / SECONDS * Assumptions.PEAK;
    }

    static double peak(ProviderShare share, long accounts) {
        return share.refreshesOf(accounts) / SECONDS * Assumptions.PEAK;
    }

    // ---- processes

    /** Returns the processes whose processors suffice. */
    double processesByProcessor() {
        double perSecond =
                Assumptions.CORES * Assumptions.CORE_SHARE / (figures.of("engine", "cpu-ms-per-refresh") / MILLIS);
        return peak() / perSecond;
    }

    /** Returns the processes that can wait for the slowest client's responses, with so many requests each. */
    double processesByClient(int atOnce) {
        return Arrays.stream(ProviderShare.values())
                .mapToDouble(share -> peak(share, accounts) * Assumptions.PROVIDER_SECONDS / atOnce)
                .max()
                .orElseThrow();
    }

    // ---- stores

    double bytes(String store) {
        return accounts * figures.of(store, "bytes-per-record");
    }

    double redisNodes() {
        return Math.max(
                bytes("redis") / (Assumptions.REDIS_NODE_GB * 1e9), redisRequests() / Assumptions.REDIS_SCRIPTS);
    }

    double redisRequests() {
        return requests("redis");
    }

    double postgresStatements() {
        return requests("postgres");
    }

    /** Returns the round trips a second in the busiest hour, if all refreshes are background ones. */
    private double requests(String store) {
        return perDay(share -> figures.of(store, "background-round-trips" + suffix(share)))
                / SECONDS
                * Assumptions.PEAK;
    }

    /** Returns the updated rows of a day: each refresh writes its record for the claim and for the settlement. */
    double postgresRowsWritten() {
        return refreshesADay() * figures.of("memory", "writes-rotating");
    }

    double postgresLogBytes() {
        return perDay(share -> figures.of("postgres", "log-bytes" + suffix(share)));
    }

    double postgresPrimaries() {
        return postgresStatements() / Assumptions.POSTGRES_STATEMENTS;
    }

    // ---- Secret Manager

    double secretVersions() {
        return sum(share -> share.accounts(accounts) * figures.of("secrets", "active-versions" + suffix(share)));
    }

    /** Returns the accesses of a month: those of refreshes, and those of the checks of accounts in use. */
    double secretAccesses() {
        return MONTH * (perDay(share -> figures.of("secrets", "accesses" + suffix(share))) + checks());
    }

    double secretBill() {
        return secretVersions() * Assumptions.VERSION_USD + secretAccesses() * Assumptions.ACCESSES_USD;
    }

    double secretWritesAMinute() {
        return perDay(share -> figures.of("secrets", "writes" + suffix(share))) / MINUTES * Assumptions.PEAK;
    }

    double secretReadsAMinute() {
        return (perDay(share -> figures.of("secrets", "reads" + suffix(share))) + checks())
                / MINUTES
                * Assumptions.PEAK;
    }

    /** Returns the projects among which the accounts must be divided because of the quotas. */
    double secretProjects() {
        return Math.max(
                secretWritesAMinute() / Assumptions.SECRET_WRITES_A_MINUTE,
                secretReadsAMinute() / Assumptions.SECRET_READS_A_MINUTE);
    }

    private double checks() {
        return accounts * Assumptions.IN_USE * Assumptions.RECHECKS_A_DAY;
    }

    // ---- sums over the mix

    private double perDay(ToDoubleFunction<ProviderShare> costOfARefresh) {
        return sum(share -> share.refreshesOf(accounts) * costOfARefresh.applyAsDouble(share));
    }

    private static double sum(ToDoubleFunction<ProviderShare> value) {
        return Arrays.stream(ProviderShare.values()).mapToDouble(value).sum();
    }

    private static String suffix(ProviderShare share) {
        return share.isRotating() ? "-rotating" : "-static";
    }
}
