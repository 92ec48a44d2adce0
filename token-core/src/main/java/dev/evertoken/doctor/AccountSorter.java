package dev.evertoken.doctor;

import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.spi.operations.AccountInspection;
import dev.evertoken.spi.operations.ClientStatus;
import dev.evertoken.spi.operations.RecordView;
import dev.evertoken.spi.operations.SealedSecrets.Seal;
import dev.evertoken.spi.operations.TokenOperations;
import dev.evertoken.spi.store.Claim;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Sorts one account after the other into a group. Not thread-safe. */
final class AccountSorter {

    private static final Duration CLAIM_GRACE = Duration.ofMinutes(1);

    private final TokenOperations operations;
    private final Duration expiringWithin;
    private final SharedGrants sharedGrants;
    private final Map<String, String> providers;

    AccountSorter(TokenOperations operations, Duration expiringWithin, SharedGrants sharedGrants) {
        this.operations = operations;
        this.expiringWithin = expiringWithin;
        this.sharedGrants = sharedGrants;
        this.providers = operations.clients().stream()
                .collect(Collectors.toMap(ClientStatus::registration, ClientStatus::providerId));
    }

    /** Returns the id of the provider of a registration; an empty text if it is not registered. */
    String provider(String registration) {
        return providers.getOrDefault(registration, "");
    }

    AccountReport report(AccountInspection account) {
        Instant now = operations.now();
        List<Finding> findings = new ArrayList<>();
        findings.addAll(ofRecord(account));
        if (findings.isEmpty()) {
            findings.addAll(ofUsable(account, now));
        }
        return new AccountReport(account, group(account, findings), findings);
    }

    // ---- records that cannot be used here

    private static List<Finding> ofRecord(AccountInspection account) {
        Optional<Problem> problem = account.status().problem();
        if (problem.equals(Optional.of(Problem.RECORD_TOO_NEW))
                || account.secretFault().equals(Optional.of(Problem.RECORD_TOO_NEW))) {
            return List.of(finding(FindingCode.RECORD_TOO_NEW, account, ""));
        }
        if (account.record().isEmpty()) {
            return List.of(finding(FindingCode.RECORD_UNREADABLE, account, "the stored bytes are no record"));
        }
        return switch (account.seal()) {
            case OTHER_APPLICATION -> List.of(otherApplication(account));
            case UNKNOWN_KEY -> List.of(missingKey(account));
            default -> ofSecrets(account, problem);
        };
    }

    private static Finding otherApplication(AccountInspection account) {
        String owner = account.record()
                .map(record ->
                        record.origin().namespace() + "/" + record.origin().environment())
                .orElse("");
        return finding(FindingCode.OTHER_APPLICATION, account, "it belongs to " + owner);
    }

    private static Finding missingKey(AccountInspection account) {
        String id = account.record().flatMap(RecordView::keyId).orElse("");
        return finding(FindingCode.KEY_MISSING, account, "it is sealed with key \"" + id + "\"");
    }

    private static List<Finding> ofSecrets(AccountInspection account, Optional<Problem> problem) {
        if (account.secretFault().isPresent()) {
            return List.of(
                    account.secretFault().get() == Problem.PLACEHOLDER_CREDENTIALS
                            ? finding(FindingCode.PLACEHOLDER_TOKEN, account, "")
                            : unopened(account));
        }
        return problem.equals(Optional.of(Problem.CLIENT_MISMATCH))
                ? List.of(finding(FindingCode.OTHER_CLIENT, account, ""))
                : List.of();
    }

    private static Finding unopened(AccountInspection account) {
        return account.seal() == Seal.CLEAR_TEXT
                ? finding(FindingCode.CLEAR_TEXT, account, "they are not accepted")
                : finding(FindingCode.RECORD_UNREADABLE, account, "its secrets cannot be opened");
    }

    // ---- records that can be used

    private List<Finding> ofUsable(AccountInspection account, Instant now) {
        List<Finding> findings = new ArrayList<>();
        RecordView record = account.record().orElseThrow();
        problem(account, record, now).ifPresent(findings::add);
        boolean isDead = findings.stream().anyMatch(found -> isDead(found.code(), account, now));
        if (account.status().unsaved()) {
            findings.add(finding(FindingCode.NOT_SAVED, account, ""));
        }
        if (!isDead) {
            abandonedClaim(account, record, now).ifPresent(findings::add);
            shared(account, record).ifPresent(findings::add);
            end(account, record, now).ifPresent(findings::add);
        }
        if (account.seal() == Seal.EARLIER) {
            findings.add(finding(
                    FindingCode.EARLIER_KEY,
                    account,
                    record.keyId().map(id -> "the key is \"" + id + "\"").orElse("")));
        } else if (account.seal() == Seal.CLEAR_TEXT) {
            findings.add(finding(FindingCode.CLEAR_TEXT, account, ""));
        }
        return findings;
    }

