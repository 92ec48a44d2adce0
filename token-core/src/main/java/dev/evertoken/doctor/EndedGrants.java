package dev.evertoken.doctor;

import dev.evertoken.model.Problem;
import dev.evertoken.spi.operations.AccountInspection;
import dev.evertoken.spi.operations.RecordView;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Explains grants that have ended, and finds Google clients whose grants end seven days after consent, one after the
 * other: those of a project in testing mode. Not thread-safe.
 */
final class EndedGrants {

    private static final Set<String> GOOGLE = Set.of("google", "youtube");
    private static final Duration SEVEN_DAYS = Duration.ofDays(7);

    /** A death is noticed at the next refresh, which a background refresh makes within the hour. */
    private static final Duration EARLIEST = SEVEN_DAYS.minusHours(1);

    private static final Duration LATEST = SEVEN_DAYS.plusHours(25);
    private static final int FEWEST = 3;

    private final Map<String, Count> counts = new TreeMap<>();

    /** The grants of one client. Not thread-safe. */
    private static final class Count {
        private int ended;
        private int afterSevenDays;
        private int willEnd;
    }

    /** Counts the grant of an account. */
    void add(AccountReport account, String provider) {
        if (!GOOGLE.contains(provider) || account.inspection().record().isEmpty()) {
            return;
        }
        RecordView record = account.inspection().record().get();
        if (account.has(FindingCode.NEEDS_RECONNECT)) {
            Count count = count(account.inspection());
            count.ended++;
            count.afterSevenDays += endedAfterSevenDays(record) ? 1 : 0;
        } else if (willEndAfterSevenDays(record)) {
            count(account.inspection()).willEnd++;
        }
    }

    private Count count(AccountInspection account) {
        return counts.computeIfAbsent(account.key().registration(), name -> new Count());
    }

    /**
     * Returns a finding for each client with three or more grants that ended after seven days, if these are most of its
     * ended grants, or of which three or more will end then by the word of the provider.
     */
    List<Finding> findings() {
        return counts.entrySet().stream()
                .filter(each -> isSeries(each.getValue()))
                .map(each -> new Finding(FindingCode.GOOGLE_TESTING_MODE, each.getKey(), sentence(each.getValue())))
                .toList();
    }

    private static boolean isSeries(Count count) {
        boolean ended = count.afterSevenDays >= FEWEST && count.afterSevenDays * 2 > count.ended;
        return ended || count.willEnd >= FEWEST;
    }

    private static String sentence(Count count) {
        return count.afterSevenDays + " of " + count.ended + " ended grants ended seven days after consent, "
                + count.willEnd + " will";
    }

    private static boolean endedAfterSevenDays(RecordView record) {
        Duration age =
                Duration.between(record.grant().consentedAt(), record.health().since());
        return age.compareTo(EARLIEST) >= 0 && age.compareTo(LATEST) <= 0;
    }

    private static boolean willEndAfterSevenDays(RecordView record) {
        Instant consent = record.grant().consentedAt();
        return record.endsAt()
                .filter(end -> record.refreshTokenFingerprint().isPresent())
                .map(end -> Duration.between(consent, end).minus(SEVEN_DAYS).abs())
                .filter(difference -> difference.compareTo(Duration.ofHours(1)) <= 0)
                .isPresent();
    }

    /** Returns why a grant has probably ended, in one sentence. */
    static String reason(Problem problem, String provider, RecordView record) {
        if (GOOGLE.contains(provider) && endedAfterSevenDays(record)) {
            return "the grant ended seven days after consent, as it does while the Google project is in testing mode";
        }
        if (problem == Problem.GRANT_EXPIRED) {
            return "the lifetime of the grant is over";
        }
        return GOOGLE.contains(provider) && record.grantedScopes().stream().anyMatch(EndedGrants::isGmail)
                ? "the user revoked the access or changed the password"
                : "the user or the provider revoked the access";
    }

    private static boolean isGmail(String scope) {
        return scope.startsWith("https://mail.google.com/") || scope.contains("/auth/gmail.");
    }
}
