package dev.evertoken.examples.bookingbot;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;

/**
 * The monthly cost of accounts at Secret Manager, calculated from the counted calls of one account: 0.06 USD for an
 * active version in one location and 0.03 USD for 10,000 accesses to versions; everything else is free. The first six
 * versions and 10,000 accesses of a billing account are free as well. Immutable.
 *
 * @see <a href="https://cloud.google.com/secret-manager/pricing">Secret Manager pricing</a>
 * @param accesses calls of AccessSecretVersion for one account in a month
 * @param reads other read-only calls
 * @param writes calls that change something
 * @param versions active versions of one account, in the steady state
 */
public record SecretManagerBill(int accesses, int reads, int writes, int versions) {

    private static final BigDecimal VERSION = new BigDecimal("0.06");
    private static final BigDecimal ACCESS = new BigDecimal("0.000003");
    private static final int FREE_VERSIONS = 6;
    private static final int FREE_ACCESSES = 10_000;

    /** Creates the costs from the counted calls by name, for example {@code AccessSecretVersion}. */
    public static SecretManagerBill of(Map<String, Integer> calls, int versions) {
        int accesses = calls.getOrDefault("AccessSecretVersion", 0);
        int reads = calls.entrySet().stream()
                .filter(call -> call.getKey().startsWith("Get") || call.getKey().startsWith("List"))
                .mapToInt(Map.Entry::getValue)
                .sum();
        int all = calls.values().stream().mapToInt(Integer::intValue).sum();
        return new SecretManagerBill(accesses, reads, all - accesses - reads, versions);
    }

    /**
     * Creates the costs of one account from the library's own meters, without a call of Secret Manager: each load of
     * the store is an access and a read, each save and each removal a write, and an account has one active version. The
     * checks of the copies when a process starts are not counted.
     *
     * @param meters has the meters of a month in which one account was used
     */
    public static SecretManagerBill measured(MeterRegistry meters) {
        int loads = calls(meters, "load");
        return new SecretManagerBill(loads, loads, calls(meters, "save") + calls(meters, "remove"), 1);
    }

    private static int calls(MeterRegistry meters, String operation) {
        return (int) meters.find("evertoken.store").tag("operation", operation).timers().stream()
                .mapToLong(Timer::count)
                .sum();
    }

    /** Returns the monthly cost of this number of accounts in USD, without the free quota. */
    public BigDecimal of(int accounts) {
        return cost((long) accounts * versions, (long) accounts * accesses);
    }

    /** Returns the cost after the free quota, if nothing else in the billing account uses it. */
    public BigDecimal payable(int accounts) {
        return cost(
                Math.max(0, (long) accounts * versions - FREE_VERSIONS),
                Math.max(0, (long) accounts * accesses - FREE_ACCESSES));
    }

    private static BigDecimal cost(long activeVersions, long accessed) {
        return VERSION.multiply(BigDecimal.valueOf(activeVersions))
                .add(ACCESS.multiply(BigDecimal.valueOf(accessed)))
                .setScale(2, RoundingMode.HALF_UP);
    }
}
