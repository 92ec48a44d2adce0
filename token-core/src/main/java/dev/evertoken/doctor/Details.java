package dev.evertoken.doctor;

import java.util.stream.Collectors;

/** The findings of an account in one line. Stateless. */
final class Details {

    private Details() {}

    /** @param withAccountIds whether to add the texts that may contain the id of the account */
    static String of(AccountReport account, boolean withAccountIds) {
        String findings = account.findings().stream().map(Details::of).collect(Collectors.joining("; "));
        if (!withAccountIds || account.findings().isEmpty()) {
            return findings;
        }
        String detail = account.status().detail();
        return findings
                + (detail.isEmpty() ? "" : " (" + detail + ")")
                + account.status()
                        .reconnectUrl()
                        .map(url -> " reconnect: " + url)
                        .orElse("");
    }

    private static String of(Finding finding) {
        return finding.code() + (finding.detail().isEmpty() ? "" : " " + finding.detail());
    }
}
