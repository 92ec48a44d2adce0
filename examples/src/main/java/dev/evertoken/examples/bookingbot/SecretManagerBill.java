package dev.evertoken.examples.bookingbot;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;

/**
 * What accounts cost at Secret Manager in a month, from the calls that were counted for one of them: 0.06 USD for an
 * active version in one location, 0.03 USD for 10,000 accesses to versions, everything else free; the first six versions
 * and 10,000 accesses of a billing account are free, too. Immutable.
 *
 * @see <a href="https://cloud.google.com/secret-manager/pricing">Secret Manager pricing</a>
 * @param accesses calls of AccessSecretVersion for one account in a month
 * @param reads other calls that only read
 * @param writes calls that change something
 * @param versions active versions of one account, in the steady state
 */
public record SecretManagerBill(int accesses, int reads, int writes, int versions) {

    private static final BigDecimal VERSION = new BigDecimal("0.06");
    private static final BigDecimal ACCESS = new BigDecimal("0.000003");
    private static final int FREE_VERSIONS = 6;
    private static final int FREE_ACCESSES = 10_000;

    /** Reads counted calls by their names, as {@code AccessSecretVersion}. */
    public static SecretManagerBill of(Map<String, Integer> calls, int versions) {
        int accesses = calls.getOrDefault("AccessSecretVersion", 0);
        int reads = calls.entrySet().stream()
                .filter(call -> call.getKey().startsWith("Get") || call.getKey().startsWith("List"))
                .mapToInt(Map.Entry::getValue)
                .sum();
        int all = calls.values().stream().mapToInt(Integer::intValue).sum();
        return new SecretManagerBill(accesses, reads, all - accesses - reads, versions);
    }

    /** Returns what so many accounts cost in a month, in USD, without the free ones. */
    public BigDecimal of(int accounts) {
        return cost((long) accounts * versions, (long) accounts * accesses);
    }

    /** Returns what is to be paid if nothing else in the billing account uses what is free. */
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
