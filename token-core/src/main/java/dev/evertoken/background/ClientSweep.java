package dev.evertoken.background;

import dev.evertoken.model.LoggerNames;
import dev.evertoken.model.Problem;
import dev.evertoken.model.Remedy;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenStoreException;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.operations.ClientStatus;
import dev.evertoken.spi.operations.RefreshOutcome;
import dev.evertoken.spi.operations.TokenOperations;
import dev.evertoken.spi.store.DueIndex;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The refreshes of one client: finds its due accounts, and starts as many as its budget, its breaker and the engine
 * allow. Not thread-safe; used on the thread of the {@link Loop}.
 */
final class ClientSweep {

    static final int MOST_WAITING = 1_000;
    static final Duration LONG_PAUSE = Duration.ofMinutes(10);

    private static final Logger log = LoggerFactory.getLogger(LoggerNames.REFRESH);
    private static final int SHARE = 10;
    private static final Duration RETRY = Duration.ofSeconds(10);

    private final String registration;
    private final Settings settings;
    private final TokenOperations operations;
    private final Timekeeper time;
    private final DueIndex index;
    private final DueScan scan;
    private final Loop loop;
    private final Tallies tallies;
    private final Runnable changed;
    private final Deferrals deferrals;
    private final Tenants tenants;
    private final FairQueue queue;
    private final ClientBudget budget;
    private final Breaker breaker = new Breaker();
    private final Map<TokenKey, Candidate> running = new HashMap<>();
    private boolean requested;
    private boolean moreToRead;

    /** @param changed called on the loop's thread when a refresh has ended */
    ClientSweep(
            String registration,
            Settings settings,
            TokenOperations operations,
            DueIndex index,
            boolean isLazy,
            Tenants tenants,
            Loop loop,
            Tallies tallies,
            Runnable changed) {
        this.registration = registration;
        this.settings = settings;
        this.operations = operations;
        this.time = operations.timekeeper();
        this.index = index;
        this.loop = loop;
        this.tallies = tallies;
        this.changed = changed;
        this.tenants = tenants;
        this.deferrals = new Deferrals();
        this.queue = new FairQueue(MOST_WAITING, settings.severalTenants() ? MOST_WAITING / SHARE : MOST_WAITING);
        this.budget = new ClientBudget(settings.perMinute(registration), settings.perDay(registration), time.nanos());
        this.scan = new DueScan(
                registration,
                operations,
                index,
                tenants,
                key -> isLazy && !operations.isUsed(key),
                new Jitter(settings.jitter()),
                deferrals,
                tallies,
                loop::isClosed);
    }

    /** Requests a scan of the due accounts. */
    void request() {
        requested = true;
    }

    /** Adds an account that was found without the index. */
    void offer(Candidate candidate, Instant now) {
        if (!running.containsKey(candidate.key()) && !deferrals.contain(candidate.key(), now)) {
            queue.add(candidate);
        }
    }

    String tenant(TokenKey key) {
        return tenants.of(key);
    }

    /** Returns whether nothing is left to do before the next scan. */
    boolean isDone() {
        return !requested && !moreToRead && queue.isEmpty() && running.isEmpty();
    }

    boolean isRunning() {
        return !running.isEmpty();
    }

    /** Starts the refreshes that may start now, and reads further accounts when the last ones are done. */
    void proceed(boolean mayStart) {
        while (!loop.isClosed()) {
            if (isScanDue()) {
                scan();
            }
            if (!mayStart
                    || queue.isEmpty()
                    || running.size() >= most()
                    || !untilNext().isZero()) {
                return;
            }
            Candidate next = queue.poll();
            if (next != null && budget.tryTake(time.nanos())) {
                start(next);
            }
        }
    }

    /** Returns the time until the next refresh may start, apart from those that are running. */
    Duration untilNext() {
        long now = time.nanos();
        return Stream.of(budget.untilNext(now), breaker.untilNext(now), untilClientOpens())
                .max(Duration::compareTo)
                .orElseThrow();
    }

    /** Returns whether a refresh has to wait for a time, rather than for another refresh to end. */
    boolean waitsForTime() {
        return !queue.isEmpty() && running.size() < most();
    }

    ClientBacklog backlog() {
        Instant now = operations.now();
        return new ClientBacklog(
                registration,
                queue.size(),
                running.size(),
                settings.perMinute(registration),
                settings.perDay(registration),
                oldestDue().map(due -> Duration.between(due, now)),
                untilNext());
    }

    /** Returns since when the account that has waited longest has been due; empty if none waits. */
    Optional<Instant> oldestDue() {
        return Stream.concat(
                        queue.oldestDue().stream(), running.values().stream().map(Candidate::dueAt))
                .min(Instant::compareTo);
    }

    /** Returns the account that has waited longest; reads all that wait. */
    Optional<Candidate> oldest() {
        return Stream.concat(queue.oldest().stream(), running.values().stream())
                .min(Comparator.comparing(Candidate::dueAt));
    }

