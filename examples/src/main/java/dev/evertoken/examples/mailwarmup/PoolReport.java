package dev.evertoken.examples.mailwarmup;

import dev.evertoken.Tokens;
import dev.evertoken.doctor.AccountGroup;
import dev.evertoken.doctor.AccountReport;
import dev.evertoken.doctor.DoctorOutput;
import dev.evertoken.doctor.DoctorSummary;
import dev.evertoken.doctor.FindingCode;
import dev.evertoken.doctor.TokenDoctor;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.Problem;
import dev.evertoken.model.Remedy;
import dev.evertoken.model.TokenKey;
import java.net.URI;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/**
 * The diagnosis of the pool: how many accounts are valid, were refreshed, and need consent, with the reasons and the
 * steps. It has no tokens. Immutable.
 */
final class PoolReport {

    private static final String CHECK_THE_PROJECT =
            "Check in the Google Cloud console that the project is published; otherwise the steps are needed every"
                    + " week.";

    private final int accounts;
    private final Map<AccountGroup, Integer> groups;
    private final Map<MailAccount, Problem> needConsent;
    private final URI connect;

    private PoolReport(
            int accounts, Map<AccountGroup, Integer> groups, Map<MailAccount, Problem> needConsent, URI connect) {
        this.accounts = accounts;
        this.groups = groups;
        this.needConsent = needConsent;
        this.connect = connect;
    }

    /**
     * Examines the pool, and refreshes the accounts that are due.
     *
     * @param connect the address at which a person connects accounts; the id of an account is resolved against it
     */
    static PoolReport of(Tokens tokens, List<MailAccount> pool, URI connect) {
        Map<TokenKey, AccountReport> reports = new HashMap<>();
        DoctorSummary unused = TokenDoctor.of(tokens)
                .writeProbe(false)
                .refreshing()
                .examine(DoctorOutput.accounts(report -> reports.put(report.key(), report)));
        Map<AccountGroup, Integer> groups = new EnumMap<>(AccountGroup.class);
        Map<MailAccount, Problem> needConsent = new LinkedHashMap<>();
        for (MailAccount account : pool) {
            AccountReport report = reports.get(account.key());
            if (report == null) {
                needConsent.put(account, Problem.NOT_CONNECTED);
            } else if (needsConsent(report)) {
                needConsent.put(account, report.status().problem().orElse(Problem.NO_REFRESH_TOKEN));
            } else {
                groups.merge(report.group(), 1, Integer::sum);
            }
        }
        return new PoolReport(pool.size(), groups, needConsent, connect);
    }

    private static boolean needsConsent(AccountReport report) {
        return report.status().remedy().filter(Remedy.RECONNECT::equals).isPresent()
                || report.status().state() == ConnectionState.NOT_REFRESHABLE;
    }

    /** Returns the report as lines. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add("accounts: " + accounts + ", valid: " + count(AccountGroup.VALID) + ", refreshed: "
                + count(AccountGroup.REFRESHED) + ", need consent: " + needConsent.size() + others());
        if (!needConsent.isEmpty()) {
            consents(lines);
        }
        return lines;
    }

    private void consents(List<String> lines) {
        lines.add("");
        needConsent.forEach((account, problem) -> lines.add(String.format(
                "%-20s %-17s %s", account.email(), problem, connect.resolve(Long.toString(account.id())))));
        lines.add("");
        lines.add("Possible reasons");
        new LinkedHashSet<>(needConsent.values())
                .forEach(problem -> lines.add("- " + problem + ": " + reason(problem)));
        lines.add("");
        lines.add("Steps");
        int number = 1;
        lines.add(number + ". " + CHECK_THE_PROJECT);
        for (String step : FindingCode.NEEDS_RECONNECT.steps()) {
            number++;
            lines.add(number + ". " + step);
        }
    }

    private int count(AccountGroup group) {
        return groups.getOrDefault(group, 0);
    }

    private String others() {
        int other = accounts - needConsent.size() - count(AccountGroup.VALID) - count(AccountGroup.REFRESHED);
        return other == 0 ? "" : ", others: " + other;
    }

    private static String reason(Problem problem) {
        return switch (problem) {
            case GRANT_DEAD ->
                "the user revoked the access, or changed the password, or the Google project is in testing mode,"
                        + " where a grant ends after seven days";
            case NO_REFRESH_TOKEN -> "offline access was never granted";
            case NOT_CONNECTED -> "consent was never given";
            default -> problem.advice();
        };
    }
}