    private Optional<Finding> problem(AccountInspection account, RecordView record, Instant now) {
        return account.status()
                .problem()
                .filter(why -> why != Problem.NOT_YET && why != Problem.HELD_BY_PEER)
                .map(why -> finding(code(why), account, why + ": " + reason(why, account, record, now)));
    }

    private static FindingCode code(Problem problem) {
        return switch (problem) {
            case NO_REFRESH_TOKEN -> FindingCode.NO_REFRESH_TOKEN;
            case OUTCOME_UNKNOWN -> FindingCode.OUTCOME_UNKNOWN;
            case UNKNOWN_REGISTRATION -> FindingCode.NO_CLIENT;
            default ->
                switch (problem.remedy()) {
                    case RECONNECT -> FindingCode.NEEDS_RECONNECT;
                    case RETRY, WAIT -> FindingCode.REFRESH_FAILING;
                    case FIX_CONFIGURATION -> FindingCode.CONFIGURATION;
                    case CONTACT_SUPPORT -> FindingCode.ACCOUNT_BLOCKED;
                };
        };
    }

    private String reason(Problem why, AccountInspection account, RecordView record, Instant now) {
        return switch (why) {
            case GRANT_DEAD, GRANT_EXPIRED ->
                EndedGrants.reason(why, provider(account.key().registration()), record);
            case NO_REFRESH_TOKEN -> "offline access was never granted";
            default ->
                account.status().nextAttempt().filter(now::isBefore).isPresent()
                        ? why.advice() + " The next attempt is at "
                                + account.status().nextAttempt().get() + "."
                        : why.advice();
        };
    }

    private static boolean isDead(FindingCode code, AccountInspection account, Instant now) {
        return code == FindingCode.NEEDS_RECONNECT
                || (code == FindingCode.NO_REFRESH_TOKEN && hasExpired(account, now));
    }

    private static boolean hasExpired(AccountInspection account, Instant now) {
        return account.status().expiresAt().filter(end -> !now.isBefore(end)).isPresent();
    }

    private static Optional<Finding> abandonedClaim(AccountInspection account, RecordView record, Instant now) {
        return record.claim()
                .filter(claim -> now.isAfter(claim.deadline().plus(CLAIM_GRACE)))
                .filter(claim -> account.status().state() != ConnectionState.UNCERTAIN)
                .map(Claim::deadline)
                .map(deadline -> finding(FindingCode.ABANDONED_CLAIM, account, "the claim ended at " + deadline));
    }

    private Optional<Finding> shared(AccountInspection account, RecordView record) {
        if (account.refreshTokenDigest().isEmpty() || record.parent().isPresent()) {
            return Optional.empty();
        }
        return sharedGrants
                .earlier(account.refreshTokenDigest().getAsLong(), account.label())
                .map(other -> finding(FindingCode.SHARED_GRANT, account, "the other account is " + other));
    }

    private Optional<Finding> end(AccountInspection account, RecordView record, Instant now) {
        return record.endsAt()
                .filter(end -> !end.isAfter(now.plus(expiringWithin)))
                .filter(end -> !isExtended(record))
                .map(end -> finding(FindingCode.CONNECTION_ENDS, account, "it ends on " + day(end)));
    }

    /** Returns whether a refresh before the end moves the end. */
    private static boolean isExtended(RecordView record) {
        return record.refreshModel() == RefreshModel.EXTENDING && record.dueAt().isPresent();
    }

    private static LocalDate day(Instant moment) {
        return LocalDate.ofInstant(moment, ZoneOffset.UTC);
    }

    // ---- groups

    private AccountGroup group(AccountInspection account, List<Finding> findings) {
        Instant now = operations.now();
        return findings.stream()
                .map(found -> group(found.code(), account, now))
                .min(AccountGroup::compareTo)
                .orElse(AccountGroup.VALID);
    }

    private static AccountGroup group(FindingCode code, AccountInspection account, Instant now) {
        return switch (code) {
            case RECORD_UNREADABLE, RECORD_TOO_NEW, KEY_MISSING -> AccountGroup.UNREADABLE;
            case OTHER_CLIENT, OTHER_APPLICATION, PLACEHOLDER_TOKEN -> AccountGroup.POISONED;
            case NEEDS_RECONNECT -> AccountGroup.NEEDS_RECONNECT;
            case NO_REFRESH_TOKEN -> hasExpired(account, now) ? AccountGroup.NEEDS_RECONNECT : AccountGroup.EXPIRING;
            case CONNECTION_ENDS -> AccountGroup.EXPIRING;
            case SHARED_GRANT -> AccountGroup.SHARED_GRANT;
            case EARLIER_KEY -> AccountGroup.UNDER_OLD_KEY;
            case CLEAR_TEXT -> account.secretFault().isPresent() ? AccountGroup.UNREADABLE : AccountGroup.UNDER_OLD_KEY;
            default -> AccountGroup.STUCK;
        };
    }

    private static Finding finding(FindingCode code, AccountInspection account, String detail) {
        return new Finding(code, account.label(), detail);
    }
}