    int waiting() {
        return queue.size();
    }

    /** Returns whether to read on: at a request, and when all accounts that were read are done. */
    private boolean isScanDue() {
        return requested || (moreToRead && queue.isEmpty() && running.isEmpty());
    }

    private void scan() {
        requested = false;
        try {
            moreToRead = !scan.read(operations.now(), queue, running::containsKey);
            if (scan.hasPagesLeft()) {
                loop.execute(this::readOn); // after the other clients: the small tenants may be on the next pages
            }
        } catch (TokenStoreException e) {
            log.debug("{}: the due accounts cannot be read", registration, e);
            tallies.count(Tally::countStoreFailure);
            moreToRead = false;
        }
    }

    private void readOn() {
        requested = true;
        changed.run();
    }

    private int most() {
        return status().flatMap(ClientStatus::problem).isPresent() ? 1 : breaker.most(settings.mostAtOnce());
    }

    private Duration untilClientOpens() {
        return status().flatMap(ClientStatus::until)
                .map(until -> Duration.between(operations.now(), until))
                .filter(left -> !left.isNegative())
                .orElse(Duration.ZERO);
    }

    private Optional<ClientStatus> status() {
        return operations.clients().stream()
                .filter(client -> client.registration().equals(registration))
                .findFirst();
    }

    private void start(Candidate candidate) {
        running.put(candidate.key(), candidate);
        CompletableFuture<?> unused = outcome(candidate.key())
                .exceptionally(failure -> failed(candidate.key(), failure))
                .thenAccept(outcome -> loop.execute(() -> ended(candidate, outcome)));
    }

    private CompletableFuture<RefreshOutcome> outcome(TokenKey key) {
        try {
            return operations.refreshIfDue(key, settings.mostAtOnce());
        } catch (RuntimeException | Error e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private static RefreshOutcome failed(TokenKey key, Throwable failure) {
        log.error("{}: the background refresh could not be started", key, failure);
        return RefreshOutcome.of(key, RefreshOutcome.Kind.FAILED);
    }

    private void ended(Candidate candidate, RefreshOutcome outcome) {
        running.remove(candidate.key());
        try {
            tallies.count(tally -> tally.count(outcome));
            judge(candidate, outcome);
            staysDue(candidate, outcome);
        } finally {
            changed.run();
        }
    }

    private void judge(Candidate candidate, RefreshOutcome outcome) {
        switch (outcome.kind()) {
            case REFRESHED, NEEDS_RECONNECT -> breaker.succeeded();
            case FAILED -> {
                if (passes(outcome) && !isEarlierLoss(candidate, outcome)) {
                    breaker.failed(time.nanos());
                }
            }
            case NOT_DUE, ELSEWHERE, NOT_CONNECTED -> budget.giveBack();
            case UNREADABLE, STORE_FAILED -> {}
        }
    }

    /** Returns whether an earlier call that was lost keeps the account from being refreshed; no call was made then. */
    private static boolean isEarlierLoss(Candidate candidate, RefreshOutcome outcome) {
        return candidate.isUncertain()
                && outcome.problem().filter(Problem.OUTCOME_UNKNOWN::equals).isPresent();
    }

    /** Returns whether a failure may pass by itself, so that it may concern the provider. */
    private static boolean passes(RefreshOutcome outcome) {
        return outcome.problem()
                .map(Problem::remedy)
                .filter(remedy -> remedy != Remedy.RETRY && remedy != Remedy.WAIT)
                .isEmpty();
    }

    /** Keeps an account whose place in the index may not have changed from being tried again at once. */
    private void staysDue(Candidate candidate, RefreshOutcome outcome) {
        Instant now = operations.now();
        switch (outcome.kind()) {
            case REFRESHED -> {}
            case NOT_DUE, NOT_CONNECTED, NEEDS_RECONNECT -> deferrals.put(candidate.key(), now.plus(RETRY));
            case UNREADABLE -> deferrals.put(candidate.key(), now.plus(LONG_PAUSE));
            case FAILED, ELSEWHERE, STORE_FAILED -> {
                Duration pause = passes(outcome) ? RETRY : LONG_PAUSE;
                Instant next = outcome.nextAttempt().filter(now::isBefore).orElse(now.plus(pause));
                deferrals.put(candidate.key(), earlier(next, now.plus(LONG_PAUSE)));
                scan.readAgainFrom(candidate.dueAt());
            }
        }
        if (outcome.kind() != RefreshOutcome.Kind.REFRESHED || index instanceof MemoryDueIndex) {
            repair(candidate.key());
        }
    }

    /** An account may be connected again before its next attempt, and then has another due time. */
    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }

    /** A failure to repair the index is repeated by the next audit. */
    private void repair(TokenKey key) {
        try {
            index.repair(key);
        } catch (RuntimeException e) {
            log.debug("{}: the index cannot be repaired", key, e);
        }
    }
}
