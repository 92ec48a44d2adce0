package dev.evertoken.doctor;

import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Counts accounts and findings. Not thread-safe. */
final class Counts {

    private final Map<AccountGroup, Long> groups = new EnumMap<>(AccountGroup.class);
    private final Map<FindingCode, Long> codes = new EnumMap<>(FindingCode.class);
    private long examined;
    private long withFindings;
    private long due;

    void add(AccountReport account, boolean isDue) {
        examined++;
        groups.merge(account.group(), 1L, Long::sum);
        account.findings().forEach(finding -> add(finding.code()));
        withFindings += account.findings().isEmpty() ? 0 : 1;
        due += isDue && account.group() == AccountGroup.VALID ? 1 : 0;
    }

    void add(FindingCode code) {
        codes.merge(code, 1L, Long::sum);
    }

    long examined() {
        return examined;
    }

    DoctorProgress progress() {
        return new DoctorProgress(examined, withFindings);
    }

    /** Returns a finding if a key is missing for every account. */
    Optional<Finding> wrongKeyRing() {
        long missing = codes.getOrDefault(FindingCode.KEY_MISSING, 0L);
        return missing > 0 && missing == examined
                ? Optional.of(new Finding(FindingCode.WRONG_KEY_RING, "key ring", "accounts: " + missing))
                : Optional.empty();
    }

    DoctorSummary summary(Instant at, Duration took, boolean complete, List<Finding> general) {
        return new DoctorSummary(at, took, complete, examined, due, groups, codes, general);
    }
}
