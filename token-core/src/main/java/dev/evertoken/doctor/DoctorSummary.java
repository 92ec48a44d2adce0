package dev.evertoken.doctor;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The result of a diagnosis: counts, and the findings that concern no single account. Immutable.
 *
 * @param at when the diagnosis began
 * @param took how long it took
 * @param complete whether all accounts were listed; false if the store failed
 * @param examined the accounts that were examined, after the filters
 * @param due the accounts of {@link AccountGroup#VALID} whose access token is refreshed at the next use
 * @param groups the number of accounts of each group that has any
 * @param codes the number of findings of each code that has any, including those of accounts
 * @param findings the findings that concern no single account, such as those of the store
 */
public record DoctorSummary(
        Instant at,
        Duration took,
        boolean complete,
        long examined,
        long due,
        Map<AccountGroup, Long> groups,
        Map<FindingCode, Long> codes,
        List<Finding> findings) {

    /** The exit code of a process if nothing has to be done. */
    public static final int NOTHING_TO_DO = 0;

    /** The exit code of a process if there are findings. */
    public static final int FINDINGS = 1;

    /** The exit code of a process if the accounts could not be listed. */
    public static final int COULD_NOT_LOOK = 2;

    public DoctorSummary {
        groups = sorted(AccountGroup.class, groups);
        codes = sorted(FindingCode.class, codes);
        findings = List.copyOf(findings);
    }

    private static <K extends Enum<K>> Map<K, Long> sorted(Class<K> type, Map<K, Long> counts) {
        Map<K, Long> sorted = new EnumMap<>(type);
        sorted.putAll(counts);
        return Collections.unmodifiableMap(sorted);
    }

    /** Returns the number of accounts of a group. */
    public long count(AccountGroup group) {
        return groups.getOrDefault(group, 0L);
    }

    /** Returns the number of findings of a code. */
    public long count(FindingCode code) {
        return codes.getOrDefault(code, 0L);
    }

    /** Returns whether there is no finding and every account was listed. */
    public boolean isGood() {
        return exitCode() == NOTHING_TO_DO;
    }

    /** Returns {@link #NOTHING_TO_DO}, {@link #FINDINGS} or {@link #COULD_NOT_LOOK}. */
    public int exitCode() {
        if (!complete) {
            return COULD_NOT_LOOK;
        }
        return codes.isEmpty() ? NOTHING_TO_DO : FINDINGS;
    }
}
