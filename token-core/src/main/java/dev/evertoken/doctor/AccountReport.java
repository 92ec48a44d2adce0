package dev.evertoken.doctor;

import dev.evertoken.model.AccountStatus;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.operations.AccountInspection;
import dev.evertoken.spi.operations.RecordView;
import dev.evertoken.spi.store.TokenStore;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The diagnosis of one account, without secrets. Immutable.
 *
 * @param inspection the account as the engine sees it; has the id of the account
 * @param group the group of the account
 * @param findings everything that applies to the account; empty for {@link AccountGroup#VALID} and {@link
 *     AccountGroup#REFRESHED}
 */
public record AccountReport(AccountInspection inspection, AccountGroup group, List<Finding> findings) {

    public AccountReport {
        findings = List.copyOf(findings);
    }

    /** Returns the account. */
    public TokenKey key() {
        return inspection.key();
    }

    /** Returns the registration and a digest of the account, which can be shown in public. */
    public String label() {
        return inspection.label();
    }

    /** Returns the status of the account. Its detail and its reconnect address may contain the id of the account. */
    public AccountStatus status() {
        return inspection.status();
    }

    /** Returns the revision with which {@link TokenDoctor#clear} removes the record. */
    public long revision() {
        return inspection.record().map(RecordView::revision).orElse(TokenStore.UNREADABLE);
    }

    /** Returns when the connection ends; empty if that is not known, or if it has ended. */
    public Optional<Instant> endsAt() {
        return group == AccountGroup.NEEDS_RECONNECT ? Optional.empty() : status().reconnectBy();
    }

    /** Returns whether an account has a finding. */
    public boolean has(FindingCode code) {
        return findings.stream().anyMatch(finding -> finding.code() == code);
    }

    /** Returns the label, the group and the codes; no id of the account. */
    @Override
    public String toString() {
        return "AccountReport[" + label() + ", " + group + ", "
                + findings.stream().map(Finding::code).toList() + "]";
    }
}
