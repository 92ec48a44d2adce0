package dev.evertoken.doctor;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Writes a diagnosis as a table, line by line. Not thread-safe. */
final class TextOutput implements DoctorOutput {

    private final Appendable out;
    private final boolean withAccountIds;
    private List<Finding> shown = List.of();
    private boolean hasHeader;

    TextOutput(Appendable out, boolean withAccountIds) {
        this.out = out;
        this.withAccountIds = withAccountIds;
    }

    @Override
    public void started(List<Finding> findings) {
        shown = findings;
        findings.forEach(this::general);
    }

    @Override
    public void account(AccountReport account) {
        if (!hasHeader) {
            hasHeader = true;
            row("GROUP", "ACCOUNT", "ENDS", "FINDINGS");
        }
        row(account.group().name(), name(account), ends(account), Details.of(account, withAccountIds));
    }

    @Override
    public void finished(DoctorSummary summary) {
        summary.findings().stream().filter(finding -> !shown.contains(finding)).forEach(this::general);
        line("");
        line(counts(summary));
        for (Map.Entry<FindingCode, Long> found : summary.codes().entrySet()) {
            todo(found.getKey(), found.getValue());
        }
        line("");
        line(verdict(summary));
    }

    private void general(Finding finding) {
        line(finding.code() + " " + finding.subject() + ": " + finding.detail());
    }

    private String name(AccountReport account) {
        return withAccountIds
                ? account.key() + " ("
                        + account.label().substring(account.label().lastIndexOf('#')) + ")"
                : account.label();
    }

    private static String ends(AccountReport account) {
        return account.endsAt().map(TextOutput::day).orElse("-");
    }

    private static String day(Instant moment) {
        return LocalDate.ofInstant(moment, ZoneOffset.UTC).toString();
    }

    private static String counts(DoctorSummary summary) {
        StringBuilder text = new StringBuilder("accounts: " + summary.examined());
        summary.groups()
                .forEach((group, count) ->
                        text.append(", ").append(group).append(' ').append(count));
        return text + (summary.due() == 0 ? "" : " (" + summary.due() + " refreshed at the next use)");
    }

    private void todo(FindingCode code, long count) {
        line("");
        line(code + " (" + count + "): " + code.sentence());
        line("  " + code.remedy());
        int number = 1;
        for (String step : code.steps()) {
            line("  " + number++ + ". " + step);
        }
    }

    private static String verdict(DoctorSummary summary) {
        return switch (summary.exitCode()) {
            case DoctorSummary.NOTHING_TO_DO ->
                summary.examined() == 0
                        ? "No account was found; check the namespace and the store if there should be some."
                        : "Nothing has to be done.";
            case DoctorSummary.FINDINGS -> "There are findings.";
            default -> "Not all accounts could be read.";
        };
    }

    private void row(String group, String account, String ends, String findings) {
        line(String.format(Locale.ROOT, "%-15s %-28s %-11s %s", group, account, ends, findings)
                .stripTrailing());
    }

    private void line(String text) {
        try {
            out.append(text).append('\n');
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
