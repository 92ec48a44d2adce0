package dev.evertoken.doctor;

import dev.evertoken.doctor.TokenDoctor.Options;
import dev.evertoken.model.TokenException;
import dev.evertoken.spi.operations.AccountInspection;
import dev.evertoken.spi.operations.AccountInspector;
import dev.evertoken.spi.operations.RefreshOutcome;
import dev.evertoken.spi.operations.TokenOperations;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/** One run of a diagnosis. Used once, by one thread. */
final class Examination {

    private static final int REFRESHES = 16;
    private static final int PROGRESS_EVERY = 1000;

    private final TokenOperations operations;
    private final Options options;
    private final DoctorOutput output;
    private final AccountInspector inspector;
    private final AccountSorter sorter;
    private final EndedGrants endedGrants = new EndedGrants();
    private final Counts counts = new Counts();
    private final List<Finding> general = new ArrayList<>();
    private final Deque<Refreshing> refreshing = new ArrayDeque<>();
    private boolean complete = true;

    Examination(TokenOperations operations, Options options, DoctorOutput output) {
        this.operations = operations;
        this.options = options;
        this.output = output;
        this.inspector = operations.inspector();
        this.sorter = new AccountSorter(operations, options.expiringWithin(), new SharedGrants());
    }

    /** An account whose refresh is in progress. Immutable. */
    private record Refreshing(AccountInspection before, CompletableFuture<RefreshOutcome> outcome) {}

    DoctorSummary run() {
        Instant at = operations.now();
        long began = operations.timekeeper().nanos();
        general.addAll(WireLoggers.findings());
        general.addAll(new StoreChecks(operations).findings(options.writeProbe()));
        general.addAll(ClientChecks.findings(operations.clients()));
        if (options.online()) {
            general.addAll(new ProviderClocks(operations).findings());
        }
        output.started(List.copyOf(general));
        examineAccounts();
        general.addAll(endedGrants.findings());
        counts.wrongKeyRing().ifPresent(general::add);
        general.forEach(finding -> counts.add(finding.code()));
        DoctorSummary summary = counts.summary(
                at, Duration.ofNanos(operations.timekeeper().nanos() - began), complete, List.copyOf(general));
        output.finished(summary);
        return summary;
    }

    private void examineAccounts() {
        try (Stream<AccountInspection> accounts = inspector.all(options.wanted())) {
            accounts.forEach(this::examine);
            while (!refreshing.isEmpty()) {
                finishFirst();
            }
        } catch (TokenException e) {
            complete = false;
            general.add(new Finding(
                    counts.examined() == 0 ? FindingCode.STORE_UNAVAILABLE : FindingCode.STORE_PARTLY_READ,
                    "store",
                    e.problem() + ": " + e.problem().advice()));
        }
    }

    private void examine(AccountInspection account) {
        if (!options.refreshing() || !isDue(account)) {
            add(sorter.report(account), false);
            return;
        }
        refreshing.add(new Refreshing(account, operations.refreshIfDue(account.key())));
        if (refreshing.size() >= REFRESHES) {
            finishFirst();
        }
    }

    private boolean isDue(AccountInspection account) {
        return account.record()
                .flatMap(record -> record.dueAt())
                .filter(due -> !due.isAfter(operations.now()))
                .isPresent();
    }

    private void finishFirst() {
        Refreshing first = refreshing.remove();
        boolean refreshed = first.outcome().join().isRefreshed();
        AccountInspection after = inspector.of(first.before().key()).orElse(first.before());
        add(sorter.report(after), refreshed);
    }

    private void add(AccountReport sorted, boolean refreshed) {
        AccountReport account = refreshed && sorted.group() == AccountGroup.VALID
                ? new AccountReport(sorted.inspection(), AccountGroup.REFRESHED, sorted.findings())
                : sorted;
        endedGrants.add(account, sorter.provider(account.key().registration()));
        counts.add(account, isDue(account.inspection()));
        noteCopies(account);
        if (options.shown().test(account)) {
            output.account(account);
        }
        if (counts.examined() % PROGRESS_EVERY == 0) {
            options.progress().accept(counts.progress());
        }
    }

    /** While the store is unavailable, the accounts are those of its copies, of which some may be missing. */
    private void noteCopies(AccountReport account) {
        if (complete && account.status().staleSince().isPresent()) {
            complete = false;
            general.add(new Finding(
                    FindingCode.STORE_UNAVAILABLE, "store", "the accounts are those of the copies in other places"));
        }
    }
}
